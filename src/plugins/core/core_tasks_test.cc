#include "plugins/testing/task_test.h"

namespace gyr::plugins::testing {
namespace {

using base::Value;
using model::LogLevel;
using Lines = std::vector<std::string>;

class CoreTasks : public TaskTest {};

// ---------------------------------------------------------------------------------------------- Log (CORE-70, TASK-90)

TEST_F(CoreTasks, LogWritesALine) {
  EXPECT_TRUE(run_inline(R"({id: t, type: io.kestra.plugin.core.log.Log, message: "from {{ flow.id }}"})").has_value());
  EXPECT_EQ(context->logged, (std::vector<LoggedLine>{{LogLevel::info, "from flow"}}));
}

TEST_F(CoreTasks, LogWritesALineForEachTextOfAList) {
  run_inline(
      R"({id: t, type: io.kestra.plugin.core.log.Log, message: ["a {{ 1 + 1 }}", null, "b", "{{ null }}"], level: "{{ 'WARN' }}"})");
  EXPECT_EQ(context->lines(LogLevel::warn), (Lines{"a 2", "b", ""}));
}

TEST_F(CoreTasks, LogPrintsAValueAsOneLine) {
  run_inline(R"({id: t, type: io.kestra.plugin.core.log.Log, message: "{{ ['a', 'b'] }}"})");
  run_inline(R"({id: t, type: io.kestra.plugin.core.log.Log, message: "{{ null }}"})");
  run_inline("{id: t, type: io.kestra.plugin.core.log.Log, message: \"two\\nlines\"}");
  EXPECT_EQ(context->lines(LogLevel::info), (Lines{"[\"a\",\"b\"]", "", "two\nlines"}));
}

TEST_F(CoreTasks, LogRefusesOtherTypes) {
  EXPECT_NE(failure("{id: t, type: io.kestra.plugin.core.log.Log, message: 5}").find("a number"), std::string::npos);
  EXPECT_NE(failure("{id: t, type: io.kestra.plugin.core.log.Log, message: {a: 1}}").find("a map"), std::string::npos);
  EXPECT_NE(failure("{id: t, type: io.kestra.plugin.core.log.Log, message: [a, 5]}").find("item 1"), std::string::npos);
  EXPECT_NE(failure("{id: t, type: io.kestra.plugin.core.log.Log, message: a, level: LOUD}").find("LOUD"),
            std::string::npos);
  EXPECT_NE(failure(R"({id: t, type: io.kestra.plugin.core.log.Log, message: "{{ nope }}"})").find("nope"),
            std::string::npos);
  EXPECT_TRUE(context->logged.empty());
}

TEST_F(CoreTasks, LogNeedsAMessageAndKnowsItsOldName) {  // CORE-9, CORE-1
  EXPECT_EQ(problems("{id: t, type: io.kestra.plugin.core.log.Log}"), (Lines{"message: must not be null"}));
  EXPECT_TRUE(problems("{id: t, type: io.kestra.core.tasks.log.Log, message: x}").empty());
}

// ---------------------------------------------------------------------------------------------- Return, Echo

TEST_F(CoreTasks, ReturnReturnsTheText) {  // CORE-73, TASK-91
  auto result = run_inline(R"({id: t, type: io.kestra.plugin.core.debug.Return, format: "é€😀 {{ 1 }}"})");
  EXPECT_EQ(result->outputs, Value::map({{"value", text("é€😀 1")}}));
  EXPECT_EQ(context->metric_value("length"), 6);  // as Java counts
  EXPECT_EQ(context->metric_value("duration"), 0);
  EXPECT_EQ(context->lines(LogLevel::debug), (Lines{"é€😀 1"}));
}

TEST_F(CoreTasks, ReturnWithoutTextReturnsNothing) {
  EXPECT_TRUE(run_inline("{id: t, type: io.kestra.plugin.core.debug.Return}")->outputs.is_null());
  EXPECT_EQ(context->metric_value("length"), 0);
  EXPECT_TRUE(context->logged.empty());
  EXPECT_EQ(outputs(R"({id: t, type: io.kestra.plugin.core.debug.Return, format: "{{ null }}"})"),
            Value::map({{"value", text("")}}));
  EXPECT_EQ(outputs("{id: t, type: io.kestra.plugin.core.debug.Return, format: 5}"),
            Value::map({{"value", text("5")}}));
}

TEST_F(CoreTasks, EchoLogs) {  // CORE-74, TASK-92
  run_inline(R"({id: t, type: io.kestra.plugin.core.debug.Echo, format: "x{{ 1 }}", level: ERROR})");
  EXPECT_EQ(context->lines(LogLevel::error), (Lines{"x1"}));
  EXPECT_NE(failure("{id: t, type: io.kestra.plugin.core.debug.Echo}").find("format"), std::string::npos);
}

// ---------------------------------------------------------------------------------------------- OutputValues (CORE-75,
// TASK-101)

TEST_F(CoreTasks, OutputValuesRendersDeeplyAndKeepsLiterals) {
  auto result = run_inline(R"(
id: t
type: io.kestra.plugin.core.output.OutputValues
values: {a: "{{ [1, 2] }}", b: 5, c: null, d: {e: "{{ 1 }}", f: null}, g: [1, "{{ 2 }}", null], h: "{{ null }}", "{{ 'k' }}": 1.50, t: true}
)");
  EXPECT_EQ(result->outputs,
            json(R"({"values": {"a": "[1,2]", "b": 5, "d": {"e": "1"}, "g": [1, "2", null], "k": 1.5, "t": true}})"));
}

TEST_F(CoreTasks, OutputValuesTakesAnExpression) {
  EXPECT_EQ(outputs(R"({id: t, type: io.kestra.plugin.core.output.OutputValues, values: "{{ {'x': 1} }}"})"),
            json(R"({"values": {"x": 1}})"));
  EXPECT_EQ(outputs("{id: t, type: io.kestra.plugin.core.output.OutputValues}"), json(R"({"values": {}})"));
  EXPECT_FALSE(run("{id: t, type: io.kestra.plugin.core.output.OutputValues, values: [1]}").has_value());
  EXPECT_FALSE(run("{id: t, type: io.kestra.plugin.core.output.OutputValues, values: plain}").has_value());
}

// ---------------------------------------------------------------------------------------------- Fail, Assert

TEST_F(CoreTasks, FailFailsAlwaysOrOnACondition) {  // CORE-4, CORE-80, CORE-93, TASK-93
  EXPECT_EQ(failure("{id: t, type: io.kestra.plugin.core.execution.Fail}"), "Task failure");
  EXPECT_TRUE(context->logged.empty());  // the runner of the task logs the message
  EXPECT_EQ(
      failure(
          R"({id: t, type: io.kestra.plugin.core.execution.Fail, condition: "{{ true }}", errorMessage: "m {{ 1 }}"})"),
      "Fail on a condition");
  EXPECT_EQ(context->lines(LogLevel::error), (Lines{"m 1"}));
  for (std::string_view condition : {"{{ false }}", "", "0", "-0", " ", "{{ null }}"}) {
    EXPECT_TRUE(run(fmt::format("{{id: t, type: io.kestra.plugin.core.execution.Fail, condition: '{}'}}", condition))
                    .has_value())
        << condition;
  }
  EXPECT_NE(failure(R"({id: t, type: io.kestra.plugin.core.execution.Fail, condition: "{{ nope }}"})").find("nope"),
            std::string::npos);
}

TEST_F(CoreTasks, AssertReportsEveryFalseCondition) {  // CORE-94, TASK-94, CORE-81
  EXPECT_EQ(failure(R"({id: t, type: io.kestra.plugin.core.execution.Assert,
      conditions: ["{{ true }}", "{{ 1 == 2 }}", "0", "{{ nope }}"], errorMessage: "wrong {{ 1 }}"})"),
            "3 assertions failed!\nwrong 1");
  auto lines = context->lines(LogLevel::error);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0], "Assertion `{{ 1 == 2 }}` failed!");
  EXPECT_EQ(lines[1], "Assertion `0` failed!");
  EXPECT_TRUE(lines[2].starts_with("Assertion `{{ nope }}` failed, failed to render `")) << lines[2];
  EXPECT_EQ(context->metric_value("success"), 1);
  EXPECT_EQ(context->metric_value("failed"), 3);
}

