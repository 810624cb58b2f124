#include "model/bind.h"

#include <gtest/gtest.h>

#include "model/errors.h"
#include "model/test_types.h"
#include "syntax/yaml.h"

namespace gyr::model {

namespace {

using testing::test_types;

enum class Color : uint8_t { red, green };

struct Inner {
  int32_t number = 0;
  std::string text;
  static const Schema& schema();
};

struct Sample {
  std::string text;
  int32_t small = 7;
  int64_t large = 0;
  double ratio = 0;
  bool flag = false;
  base::Duration wait;
  std::optional<base::Instant> when;
  Color color = Color::red;
  std::vector<std::string> names;
  std::map<std::string, int32_t> counts;
  std::optional<Inner> inner;
  std::vector<Inner> inners;
  base::Value anything;
  syntax::NodePtr raw;
  Dynamic<std::string> words;
  Dynamic<int64_t> number;
  Dynamic<std::map<std::string, std::string>> headers;
  Dynamic<base::Value> free;
};

}  // namespace

template <>
struct EnumNames<Color> {
  static std::span<const std::pair<std::string_view, Color>> names() {
    static constexpr std::pair<std::string_view, Color> all[] = {{"RED", Color::red}, {"GREEN", Color::green}};
    return all;
  }
  static std::string_view type_name() { return "test.Color"; }
};

namespace {

const Schema& Inner::schema() {
  static const Schema schema = describe<Inner>("test.Inner")
                                   .property("number", &Inner::number, {.required = true, .minimum = 1, .maximum = 9})
                                   .property("text", &Inner::text, {.not_blank = true, .max_length = 3})
                                   .build();
  return schema;
}

const Schema& sample_schema() {
  static const Schema schema =
      describe<Sample>("test.Sample")
          .property("text", &Sample::text, {.pattern = "[a-z]+"})
          .property("small", &Sample::small)
          .property("large", &Sample::large)
          .property("ratio", &Sample::ratio)
          .property("flag", &Sample::flag, {.default_value = base::Value::boolean(true)})
          .property("wait", &Sample::wait, {.aliases = {"delay"}})
          .property("when", &Sample::when)
          .property("color", &Sample::color, {.deprecated = true})
          .property("names", &Sample::names, {.min_length = 1, .max_length = 2})
          .property("counts", &Sample::counts)
          .property("inner", &Sample::inner)
          .property("inners", &Sample::inners)
          .property("anything", &Sample::anything)
          .property("raw", &Sample::raw)
          .property("words", &Sample::words, {.text_only = true})
          .property("number", &Sample::number, {.minimum = 10})
          .property("headers", &Sample::headers)
          .property("free", &Sample::free, {.default_value = base::Value::string("{{ trigger.date }}")})
          .ignore("type")
          .build();
  return schema;
}

struct Bound {
  Sample sample;
  std::vector<syntax::Diagnostic> diagnostics;
  std::vector<std::string> deprecated;

