#include "model/labels.h"

#include <gtest/gtest.h>

#include "model/bind.h"
#include "model/errors.h"
#include "model/test_types.h"
#include "syntax/json.h"
#include "syntax/yaml.h"

namespace gyr::model {

namespace {

using Labels = std::vector<Label>;

Labels bind(std::string_view yaml, std::vector<std::string>* lines = nullptr) {
  Labels labels;
  BindContext context(testing::test_types());
  Binder<Labels>::bind(*syntax::parse_yaml(yaml), labels, context);
  for (const auto& found : context.diagnostics()) {
    if (lines != nullptr) lines->push_back(found.path + ": " + found.message);
  }
  EXPECT_TRUE(lines != nullptr || !context.failed()) << yaml;
  return labels;
}

std::string message(std::string_view yaml) {
  std::vector<std::string> lines;
  bind(yaml, &lines);
  return lines.empty() ? "" : lines.front();
}

std::vector<std::string> flow_lines(std::string_view yaml) {
  const auto node = *syntax::parse_yaml(yaml);
  BindContext context(testing::test_types());
  Labels labels;
  Binder<Labels>::bind(node->find_shared("labels"), labels, context);
  check_flow_labels(labels, "labels", node, context);
  std::vector<std::string> lines;
  for (const auto& found : context.diagnostics()) lines.push_back(found.path + ": " + found.message);
  return lines;
}

// FLOW-50
TEST(Labels, MapsAndLists) {
  EXPECT_EQ(bind("{team: data, n: 1.10, b: true}"), (Labels{{"team", "data"}, {"n", "1.10"}, {"b", "true"}}));
  EXPECT_EQ(bind("[{key: team, value: data}, {key: a, value: 5, more: x}]"), (Labels{{"team", "data"}, {"a", "5"}}));
  EXPECT_EQ(bind("{}"), Labels());
  EXPECT_EQ(message("{a: [1]}"), ": Unsupported type for key: a, value: [1]");
  EXPECT_EQ(message("[{key: a, value: {b: 1}}]"), "[0]: Unsupported type for key: a, value: {\"b\":1}");
  EXPECT_EQ(message("text"), ": Unable to deserialize value as it's neither an object neither an array");
  EXPECT_NE(message("[text]"), "");
}

// FLOW-50
TEST(Labels, ConstraintsOfAFlow) {
  const std::string key_text =
      "Invalid label key. A valid key contains only lowercase letters numbers hyphens (-) underscores (_) or periods "
      "(.) and must "
      "begin with a lowercase letter.";
  EXPECT_EQ(flow_lines("labels: {Team: red}"), std::vector<std::string>{"labels[0].key: " + key_text});
  EXPECT_EQ(flow_lines("labels: {a: '', b: ~}"),
            (std::vector<std::string>{"labels[0].value: must not be empty", "labels[1].value: must not be empty"}));
  EXPECT_EQ(flow_lines("labels: [{value: b}]"), std::vector<std::string>{"labels[0].key: must not be empty"});
  EXPECT_EQ(flow_lines("labels: {é: y, a-b_c.d1: x, aB: z}"), std::vector<std::string>{});
  for (const char* wrong :
       {"labels: {É: y}", "labels: {'a b': y}", "labels: {a/b: y}", "labels: {1a: y}", "labels: {_a: y}"}) {
    EXPECT_EQ(flow_lines(wrong), std::vector<std::string>{"labels[0].key: " + key_text}) << wrong;
  }
}

// FLOW-51
TEST(Labels, CallersTextIsSplitAtTheFirstColon) {
  EXPECT_EQ(parse_label("a:b:c"), (Label{"a", "b:c"}));
  EXPECT_EQ(parse_label("Any Key:v"), (Label{"Any Key", "v"}));
  EXPECT_EQ(parse_label("a:"), std::nullopt);
  EXPECT_EQ(parse_label("a"), std::nullopt);
  EXPECT_EQ(parse_label(":b"), std::nullopt);
}

// FLOW-51, FLOW-52
TEST(Labels, OfAnExecution) {
  const Labels flow{{"team", "data"}, {"system.readOnly", "true"}, {"env", "dev"}};
  const Labels caller{{"env", "prod"}};
  const Labels trigger{{"env", "night"}, {"from", "cron"}};
  EXPECT_EQ(execution_labels(flow, caller, trigger, "x1"),
            (Labels{{"team", "data"}, {"env", "night"}, {"from", "cron"}, {"system.correlationId", "x1"}}));
  EXPECT_EQ(execution_labels({}, Labels{{"system.correlationId", "parent"}}, {}, "x1"),
            (Labels{{"system.correlationId", "parent"}}));
  EXPECT_TRUE(check_caller_labels(Labels{{"system.correlationId", "c"}, {"a", "b"}}).has_value());
  const auto refused = check_caller_labels(Labels{{"system.username", "me"}});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().message(),
            "System labels can only be set by Kestra itself, offending label: system.username=me");
}

// FLOW-55
TEST(Labels, NestAtDots) {
  const auto nested = [](const Labels& labels) { return syntax::write_json(nested_labels(labels)); };
  EXPECT_EQ(nested({{"team", "data"}, {"system.correlationId", "c"}, {"system.from", "trigger"}}),
            R"({"team":"data","system":{"correlationId":"c","from":"trigger"}})");
  EXPECT_EQ(nested({{"a", "1"}, {"a.b", "2"}}), R"({"a":"1"})");
  EXPECT_EQ(nested({{"a.b", "2"}, {"a", "1"}}), R"({"a":{"b":"2"}})");
  EXPECT_EQ(nested({}), "{}");
  EXPECT_EQ(nested({{"", "x"}, {".", "y"}}), R"({"":"x"})");
  // Dots without end must not nest without end.
  const base::Value deep = nested_labels(Labels{{std::string(100'000, '.'), "x"}});
  EXPECT_LE(deep.depth(), 32U);
}

}  // namespace

}  // namespace gyr::model