TEST_F(CoreTasks, AssertHolds) {  // CORE-81
  EXPECT_TRUE(
      run_inline(R"({id: t, type: io.kestra.plugin.core.execution.Assert, conditions: ["{{ 1 == 1 }}", "yes"]})")
          .has_value());
  EXPECT_EQ(context->metric_value("success"), 2);
  EXPECT_EQ(failure(R"({id: t, type: io.kestra.plugin.core.execution.Assert, conditions: ["0"]})"),
            "1 assertion failed!");
  EXPECT_TRUE(run("{id: t, type: io.kestra.plugin.core.execution.Assert, conditions: []}").has_value());
}

// ---------------------------------------------------------------------------------------------- Sleep (CORE-89,
// TASK-42)

TEST_F(CoreTasks, SleepWaits) {
  base::ManualLoop manual;
  FakeRunContext on_manual(manual);
  auto task = bind("{id: t, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H1M0.1S}");
  std::optional<plugin::TaskResult> result;
  base::TaskScope scope(manual);
  scope.spawn(process::testing::detail::keep(registry.type_of(*task).run(*task->object, on_manual), &result));
  EXPECT_EQ(on_manual.lines(LogLevel::info), (Lines{"Waiting for PT1H1M0.1S"}));
  manual.advance(std::chrono::minutes(61));
  EXPECT_FALSE(result.has_value());
  manual.advance(std::chrono::milliseconds(100));
  ASSERT_TRUE(result.has_value());
  EXPECT_TRUE(result->has_value());
}

