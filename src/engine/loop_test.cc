// Loop in the engine: iterations by themselves, their outputs, what ends the loop, restart, replay, crash (PLUG-1:
// core.flow.Loop).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/flowable/flowable.h"
#include "engine/testing/harness.h"
#include "syntax/json.h"

namespace gyr::engine {
namespace {

using base::Value;
using model::State;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::Harness;
using ::testing::HasSubstr;
using testing::Outcome;

std::string loop(std::string_view options, std::string_view tasks, std::string_view more = {}) {
  return "\ntasks:\n  - id: loop\n    type: io.kestra.plugin.core.flow.Loop\n" + std::string(options) + "    tasks:\n" +
         std::string(tasks) + std::string(more);
}

std::string output_text(const Harness& flow, const std::string& task, std::string_view key) {
  const Value* value = flow.find(task)->run.outputs.find(key);
  return value == nullptr ? "none" : syntax::write_json(*value);
}

TEST(Loop, EachIterationIsARunWithValueAndNumber) {  // PLUG-1
  Harness flow(loop("    values: [a, a, {\"k\": 1}, 7]\n",
                    "      - {id: say, type: test.Echo, text: \"{{ item.index }} {{ item.value }}\"}\n"));
  flow.run();
  EXPECT_EQ(flow.execution_state(), State::success);
  EXPECT_THAT(flow.log_messages(), ElementsAre("0 a", "1 a", "2 {\"k\":1}", "3 7"));  // equal values are not one
  EXPECT_EQ(flow.find("loop.iteration")->run.value, "a");
  EXPECT_EQ(flow.find("loop.iteration", "7")->run.iteration, 3);
  EXPECT_EQ(flow.find("say")->run.value, std::nullopt);
  EXPECT_EQ(output_text(flow, "loop", "iterationCount"), "4");
  EXPECT_EQ(output_text(flow, "loop", "terminatedIterations"), "4");
  EXPECT_EQ(output_text(flow, "loop", "runningIterations"), "0");
  EXPECT_EQ(output_text(flow, "loop", "outputs"), "none");
}

TEST(Loop, TasksSeeTheOutputsOfTheirOwnIteration) {  // PLUG-1
  Harness flow(loop("    values: [x, x]\n    concurrencyLimit: 0\n", R"(
      - {id: first, type: test.Work}
      - id: choice
        type: io.kestra.plugin.core.flow.If
        condition: "{{ outputs.first.n == 1 }}"
        then:
          - {id: one, type: test.Echo, text: "{{ item.index }} one {{ outputs.first.n }} {{ tasks.first.state }}"}
        else:
          - {id: other, type: test.Echo, text: "{{ item.index }} other {{ outputs.first.n }} {{ outputs.one is defined }}"}
)",
                    R"(
  - {id: behind, type: test.Echo, text: "{{ outputs.first is defined }} {{ outputs.loop.iterationCount }} {{ item is defined }}"}
)"));
  flow.script("first", {{State::success, Value::map({{"n", Value::integer(1)}})},
                        {State::success, Value::map({{"n", Value::integer(2)}})}});
  flow.run();
  EXPECT_EQ(flow.execution_state(), State::success);
  EXPECT_THAT(flow.log_messages(), ElementsAre("0 one 1 SUCCESS", "1 other 2 false", "false 2 false"));
}

TEST(Loop, AWorkerOnlyGetsTheOutputsOfItsIteration) {  // PLUG-1, EXEC-111
  Harness flow(loop("    values: [x, x]\n    concurrencyLimit: 0\n", R"(
      - {id: first, type: test.Work}
      - id: each
        type: io.kestra.plugin.core.flow.ForEach
        values: [p, q]
        tasks:
          - {id: inner, type: test.Work}
      - {id: last, type: test.Work, text: "{{ outputs.first }} {{ outputs.inner['p'] }} {{ outputs }} {{ item }}"}
)"));
  flow.script("first", {{State::success, Value::map({{"n", Value::integer(1)}})},
                        {State::success, Value::map({{"n", Value::integer(2)}})}});
  flow.hold_work();
  flow.run();
  for (int i = 0; i < 2; ++i) flow.finish_work("first", {State::success, Value::map({{"n", Value::integer(i)}})});
  for (int i = 0; i < 4; ++i) flow.finish_work("inner", {State::success, Value::map({{"i", Value::integer(i)}})});
  ASSERT_EQ(flow.held(), 2U);
  for (int i = 0; i < 2; ++i) {
    const Value& context = flow.held_work()[static_cast<size_t>(i)].context;
    EXPECT_EQ(syntax::write_json(*context.find_path({"outputs", "first"})), "{\"n\":" + std::to_string(i) + "}");
    const Value* inner = context.find_path({"outputs", "inner"});
    ASSERT_NE(inner, nullptr);
    EXPECT_EQ(inner->size(), 2U) << syntax::write_json(*inner);
    EXPECT_NE(inner->find("p"), nullptr);
    EXPECT_EQ(*context.find_path({"item", "index"}), Value::narrow_integer(i));
  }
}

TEST(Loop, KnowsKeysAndEnclosingLoops) {  // PLUG-1, EXPR-396
  Harness flow(R"(
tasks:
  - id: outer
    type: io.kestra.plugin.core.flow.Loop
    values: {dev: d, prod: p}
    tasks:
      - id: middle
        type: io.kestra.plugin.core.flow.Loop
        values: "[2025]"
        tasks:
          - id: group
            type: io.kestra.plugin.core.flow.Sequential
            tasks:
              - id: inner
                type: io.kestra.plugin.core.flow.Loop
                values: "{{ [item.parent.key] }}"
                tasks:
                  - id: say
                    type: test.Echo
                    text: "{{ item.value }} {{ item.key is defined }} {{ item.parent.value }} {{ item.parents[1].key }}={{ item.parents[1].value }} {{ item.parents | length }}"
)");
  flow.run();
  EXPECT_EQ(flow.execution_state(), State::success);
  EXPECT_THAT(flow.log_messages(), ElementsAre("dev false 2025 dev=d 2", "prod false 2025 prod=p 2"));
}

TEST(Loop, OutputsAreCollectedInOrder) {  // PLUG-1
  Harness flow(loop(
      "    values: {b: 3, a: 1}\n    concurrencyLimit: 0\n    outputs:\n"
      "      - {id: n, type: INT, value: \"{{ outputs.work.n }}\"}\n      - {id: text, value: \"{{ item.key }}\"}\n"
      "      - {id: none, value: \"{{ outputs.nothing.here }}\", required: false}\n",
      "      - {id: work, type: test.Work}\n",
      "    finally:\n      - {id: own, type: test.Echo, text: \"{{ parent.outputs.terminatedIterations }}\"}\n"
      "  - {id: all, type: test.Echo, text: \"{{ loopOutputs(outputs.loop.outputs, 'n') }} {{ "
      "outputs.loop.outputs[1].item.key }}\"}\n"));
  flow.hold_work();
  flow.run();
  flow.crash();
  flow.finish_work("work", {State::success, Value::map({{"n", Value::integer(2)}})});
  flow.finish_work("work", {State::success, Value::map({{"n", Value::integer(1)}})});
  EXPECT_EQ(flow.execution_state(), State::success);
  EXPECT_EQ(
      output_text(flow, "loop", "outputs"),
      R"([{"item":{"value":"3","iteration":0,"key":"b"},"outputs":{"n":2,"text":"b"}},{"item":{"value":"1","iteration":1,"key":"a"},"outputs":{"n":1,"text":"a"}}])");
  EXPECT_THAT(flow.log_messages(), Contains("[2,1] a"));
  EXPECT_THAT(flow.log_messages(), Contains("2"));
}

TEST(Loop, ItsLimitAppliesToIterations) {  // PLUG-1
  Harness flow(loop("    values: [a, b, c]\n    concurrencyLimit: 2\n",
                    "      - {id: one, type: test.Work}\n      - {id: two, type: test.Work}\n"));
  flow.hold_work();
  flow.run();
  EXPECT_EQ(flow.held(), 2U);
  flow.finish_work("one");
  EXPECT_EQ(flow.held(), 2U);  // the second task of the first iteration
  flow.finish_work("two");
  EXPECT_EQ(flow.held(), 2U);  // and now the third iteration
  while (flow.held() > 0) flow.finish_work(flow.held_work().front().task_id);
  EXPECT_EQ(flow.execution_state(), State::success);
  EXPECT_EQ(flow.state().runs_of_task(flow.find("two")->task).size(), 3U);
}

TEST(Loop, AFailedIterationEndsItAndHandlesItsError) {  // PLUG-1, TASK-24
  Harness flow(loop("    values: [a, b]\n", "      - {id: ko, type: test.Fail, text: x}\n",
                    "    errors:\n      - {id: handle, type: test.Echo, text: \"{{ item.value }} failed\"}\n"
                    "    finally:\n      - {id: clean, type: test.Echo, text: clean}\n"));
  flow.run();
  EXPECT_EQ(flow.tree(), "loop:FAILED loop.iteration[a]:FAILED ko:FAILED handle:SUCCESS clean:SUCCESS");
  EXPECT_THAT(flow.log_messages(), Contains("a failed"));
  EXPECT_EQ(flow.execution_state(), State::failed);
}

TEST(Loop, WithoutTransmitFailedAllIterationsRun) {  // PLUG-1
  Harness flow(
      loop("    values: [a, b, c]\n    transmitFailed: false\n    outputs: [{id: o, value: \"{{ outputs.work.result "
           "}}\"}]\n",
           "      - {id: work, type: test.Work}\n",
           "    errors:\n      - {id: handle, type: test.Echo, text: \"{{ item.index }}\"}\n"));
  flow.script("work", {{State::success, Value::map({{"result", Value::string("r")}})},
                       {State::failed, {}},
                       {State::warning, Value::map({{"result", Value::string("w")}})}});
  flow.run();
  EXPECT_EQ(flow.find("loop")->run.state.current(), State::success);
  EXPECT_EQ(flow.find("loop.iteration", "b")->run.state.current(), State::failed);
  EXPECT_EQ(flow.find("loop.iteration", "c")->run.state.current(), State::warning);
  EXPECT_THAT(flow.log_messages(), Contains("1"));
  EXPECT_EQ(output_text(flow, "loop", "terminatedIterations"), "3");
  EXPECT_EQ(
      output_text(flow, "loop", "outputs"),
      R"([{"item":{"value":"a","iteration":0},"outputs":{"o":"r"}},{"item":{"value":"b","iteration":1},"outputs":{}},{"item":{"value":"c","iteration":2},"outputs":{"o":"w"}}])");
}

TEST(Loop, BreakWhenEndsIt) {  // PLUG-1
  Harness flow(
      loop("    values: [a, b, c, d]\n    breakWhen: \"{{ item.value == 'b' }}\"\n    outputs: [{id: v, value: \"{{ "
           "item.value }}\"}]\n",
           "      - {id: work, type: test.Work}\n"));
  flow.run();
  EXPECT_EQ(flow.tree(), "loop:SUCCESS loop.iteration[a]:SUCCESS work:SUCCESS loop.iteration[b]:SUCCESS work:SUCCESS");
  EXPECT_EQ(output_text(flow, "loop", "iterationCount"), "2");
  // All values are known when an iteration is replayed, and the loop is looked at anew.
  ASSERT_TRUE(flow.replay("loop.iteration", "a"));
  flow.run();
  EXPECT_EQ(flow.tree(), "loop:SUCCESS loop.iteration[a]:SUCCESS work:SUCCESS loop.iteration[b]:SUCCESS work:SUCCESS");
  ASSERT_TRUE(
      flow.replay_with(loop("    values: [a, b, c, d]\n", "      - {id: work, type: test.Work}\n"), "loop.iteration"));
  flow.run();
  EXPECT_THAT(flow.tree(), HasSubstr("loop.iteration[d]:SUCCESS"));
}

TEST(Loop, RunningIterationsContinueAfterABreak) {  // PLUG-1
  Harness flow(loop("    values: [a, b, c, d]\n    concurrencyLimit: 2\n    breakWhen: \"{{ outputs.work.stop }}\"\n",
                    "      - {id: work, type: test.Work}\n"));
  flow.hold_work();
  flow.run();
  flow.finish_work("work", {State::success, Value::map({{"stop", Value::boolean(true)}})});
  flow.crash();
  EXPECT_EQ(flow.tree(),
            "loop:RUNNING loop.iteration[a]:SUCCESS loop.iteration[b]:RUNNING work:SUCCESS work:SUBMITTED");
  flow.finish_work("work", {State::failed, {}});
  EXPECT_EQ(flow.execution_state(), State::failed);
  flow.deliver(RestartRequested{});
  flow.run();
  flow.finish_work("work", {State::success, Value::map({{"stop", Value::boolean(false)}})});
  EXPECT_EQ(
      flow.tree(),
      "loop:SUCCESS loop.iteration[a]:SUCCESS loop.iteration[b]:SUCCESS work:SUCCESS work:SUCCESS");  // still ended
}

TEST(Loop, OutputsThatCannotBeRenderedFailTheIteration) {  // PLUG-1
  for (const char* wrong : {"outputs: [{id: o, value: \"{{ outputs.nothing.x }}\"}]",
                            "outputs: [{id: o, type: INT, value: many}]", "breakWhen: \"{{ nothing }}\""}) {
    Harness flow(loop("    values: [a, b]\n    " + std::string(wrong) + "\n",
                      "      - {id: say, type: test.Echo, text: x}\n",
                      "    errors:\n      - {id: handle, type: test.Echo, text: handled}\n"));
    flow.run();
    EXPECT_EQ(flow.tree(), "loop:FAILED loop.iteration[a]:FAILED say:SUCCESS handle:SUCCESS") << wrong;
    EXPECT_THAT(flow.log_messages(), Contains(HasSubstr("Failed to render"))) << wrong;
  }
}

TEST(Loop, InvalidValuesFailIt) {  // PLUG-1, TASK-26
  for (const char* values :
       {"[a, null]", "\"{{ 'word' }}\"", "\"{{ 7 }}\"", "\"7\"", "{a: null}", "\"{{ nothing }}\"", "\"[1,\""}) {
    Harness flow(loop("    values: " + std::string(values) + "\n", "      - {id: say, type: test.Echo, text: x}\n"));
    flow.run();
    EXPECT_EQ(flow.tree(), "loop:FAILED") << values;
  }
}

TEST(Loop, WithoutValuesItSucceeds) {  // PLUG-1
  for (const char* values : {"[]", "{}", "\"[]\""}) {
    Harness flow(loop("    values: " + std::string(values) + "\n    outputs: [{id: o, value: x}]\n",
                      "      - {id: say, type: test.Echo, text: x}\n"));
    flow.run();
    EXPECT_EQ(flow.tree(), "loop:SUCCESS") << values;
    EXPECT_EQ(output_text(flow, "loop", "outputs"), "[]") << values;
  }
}

TEST(Loop, ReadsValuesFromTheLinesOfAFile) {  // PLUG-1
  Harness flow(loop(
      "    values: \"{{ inputs.file }}\"\n    fetchType: FETCH\n    outputs: [{id: v, value: \"{{ item.value }}\"}]\n",
      "      - {id: say, type: test.Echo, text: \"{{ item.index }} {{ item.value }}\"}\n"));
  // An address is never taken for a part of an expression.
  flow.set_inputs(Value::map({{"file", Value::string("kestra:///a') ~ secret('x.ion")}}));
  std::vector<std::string> asked;
  flow.on_render = [&](const RenderRequest& request) -> base::Result<Value> {
    asked.push_back(std::string(request.source.text()));
    EXPECT_EQ(*request.context.find_path({"taskrun", "file"}), Value::string("kestra:///a') ~ secret('x.ion"));
    return Value::string("{name:\"Ada\",age:36}\n\"text\"\n\n7\n{\"json\": [1]}\n");
  };
  flow.run();
  EXPECT_THAT(asked, ElementsAre("{{ read(taskrun.file) }}"));
  EXPECT_EQ(flow.execution_state(), State::success);
  EXPECT_THAT(flow.log_messages(), ElementsAre("0 {\"name\":\"Ada\",\"age\":36}", "1 text", "2 7", "3 {\"json\":[1]}"));
}

TEST(Loop, AFileThatCannotBeReadFailsIt) {  // PLUG-1
  const std::vector<base::Result<Value>> answers = {
      base::Result<Value>(Value::string("{name: \"Ada\"")), base::Result<Value>(Value::string("[1] ]")),
      base::Result<Value>(Value::string("null")), base::Result<Value>(base::fail(bad_decision, "no such file"))};
  for (const auto& answer : answers) {
    Harness flow(loop("    values: kestra:///file.ion\n", "      - {id: say, type: test.Echo, text: x}\n"));
    flow.on_render = [&](const RenderRequest&) { return answer; };
    flow.run();
    EXPECT_EQ(flow.tree(), "loop:FAILED");
  }
}

TEST(Loop, StoresItsOutputsInAFile) {  // PLUG-1
  for (const char* how : {"values: kestra:///file.ion", "values: [a, b]\n    fetchType: STORE"}) {
    Harness flow(loop("    " + std::string(how) + "\n    outputs: [{id: v, value: \"{{ item.value }}\"}]\n",
                      "      - {id: say, type: test.Echo, text: x}\n",
                      "    finally:\n      - {id: clean, type: test.Echo, text: x}\n  - {id: behind, type: test.Echo, "
                      "text: \"{{ outputs.loop.uri }}\"}\n"));
    flow.on_render = [](const RenderRequest&) -> base::Result<Value> { return Value::string("\"a\"\n\"b\"\n"); };
    flow.script("loop.outputs", {{State::success, Value::map({{"uri", Value::string("kestra:///there.ion")}})}});
    flow.run();
    EXPECT_EQ(flow.execution_state(), State::success) << how;
    EXPECT_THAT(flow.log_messages(), Contains("kestra:///there.ion")) << how;
    EXPECT_EQ(output_text(flow, "loop", "outputs"), "none");
    EXPECT_EQ(output_text(flow, "loop.iteration", "v"), "\"a\"");
  }
}

TEST(Loop, FailsIfItsFileCannotBeWritten) {  // PLUG-1
  Harness flow(loop("    values: [a]\n    fetchType: STORE\n    outputs: [{id: v, value: \"{{ item.value }}\"}]\n",
                    "      - {id: say, type: test.Echo, text: x}\n"));
  flow.script("loop.outputs",
              {{State::failed, {}}, {State::success, Value::map({{"uri", Value::string("kestra:///there.ion")}})}});
  flow.run();
  EXPECT_EQ(flow.tree(), "loop:FAILED loop.iteration[a]:SUCCESS say:SUCCESS loop.outputs:FAILED");
}

TEST(Loop, WritesNoFileIfItsValuesComeFromNoFile) {  // PLUG-1
  Harness flow(loop("    values: \"{{ ['a'] }}\"\n    outputs: [{id: v, value: \"{{ item.value }}\"}]\n",
                    "      - {id: say, type: test.Echo, text: x}\n",
                    "    finally:\n      - {id: clean, type: test.Echo, text: x}\n"));
  flow.run();
  EXPECT_EQ(flow.tree(), "loop:SUCCESS loop.iteration[a]:SUCCESS say:SUCCESS clean:SUCCESS");
  EXPECT_EQ(output_text(flow, "loop", "outputs"), R"([{"item":{"value":"a","iteration":0},"outputs":{"v":"a"}}])");
}

TEST(Loop, ARestartContinuesWithTheFailedIteration) {  // PLUG-1, EXEC-84
  Harness flow(loop("    values: [a, a, a]\n    outputs: [{id: i, type: INT, value: \"{{ item.index }}\"}]\n",
                    "      - {id: work, type: test.Work}\n"));
  flow.script("work", {{State::success, {}}, {State::failed, {}}, {State::success, {}}});
  flow.run();
  EXPECT_EQ(flow.tree(), "loop:FAILED loop.iteration[a]:SUCCESS work:SUCCESS loop.iteration[a]:FAILED work:FAILED");
  flow.deliver(RestartRequested{});
  flow.run();
  EXPECT_EQ(flow.tree(),
            "loop:SUCCESS loop.iteration[a]:SUCCESS work:SUCCESS loop.iteration[a]:SUCCESS work:SUCCESS "
            "loop.iteration[a]:SUCCESS work:SUCCESS");
  EXPECT_THAT(output_text(flow, "loop", "outputs"), HasSubstr(R"({"i":2})"));
}

TEST(Loop, AKillEndsItsIterations) {  // PLUG-1, EXEC-80
  for (const char* transmit : {"true", "false"}) {
    Harness flow(loop("    values: [a, b]\n    transmitFailed: " + std::string(transmit) + "\n",
                      "      - {id: work, type: test.Work}\n"));
    flow.hold_work();
    flow.run();
    flow.deliver(KillRequested{});
    flow.finish_work("work", {State::killed, {}});
    EXPECT_EQ(flow.tree(), "loop:KILLED loop.iteration[a]:KILLED work:KILLED") << transmit;
    EXPECT_EQ(flow.execution_state(), State::killed);
  }
}

TEST(Loop, AllowFailureAndWarningsHold) {  // TASK-23
  Harness allowed(loop("    values: [a]\n    allowFailure: true\n", "      - {id: ko, type: test.Fail, text: x}\n"));
  allowed.run();
  EXPECT_EQ(allowed.tree(), "loop:WARNING loop.iteration[a]:FAILED ko:FAILED");
  Harness warns(loop("    values: [a]\n", "      - {id: ko, type: test.Fail, text: x, allowFailure: true}\n"));
  warns.run();
  EXPECT_EQ(warns.tree(), "loop:WARNING loop.iteration[a]:WARNING ko:WARNING");
}

TEST(Loop, ManyIterationsStayWithinAStep) {  // principle: bounded steps
  std::string values = "[";
  for (int i = 0; i < 600; ++i) values += std::to_string(i) + (i < 599 ? "," : "]");
  for (const char* limit : {"0", "1"}) {
    Harness flow(loop("    values: \"" + values + "\"\n    concurrencyLimit: " + std::string(limit) +
                          "\n    outputs: [{id: i, value: \"{{ item.index }}\"}]\n",
                      "      - {id: say, type: test.Echo, text: x}\n"));
    flow.reload = false;
    flow.run();
    EXPECT_EQ(flow.execution_state(), State::success);
    EXPECT_EQ(flow.find("loop")->run.outputs.find("outputs")->size(), 600U);
    EXPECT_GT(flow.steps(), 3U);
  }
}

TEST(Loop, AnIterationWrittenByHandDoesNothing) {  // bad input
  Harness flow("\ntasks:\n  - {id: own, type: \"io.kestra.plugin.core.flow.Loop$Iteration\"}\n");
  flow.run();
  EXPECT_EQ(flow.tree(), "own:SUCCESS");
}

TEST(ForEach, ValuesWithTheSameTextShareTheirOutputs) {  // TASK-35, EXEC-111: merged in order
  Harness flow(R"(
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: "[1, \"1\"]"
    tasks:
      - {id: work, type: test.Work}
  - {id: show, type: test.Echo, text: "{{ outputs.work['1'].a }} {{ outputs.work['1'].b }} {{ outputs.work }}"}
)");
  flow.script("work", {{State::success, Value::map({{"a", Value::integer(1)}, {"b", Value::integer(1)}})},
                       {State::success, Value::map({{"b", Value::integer(2)}})}});
  flow.run();
  EXPECT_THAT(flow.log_messages(), ElementsAre("1 2 {\"1\":{\"a\":1,\"b\":2}}"));
}

}  // namespace
}  // namespace gyr::engine