  /// `path: message` of each finding.
  std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    for (const auto& found : diagnostics) {
      if (found.severity != syntax::Severity::info) lines.push_back(found.path + ": " + found.message);
    }
    return lines;
  }
};

Bound bind(std::string_view yaml) {
  auto node = syntax::parse_yaml(yaml);
  EXPECT_TRUE(node.has_value()) << yaml;
  Bound bound;
  BindContext context(test_types());
  sample_schema().bind(*node, &bound.sample, context);
  bound.diagnostics = context.diagnostics();
  bound.deprecated = context.deprecated_paths();
  EXPECT_EQ(context.failed(), !bound.lines().empty());
  return bound;
}

using Lines = std::vector<std::string>;

// ---- what is right is bound

TEST(Bind, ScalarsOfEveryKind) {
  const Bound bound = bind(
      "text: abc\nsmall: -3\nlarge: 99999999999\nratio: 1.5\nflag: false\nwait: PT1M\nwhen: "
      "2024-01-01T00:00:00Z\ncolor: GREEN\n");
  EXPECT_EQ(bound.lines(), Lines());
  EXPECT_EQ(bound.sample.text, "abc");
  EXPECT_EQ(bound.sample.small, -3);
  EXPECT_EQ(bound.sample.large, 99999999999);
  EXPECT_EQ(bound.sample.ratio, 1.5);
  EXPECT_FALSE(bound.sample.flag);
  EXPECT_EQ(bound.sample.wait, base::Duration::of_seconds(60));
  EXPECT_EQ(bound.sample.when->seconds, 1704067200);
  EXPECT_EQ(bound.sample.color, Color::green);
  EXPECT_EQ(bound.deprecated, Lines{"color"});
}

// FLOW-2: the reference coerces these, so flows have them.
TEST(Bind, ScalarsThatAreCoerced) {
  const Bound bound = bind("text: abc\nsmall: '5'\nlarge: 1.9\nratio: 2\nflag: 'FALSE'\nwait: 90\n");
  EXPECT_EQ(bound.lines(), Lines());
  EXPECT_EQ(bound.sample.small, 5);
  EXPECT_EQ(bound.sample.large, 1);
  EXPECT_EQ(bound.sample.ratio, 2.0);
  EXPECT_FALSE(bound.sample.flag);
  EXPECT_EQ(bound.sample.wait, base::Duration::of_seconds(90));
  EXPECT_TRUE(bind("flag: 1\n").sample.flag);
  EXPECT_EQ(bind("wait: 0.2\n").sample.wait, base::Duration::of_millis(200));
}

TEST(Bind, TextsStayAsWritten) {
  const Bound bound = bind("names: [1.10, yes]\nanything: {a: [1, true]}\nraw: [x]\n");
  EXPECT_EQ(bound.lines(), Lines());
  EXPECT_EQ(bound.sample.names, (Lines{"1.10", "yes"}));
  EXPECT_EQ(bound.sample.anything,
            base::Value::map({{"a", base::Value::list({base::Value::integer(1), base::Value::boolean(true)})}}));
  EXPECT_TRUE(bound.sample.raw->is_sequence());
}

TEST(Bind, ObjectsListsAndMaps) {
  const Bound bound = bind(
      "inner: {number: 3, text: ab}\ninners:\n  - {number: 1, text: x}\n  - {number: 2, text: y}\ncounts: {a: 1, b: "
      "2}\n");
  EXPECT_EQ(bound.lines(), Lines());
  EXPECT_EQ(bound.sample.inner->number, 3);
  ASSERT_EQ(bound.sample.inners.size(), 2U);
  EXPECT_EQ(bound.sample.inners[1].text, "y");
  EXPECT_EQ(bound.sample.counts, (std::map<std::string, int32_t>{{"a", 1}, {"b", 2}}));
}

TEST(Bind, DefaultsStandForAbsentAndNull) {
  EXPECT_TRUE(bind("{}").sample.flag);
  const Bound bound = bind("flag: null\nsmall:\nfree: ~\nnames:\ninner:\ncolor:\nratio: ''\n");
  EXPECT_EQ(bound.lines(), Lines());
  EXPECT_TRUE(bound.sample.flag);
  EXPECT_EQ(bound.sample.small, 7);
  EXPECT_EQ(bound.sample.free.source(), base::Value::string("{{ trigger.date }}"));
  EXPECT_FALSE(bound.sample.words.is_set());
}

// TASK-3: only the rendered value shows whether a dynamic value is valid.
TEST(Bind, DynamicTakesEverything) {
  const Bound bound = bind("number: '{{ inputs.n }}'\nwords: 1.10\nheaders: {a: 1, b: yes}\nfree: [1, '{{ x }}']\n");
  EXPECT_EQ(bound.lines(), Lines());
  EXPECT_EQ(bound.sample.number.source(), base::Value::string("{{ inputs.n }}"));
  EXPECT_EQ(bound.sample.words.source(), base::Value::string("1.10"));
  EXPECT_EQ(bound.sample.headers.source(),
            base::Value::map({{"a", base::Value::string("1")}, {"b", base::Value::string("true")}}));
  EXPECT_TRUE(bound.sample.free.source().is_list());
  EXPECT_FALSE(bound.sample.free.value_template().is_constant());
  EXPECT_EQ(bound.sample.words.node()->text(), "1.10");
  EXPECT_EQ(bind("number: [1]\n").lines(), Lines());
}

// EXPR-347: JSON text of a map is taken apart before it is rendered, an expression is not.
TEST(Bind, MapsAsJsonText) {
  EXPECT_TRUE(bind("headers: '{\"a\": \"{{ x }}\"}'\n").sample.headers.source().is_map());
  EXPECT_TRUE(bind("headers: '{{ vars.headers }}'\n").sample.headers.source().is_string());
}

TEST(Bind, OldNamesAreReportedAsDeprecated) {
  const Bound bound = bind("delay: PT5S\n");
  EXPECT_EQ(bound.sample.wait, base::Duration::of_seconds(5));
  EXPECT_EQ(bound.deprecated, Lines{"delay"});
  ASSERT_EQ(bound.diagnostics.size(), 1U);
  EXPECT_EQ(bound.diagnostics[0].severity, syntax::Severity::info);
  EXPECT_EQ(bound.diagnostics[0].help, "use `wait`");
  const Bound both = bind("delay: PT5S\nwait: PT6S\n");
  EXPECT_EQ(both.sample.wait, base::Duration::of_seconds(6));
  EXPECT_EQ(both.deprecated, Lines{"delay"});
}

// ---- errors are reported

struct WrongCase {
  const char* yaml;
  const char* line;
};

class WrongKinds : public ::testing::TestWithParam<WrongCase> {};

// FLOW-2
TEST_P(WrongKinds, AreReportedWithTheirPath) {
  EXPECT_EQ(bind(GetParam().yaml).lines(), Lines{GetParam().line}) << GetParam().yaml;
}

INSTANTIATE_TEST_SUITE_P(
    Bind, WrongKinds,
    ::testing::Values(
        WrongCase{"text: {a: 1}",
                  "text: Cannot deserialize value of type `java.lang.String` from Object value (token "
                  "`JsonToken.START_OBJECT`)"},
        WrongCase{"text: [a]",
                  "text: Cannot deserialize value of type `java.lang.String` from Array value (token "
                  "`JsonToken.START_ARRAY`)"},
        WrongCase{"small: abc",
                  "small: Cannot deserialize value of type `java.lang.Integer` from String \"abc\": not a valid "
                  "`java.lang.Integer` value"},
        WrongCase{"small: true",
                  "small: Cannot deserialize value of type `java.lang.Integer` from Boolean value (token "
                  "`JsonToken.VALUE_TRUE`)"},
        WrongCase{"small: 99999999999",
                  "small: Numeric value (99999999999) out of range of int (-2147483648 - 2147483647)"},
        WrongCase{"small: 1e300", "small: Numeric value (1e300) out of range of int (-2147483648 - 2147483647)"},
        WrongCase{"large: 123456789012345678901234567890",
                  "large: Numeric value (123456789012345678901234567890) out of range of long (-9223372036854775808 - "
                  "9223372036854775807)"},
        WrongCase{"ratio: much",
                  "ratio: Cannot deserialize value of type `java.lang.Double` from String \"much\": not a valid "
                  "`Double` value"},
        WrongCase{"flag: perhaps",
                  "flag: Cannot deserialize value of type `java.lang.Boolean` from String \"perhaps\": only \"true\" "
                  "or \"false\" recognized"},
        WrongCase{"flag: [true]",
                  "flag: Cannot deserialize value of type `java.lang.Boolean` from Array value (token "
                  "`JsonToken.START_ARRAY`)"},
        WrongCase{"flag: 1.5",
                  "flag: Cannot deserialize value of type `java.lang.Boolean` from Floating-point value (token "
                  "`JsonToken.VALUE_NUMBER_FLOAT`)"},
        WrongCase{"wait: 10s",
                  "wait: Cannot deserialize value of type `java.time.Duration` from String \"10s\": Text cannot be "
                  "parsed to a Duration"},
        WrongCase{"when: yesterday",
                  "when: Cannot deserialize value of type `java.time.Instant` from String \"yesterday\": Text "
                  "'yesterday' could not be parsed"},
        WrongCase{"color: BLUE",
                  "color: Cannot deserialize value of type `test.Color` from String \"BLUE\": not one of the values "
                  "accepted for Enum class: [RED, GREEN]"},
        WrongCase{"color: red",
                  "color: Cannot deserialize value of type `test.Color` from String \"red\": not one of the values "
                  "accepted for Enum class: [RED, GREEN]"},
        WrongCase{
            "color: [RED]",
            "color: Cannot deserialize value of type `test.Color` from Array value (token `JsonToken.START_ARRAY`)"},
        WrongCase{"names: abc",
                  "names: Cannot deserialize value of type `java.util.ArrayList<java.lang.String>` from String value "
                  "(token `JsonToken.VALUE_STRING`)"},
        WrongCase{"names: [a, [b]]",
                  "names[1]: Cannot deserialize value of type `java.lang.String` from Array value (token "
                  "`JsonToken.START_ARRAY`)"},
        WrongCase{"names: [a, ~]", "names[1]: must not be null"},
        WrongCase{"counts: [1]",
                  "counts: Cannot deserialize value of type `java.util.LinkedHashMap` from Array value (token "
                  "`JsonToken.START_ARRAY`)"},
        WrongCase{"counts: {a: x}",
                  "counts.a: Cannot deserialize value of type `java.lang.Integer` from String \"x\": not a valid "
                  "`java.lang.Integer` value"},
        WrongCase{"inner: 5",
                  "inner: Cannot deserialize value of type `test.Inner` from Integer value (token "
                  "`JsonToken.VALUE_NUMBER_INT`)"},
        WrongCase{"inner: {number: 1, text: a, more: 2}",
                  "inner.more: Unrecognized field \"more\" (class test.Inner), not marked as ignorable (2 known "
                  "properties: \"number\", \"text\")"},
        WrongCase{"words: {a: 1}",
                  "words: Cannot deserialize value of type `java.lang.String` from Object value (token "
                  "`JsonToken.START_OBJECT`)"},
        WrongCase{
            "[a]",
            ": Cannot deserialize value of type `test.Sample` from Array value (token `JsonToken.START_ARRAY`)"}));

class Constraints : public ::testing::TestWithParam<WrongCase> {};

// FLOW-6
TEST_P(Constraints, AreReportedWithTheirPath) {
  EXPECT_EQ(bind(GetParam().yaml).lines(), Lines{GetParam().line}) << GetParam().yaml;
}

INSTANTIATE_TEST_SUITE_P(
    Bind, Constraints,
    ::testing::Values(WrongCase{"text: ABC", "text: must match \"[a-z]+\""},
                      WrongCase{"text: abc1", "text: must match \"[a-z]+\""},
                      WrongCase{"inner: {text: a}", "inner.number: must not be null"},
                      WrongCase{"inner: {number: ~, text: a}", "inner.number: must not be null"},
                      WrongCase{"inner: {number: 0, text: a}", "inner.number: must be greater than or equal to 1"},
                      WrongCase{"inner: {number: 10, text: a}", "inner.number: must be less than or equal to 9"},
                      WrongCase{"inner: {number: 1, text: '  '}", "inner.text: must not be blank"},
                      WrongCase{"inner: {number: 1}", "inner.text: must not be blank"},
                      WrongCase{"inner: {number: 1, text: abcd}", "inner.text: size must be between 0 and 3"},
                      WrongCase{"inner: {number: 1, text: äöüß}", "inner.text: size must be between 0 and 3"},
                      WrongCase{"names: []", "names: size must be between 1 and 2"},
                      WrongCase{"names: [a, b, c]", "names: size must be between 1 and 2"},
                      WrongCase{"number: 9", "number: must be greater than or equal to 10"},
                      WrongCase{"inners: [{number: 1, text: a}, {number: 11, text: a}]",
                                "inners[1].number: must be less than or equal to 9"}));

TEST(Bind, TextOfThreeCharactersOfAnyScriptFits) { EXPECT_EQ(bind("inner: {number: 1, text: äöü}").lines(), Lines()); }
TEST(Bind, ConstraintsOfDynamicTextWaitForRendering) { EXPECT_EQ(bind("number: '{{ 5 }}'").lines(), Lines()); }

// FLOW-2 [+]: all findings at once, each with its place and the next step.
TEST(Bind, AllFindingsAtOnce) {
  const Bound bound = bind("txet: abc\nsmall: abc\ncolor: GREN\ninner: {}\n");
  ASSERT_EQ(bound.lines().size(), 5U) << fmt::format("{}", fmt::join(bound.lines(), "\n"));
  std::vector<syntax::Diagnostic> errors;
  std::ranges::copy_if(bound.diagnostics, std::back_inserter(errors),
                       [](const auto& found) { return found.severity == syntax::Severity::error; });
  const auto& unknown = errors[0];
  EXPECT_EQ(unknown.code, unknown_property);
  EXPECT_EQ(unknown.path, "txet");
  EXPECT_EQ(unknown.help, "did you mean `text`?");
  EXPECT_EQ(unknown.span->line, 1U);
  EXPECT_EQ(unknown.span->column, 1U);
  EXPECT_EQ(unknown.span->end_column, 5U);
  EXPECT_EQ(errors[1].code, wrong_kind);
  EXPECT_EQ(errors[1].span->column, 8U);
  EXPECT_EQ(errors[2].help, "did you mean `GREEN`?");
  EXPECT_EQ(errors[3].code, missing_value);
  EXPECT_EQ(errors[3].span->line, 4U);
}

TEST(Bind, RulesRunOnlyOverWhatIsThere) {
  struct Pair {
    std::string a, b;
  };
  int calls = 0;
  const Schema schema = describe<Pair>("test.Pair")
                            .property("a", &Pair::a, {.required = true})
                            .property("b", &Pair::b, {.max_length = 2})
                            .check([&](const Pair&, const syntax::NodePtr&, BindContext&) { ++calls; })
                            .build();
  const auto run = [&](std::string_view yaml) {
    Pair pair;
    BindContext context(test_types());
    schema.bind(*syntax::parse_yaml(yaml), &pair, context);
    return context.diagnostics().size();
  };
  EXPECT_EQ(run("{b: x}"), 1U);
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(run("{a: [x]}"), 1U);
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(run("{a: x, b: long}"), 1U);  // a broken constraint keeps no rule from looking
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(run("{a: x, b: y}"), 0U);
  EXPECT_EQ(calls, 2);
}

TEST(Bind, RenderedValuesBindIntoObjects) {
  Inner inner;
  const auto value = base::Value::map({{"number", base::Value::integer(4)}, {"text", base::Value::string("ab")}});
  ASSERT_TRUE(detail::bind_rendered(Inner::schema(), value, &inner).has_value());
  EXPECT_EQ(inner.number, 4);
  const auto wrong =
      detail::bind_rendered(Inner::schema(), base::Value::map({{"number", base::Value::integer(44)}}), &inner);
  ASSERT_FALSE(wrong.has_value());
  EXPECT_EQ(wrong.error().message(), "number: must be less than or equal to 9, text: must not be blank");
}

// FLOW-64: a value from outside the flow is not an error of the flow.
TEST(Bind, FindingsAtForeignNodesAreDefects) {
  const auto node = syntax::parse_yaml("small: [1]\n");
  const std::unordered_set<const syntax::Node*> foreign{(*node)->find("small")};
  BindContext context(test_types());
  context.set_foreign(&foreign);
  Sample sample;
  sample_schema().bind(*node, &sample, context);
  EXPECT_FALSE(context.failed());
  ASSERT_EQ(context.diagnostics().size(), 1U);
  EXPECT_EQ(context.diagnostics()[0].severity, syntax::Severity::warning);
  EXPECT_EQ(
      context.take_defect(),
      "small: Cannot deserialize value of type `java.lang.Integer` from Array value (token `JsonToken.START_ARRAY`)");
  EXPECT_EQ(context.take_defect(), "");
}

// ---- description

TEST(Bind, TypesAreDescribed) {
  const Schema& schema = sample_schema();
  EXPECT_EQ(schema.find("delay"), schema.find("wait"));
  EXPECT_EQ(schema.find("nothing"), nullptr);
  EXPECT_TRUE(schema.find("number")->dynamic);
  EXPECT_EQ(schema.find("number")->type.type, ValueType::integer);
  EXPECT_EQ(schema.find("color")->type.values, (Lines{"RED", "GREEN"}));
  EXPECT_EQ(schema.find("names")->type.item->type, ValueType::string);
  EXPECT_EQ(&schema.find("inner")->type.object(), &Inner::schema());
}

// ---- child tasks

TEST(ChildLists, AreFoundWhateverTheirShape) {
  const auto node = syntax::parse_yaml(R"(
id: choose
type: io.kestra.plugin.core.flow.Switch
value: a
cases:
  red: [{id: r, type: io.kestra.plugin.core.debug.Return}]
defaults:
  - id: dag
    type: io.kestra.plugin.core.flow.Dag
    tasks:
      - task: {id: one, type: io.kestra.plugin.core.debug.Return}
      - task: {id: two, type: io.kestra.plugin.core.flow.Pause, onPause: {id: three, type: io.kestra.plugin.core.debug.Return}}
)");
  TaskSpec task;
  BindContext context(test_types());
  Binder<TaskSpec>::bind(*node, task, context);
  ASSERT_FALSE(context.failed());
  Lines lists;
  for_each_child_list(task, [&](std::string_view property, std::span<const TaskSpec> tasks) {
    lists.push_back(std::string(property) + " " + std::to_string(tasks.size()));
  });
  EXPECT_EQ(lists, (Lines{"cases.red 1", "defaults 1"}));
  Lines ids;
  for_each_task({&task, 1}, [&](const TaskSpec& child) { ids.push_back(child.id); });
  EXPECT_EQ(ids, (Lines{"choose", "r", "dag", "one", "two", "three"}));
  EXPECT_EQ(task.properties<testing::SwitchTask>().defaults[0].properties<testing::DagTask>().tasks[1].task.id, "two");
}

}  // namespace

}  // namespace gyr::model