TEST_F(CoreTasks, SleepEndsAtOnceWhenCancelled) {
  base::ManualLoop manual;
  FakeRunContext on_manual(manual);
  auto task = bind("{id: t, type: io.kestra.plugin.core.flow.Sleep, duration: P10000D}");
  std::optional<plugin::TaskResult> result;
  base::TaskScope scope(manual);
  scope.spawn(process::testing::detail::keep(registry.type_of(*task).run(*task->object, on_manual), &result));
  manual.run_ready();
  EXPECT_FALSE(result.has_value());
  on_manual.cancel.cancel();
  manual.run_ready();
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->error().error.code(), plugin::task_cancelled);
}

TEST_F(CoreTasks, SleepTakesSecondsAndRefusesNothing) {
  EXPECT_TRUE(run("{id: t, type: io.kestra.plugin.core.flow.Sleep, duration: 0.01}").has_value());
  EXPECT_TRUE(run("{id: t, type: io.kestra.plugin.core.flow.Sleep, duration: -PT1S}").has_value());
  EXPECT_EQ(context->lines(LogLevel::info), (Lines{"Waiting for PT0.01S", "Waiting for PT-1S"}));
  EXPECT_NE(failure(R"({id: t, type: io.kestra.plugin.core.flow.Sleep, duration: "{{ null }}"})").find("duration"),
            std::string::npos);
  EXPECT_FALSE(run("{id: t, type: io.kestra.plugin.core.flow.Sleep, duration: soon}").has_value());
}

// ---------------------------------------------------------------------------------------------- Publish (CORE-76)

TEST_F(CoreTasks, PublishPublishesMetrics) {
  run_inline(R"(
id: t
type: io.kestra.plugin.core.metric.Publish
metrics:
  - {type: counter, name: "c{{ 1 }}", value: "{{ 2 }}", tags: {a: "{{ 3 }}", b: 4}, description: d}
  - {type: timer, name: t, value: PT1.5S}
  - {type: gauge, name: g, value: -2.5}
)");
  ASSERT_EQ(context->metrics.size(), 3U);
  EXPECT_EQ(context->metrics[0].name, "c1");
  EXPECT_EQ(context->metrics[0].value, 2);
  EXPECT_EQ(context->metrics[0].tags, json(R"({"a": "3", "b": "4"})"));
  EXPECT_EQ(context->metrics[1].value, 1500);
  EXPECT_EQ(context->metrics[1].type, model::MetricType::timer);
  EXPECT_EQ(context->metrics[2].value, -2.5);
  EXPECT_TRUE(run_inline(
      R"({id: t, type: io.kestra.plugin.core.metric.Publish, metrics: "{{ [{'type':'counter','name':'x','value':5}] }}"})"));
  EXPECT_EQ(context->metric_value("x"), 5);
  EXPECT_TRUE(run_inline("{id: t, type: io.kestra.plugin.core.metric.Publish}").has_value());
}

TEST_F(CoreTasks, PublishRefusesWrongMetricsAsAWhole) {
  for (std::string_view item :
       {"{type: nope, name: x, value: 1}", "{type: counter, value: 1}", "{type: counter, name: x}",
        "{type: counter, name: x, value: abc}", "{name: x, value: 1}", "{type: timer, name: x, value: soon}", "text"}) {
    std::string yaml = fmt::format(
        "{{id: t, type: io.kestra.plugin.core.metric.Publish, metrics: [{{type: counter, name: ok, value: 1}}, {}]}}",
        item);
    EXPECT_NE(failure(yaml).find("item 1"), std::string::npos) << item;
  }
  EXPECT_TRUE(context->metrics.empty());
}

// ---------------------------------------------------------------------------------------------- storage (section 7.3)

TEST_F(CoreTasks, WriteStoresText) {  // CORE-35
  std::string uri(
      outputs(R"({id: t, type: io.kestra.plugin.core.storage.Write, content: "hello {{ 1 }}"})").find("uri")->text());
  EXPECT_TRUE(uri.starts_with("kestra:///") && uri.ends_with(".tmp")) << uri;
  EXPECT_EQ(context->fake_files.stored.at(uri), "hello 1");
  EXPECT_TRUE(outputs("{id: t, type: io.kestra.plugin.core.storage.Write, content: x, extension: csv}")
                  .find("uri")
                  ->text()
                  .ends_with(".csv"));
  EXPECT_TRUE(outputs("{id: t, type: io.kestra.plugin.core.storage.Write, content: x, extension: .csv}")
                  .find("uri")
                  ->text()
                  .ends_with(".csv"));
  uri = outputs(R"({id: t, type: io.kestra.plugin.core.storage.Write, content: "{{ null }}"})").find("uri")->text();
  EXPECT_EQ(context->fake_files.stored.at(uri), "");
  for (std::string_view extension : {"../../x", "a/b", "/etc", "x\\0y"}) {
    EXPECT_NE(failure(fmt::format("{{id: t, type: io.kestra.plugin.core.storage.Write, content: x, extension: \"{}\"}}",
                                  extension))
                  .find("extension"),
              std::string::npos)
        << extension;
  }
}

TEST_F(CoreTasks, ConcatJoinsFiles) {  // CORE-30, CORE-42
  std::string a = context->fake_files.put("a", std::string("one\0\xff", 5));
  std::string b = context->fake_files.put("b", "");
  std::string uri(
      outputs(fmt::format("{{id: t, type: io.kestra.plugin.core.storage.Concat, files: ['{}', '{}'], separator: '|'}}",
                          a, b))
          .find("uri")
          ->text());
  EXPECT_EQ(context->fake_files.stored.at(uri), std::string("one\0\xff||", 7));
  EXPECT_TRUE(uri.ends_with(".tmp"));
  uri = outputs(
            fmt::format(
                R"({{id: t, type: io.kestra.plugin.core.storage.Concat, files: "{{{{ ['{}'] }}}}", extension: .json}})",
                a))
            .find("uri")
            ->text();
  EXPECT_EQ(context->fake_files.stored.at(uri).size(), 5U);
  EXPECT_TRUE(uri.ends_with(".json"));
  uri = outputs("{id: t, type: io.kestra.plugin.core.storage.Concat, files: []}").find("uri")->text();
  EXPECT_EQ(context->fake_files.stored.at(uri), "");
}

TEST_F(CoreTasks, ConcatRefusesInvalidFiles) {
  EXPECT_NE(failure("{id: t, type: io.kestra.plugin.core.storage.Concat, files: 5}").find("a number"),
            std::string::npos);
  EXPECT_FALSE(run("{id: t, type: io.kestra.plugin.core.storage.Concat, files: nope}").has_value());
  EXPECT_NE(failure("{id: t, type: io.kestra.plugin.core.storage.Concat, files: [plain]}")
                .find("Invalid internal storage uri"),
            std::string::npos);
  EXPECT_NE(
      failure("{id: t, type: io.kestra.plugin.core.storage.Concat, files: ['kestra:///none']}").find("kestra:///none"),
      std::string::npos);
  EXPECT_NE(failure("{id: t, type: io.kestra.plugin.core.storage.Concat, files: [null]}").find("item 0"),
            std::string::npos);
  size_t before = context->fake_files.stored.size();
  std::string a = context->fake_files.put("a", "one");
  EXPECT_FALSE(
      run(fmt::format("{{id: t, type: io.kestra.plugin.core.storage.Concat, files: ['{}', 'kestra:///none']}}", a))
          .has_value());
  EXPECT_EQ(context->fake_files.stored.size(), before + 1) << "nothing is stored when a file is missing";
}

TEST_F(CoreTasks, SizeAndDelete) {  // CORE-33, CORE-34
  std::string a = context->fake_files.put("a", "12345");
  EXPECT_EQ(outputs(fmt::format("{{id: t, type: io.kestra.plugin.core.storage.Size, uri: '{}'}}", a)),
            json(R"({"size": 5})"));
  EXPECT_FALSE(run("{id: t, type: io.kestra.plugin.core.storage.Size, uri: 'kestra:///none'}").has_value());
  std::string deletion = fmt::format("{{id: t, type: io.kestra.plugin.core.storage.Delete, uri: '{}'}}", a);
  EXPECT_EQ(outputs(deletion), Value::map({{"uri", text(a)}, {"deleted", Value::boolean(true)}}));
  EXPECT_EQ(outputs(deletion), Value::map({{"uri", text(a)}, {"deleted", Value::boolean(false)}}));
  EXPECT_EQ(
      failure(fmt::format("{{id: t, type: io.kestra.plugin.core.storage.Delete, uri: '{}', errorOnMissing: true}}", a)),
      fmt::format("Unable to find file '{}'", a));
  EXPECT_FALSE(run("{id: t, type: io.kestra.plugin.core.storage.Delete, uri: plain}").has_value());
}

TEST_F(CoreTasks, StorageTasksFailWithoutStorage) {
  context->with_files = false;
  for (std::string_view task : {"Write, content: x", "Concat, files: []", "Size, uri: x", "Delete, uri: x"}) {
    EXPECT_NE(failure(fmt::format("{{id: t, type: io.kestra.plugin.core.storage.{}}}", task))
                  .find("internal storage is not available"),
              std::string::npos);
  }
}

// ---------------------------------------------------------------------------------------------- descriptions

TEST_F(CoreTasks, EveryExampleIsATaskOfItsType) {
  for (const auto& type : registry.tasks()) {
    EXPECT_FALSE(type.title.empty()) << type.type;
    bool made_by_another = type.type.find('$') != std::string::npos;  // flows do not contain it
    EXPECT_TRUE(!type.examples.empty() || made_by_another) << type.type;
    for (const auto& example : type.examples) {
      EXPECT_TRUE(problems(example.code).empty()) << type.type << "\n"
                                                  << example.code << "\n"
                                                  << problems(example.code)[0];
      EXPECT_EQ(bind(example.code)->type, type.type);
    }
    for (const auto& property : type.schema.properties())
      EXPECT_FALSE(property.options.title.empty()) << type.type << "." << property.name;
  }
}

}  // namespace
}  // namespace gyr::plugins::testing
