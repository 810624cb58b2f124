#include "model/plugin_defaults.h"

#include <gtest/gtest.h>

#include <random>

#include "model/bind.h"
#include "model/flow_parser.h"
#include "model/test_types.h"
#include "syntax/json.h"
#include "syntax/yaml.h"

namespace gyr::model {

namespace {

using base::Value;
using syntax::Node;
using syntax::NodePtr;

NodePtr yaml(std::string_view text) { return *syntax::parse_yaml(text); }
std::string json(const NodePtr& node) { return syntax::write_json(node->to_value()); }

DefaultLevel level(std::string_view list) {
  std::vector<std::string> problems;
  DefaultLevel level = plugin_defaults_of(yaml(list)->to_value(), problems);
  EXPECT_TRUE(problems.empty()) << problems.front();
  return level;
}

/// The flow after merging; each level a YAML list of defaults, near to far.
std::string merged(std::string_view flow, std::initializer_list<std::string_view> levels) {
  std::vector<DefaultLevel> all;
  for (std::string_view list : levels) all.push_back(level(list));
  return json(merge_plugin_defaults(yaml(flow), all, testing::test_types()).node);
}

constexpr const char* log_task = "{tasks: [{id: a, type: io.kestra.plugin.core.log.Log, message: hi}]}";

std::string first_task(std::string_view merged_flow) {
  const auto value = *syntax::parse_json(merged_flow);
  return syntax::write_json(*value.find("tasks")->at(0));
}

// FLOW-61
TEST(PluginDefaults, MatchByTypeCharacterByCharacter) {
  EXPECT_EQ(first_task(merged(log_task, {"[{type: io.kestra.plugin.core.log.Log, values: {level: WARN}}]"})),
            R"({"id":"a","type":"io.kestra.plugin.core.log.Log","message":"hi","level":"WARN"})");
  EXPECT_NE(merged(log_task, {"[{type: io.kestra.plugin.core.lo, values: {level: WARN}}]"}).find("WARN"),
            std::string::npos);
  EXPECT_NE(merged(log_task, {"[{type: io.kestra, values: {level: WARN}}]"}).find("WARN"), std::string::npos);
  EXPECT_EQ(merged(log_task, {"[{type: io.kestra.plugin.core.log.Logger, values: {level: WARN}}]"}).find("WARN"),
            std::string::npos);
  EXPECT_EQ(merged(log_task, {"[{type: kestra, values: {level: WARN}}]"}).find("WARN"), std::string::npos);
  // [+] aliases, both ways.
  EXPECT_NE(merged(log_task, {"[{type: io.kestra.core.tasks.log.Log, values: {level: WARN}}]"}).find("WARN"),
            std::string::npos);
  EXPECT_NE(merged("{tasks: [{id: a, type: io.kestra.core.tasks.log.Log}]}",
                   {"[{type: io.kestra.plugin.core.log.Log, values: {level: WARN}}]"})
                .find("WARN"),
            std::string::npos);
}

// FLOW-61, FLOW-64: at any depth, in triggers, conditions and runners; unknown properties are left out.
TEST(PluginDefaults, EveryMapWithAType) {
  const char* flow =
      "{tasks: [{id: s, type: io.kestra.plugin.core.flow.Sequential, tasks: [{id: a, type: "
      "io.kestra.plugin.core.log.Log}]},"
      " {id: r, type: io.kestra.plugin.scripts.shell.Commands, taskRunner: {type: "
      "io.kestra.plugin.core.runner.Process}}],"
      " triggers: [{id: t, type: io.kestra.plugin.test.Interval}]}";
  const std::string result =
      merged(flow, {"[{type: io.kestra.plugin.core.log, values: {level: WARN, foo: 1}}, {type: "
                    "io.kestra.plugin.core.runner, values: {keep: true}},"
                    " {type: io.kestra.plugin.test.Interval, values: {interval: PT1M, disabled: true}}]"});
  EXPECT_NE(result.find(R"({"id":"a","type":"io.kestra.plugin.core.log.Log","level":"WARN"})"), std::string::npos)
      << result;
  EXPECT_NE(result.find(R"({"type":"io.kestra.plugin.core.runner.Process","keep":true})"), std::string::npos) << result;
  EXPECT_NE(result.find(R"("interval":"PT1M","disabled":true)"), std::string::npos) << result;
}

// FLOW-61: innermost first; what a default brings is not touched again.
TEST(PluginDefaults, InjectedMapsStayAsTheyAre) {
  const std::string result =
      merged("{tasks: [{id: r, type: io.kestra.plugin.scripts.shell.Commands}]}",
             {"[{type: io.kestra.plugin.scripts, values: {taskRunner: {type: io.kestra.plugin.core.runner.Process}}},"
              " {type: io.kestra.plugin.core.runner, values: {keep: true}}]"});
  EXPECT_EQ(result.find("keep"), std::string::npos) << result;
}

// FLOW-62
TEST(PluginDefaults, NotForcedFillsGaps) {
  const char* request =
      "{tasks: [{id: a, type: io.kestra.plugin.core.http.Request, uri: mine, method: null, headers: {a: mine}, "
      "commands: [x]}]}";
  const char* defaults =
      "[{type: io.kestra.plugin.core.http.Request, values: {uri: theirs, method: POST, headers: {a: theirs, b: "
      "theirs}}}]";
  EXPECT_EQ(
      first_task(merged(request, {defaults})),
      R"({"id":"a","type":"io.kestra.plugin.core.http.Request","uri":"mine","method":"POST","headers":{"a":"mine","b":"theirs"},"commands":["x"]})");
  EXPECT_EQ(json(merge_under(yaml("[a, c]"), yaml("[b, c]"))), R"(["b","c","a"])");
  // The nearer level wins; within one the first of equal types and the longer type (EXEC-158).
  EXPECT_NE(merged(log_task, {"[{type: io, values: {level: WARN}}]",
                              "[{type: io.kestra.plugin.core.log.Log, values: {level: ERROR}}]"})
                .find("WARN"),
            std::string::npos);
  EXPECT_NE(merged(log_task, {"[{type: io.kestra, values: {level: WARN}}, {type: io.kestra, values: {level: ERROR}}]"})
                .find("WARN"),
            std::string::npos);
  EXPECT_NE(merged(log_task, {"[{type: io, values: {level: WARN}}, {type: io.kestra, values: {level: ERROR}}]"})
                .find("ERROR"),
            std::string::npos);
}

// FLOW-63
TEST(PluginDefaults, ForcedOverrides) {
  const char* request =
      "{tasks: [{id: a, type: io.kestra.plugin.core.http.Request, uri: mine, headers: {a: mine, c: mine}}]}";
  EXPECT_EQ(
      first_task(merged(
          request,
          {"[{type: io.kestra, forced: true, values: {uri: theirs, headers: {a: theirs, b: theirs}, method: ~}}]"})),
      R"({"id":"a","type":"io.kestra.plugin.core.http.Request","uri":"theirs","headers":{"a":"theirs","c":"mine","b":"theirs"},"method":null})");
  EXPECT_EQ(json(merge_over(yaml("[a, c]"), yaml("[b, c]"))), R"(["a","c","b"])");
  // The lower level wins over the higher one; within one the last listed.
  EXPECT_NE(merged(log_task, {"[{type: io, forced: true, values: {message: flow}}]",
                              "[{type: io, forced: true, values: {message: far}}]"})
                .find("flow"),
            std::string::npos);
  EXPECT_NE(
      merged(log_task,
             {"[{type: io, forced: true, values: {message: one}}, {type: io, forced: true, values: {message: two}}]"})
          .find("two"),
      std::string::npos);
}

// FLOW-60
TEST(PluginDefaults, ByReference) {
  const char* flow =
      "{tasks: [{id: a, type: io.kestra.plugin.core.log.Log, pluginDefaultsRef: loud}, {id: b, type: "
      "io.kestra.plugin.core.log.Log}]}";
  const std::string result = merged(
      flow, {"[{type: io.kestra, ref: loud, values: {level: ERROR}}, {type: io.kestra, values: {level: DEBUG}}]"});
  const auto tasks = *syntax::parse_json(result)->find("tasks");
  EXPECT_EQ(tasks.at(0)->find("level")->text(), "ERROR");
  EXPECT_EQ(tasks.at(1)->find("level")->text(), "DEBUG");
  const auto unknown = merge_plugin_defaults(yaml(flow), {}, testing::test_types());
  ASSERT_EQ(unknown.unknown_refs.size(), 1U);
  EXPECT_EQ(unknown.unknown_refs[0].first, "loud");
}

TEST(PluginDefaults, TheListItselfIsLeftAlone) {
  const char* flow = "{pluginDefaults: [{type: io.kestra.plugin.core.log.Log, values: {level: WARN}}], tasks: []}";
  EXPECT_EQ(merged(flow, {"[{type: io.kestra, values: {level: ERROR}}]"}).find("ERROR"), std::string::npos);
}

// FLOW-64
TEST(PluginDefaults, RequiredPropertyMayComeFromADefault) {
  const std::string flow =
      "id: f\nnamespace: n\npluginDefaults:\n  - type: io.kestra.plugin.core.log.Log\n    values: {message: preset}\n"
      "tasks:\n  - {id: a, type: io.kestra.plugin.core.log.Log}\n";
  const ParsedFlow parsed = parse_flow(flow, testing::test_types());
  ASSERT_TRUE(parsed.ok()) << parsed.first_error();
  EXPECT_EQ(parsed.flow->tasks[0].properties<testing::LogTask>().message.source(), Value::string("preset"));
  EXPECT_EQ(parsed.flow->node->find("tasks")->items()[0]->find("message"), nullptr);
}

// FLOW-64: a bad value from outside the flow fails the task, not the flow.
TEST(PluginDefaults, BadValueFromOutsideIsADefect) {
  const std::vector<DefaultLevel> outside{level("[{type: io.kestra.plugin.core.log.Log, values: {logLevel: [1]}}]")};
  const std::string flow =
      "id: f\nnamespace: n\ntasks:\n  - {id: a, type: io.kestra.plugin.core.log.Log, message: hi}\n  - {id: b, type: "
      "io.kestra.plugin.core.debug.Return}\n";
  const ParsedFlow parsed = parse_flow(flow, testing::test_types(), {.defaults = outside});
  ASSERT_TRUE(parsed.ok()) << parsed.first_error();
  EXPECT_NE(parsed.flow->tasks[0].defect.find("tasks[0].logLevel: Cannot deserialize"), std::string::npos)
      << parsed.flow->tasks[0].defect;
  EXPECT_EQ(parsed.flow->tasks[1].defect, "");
  EXPECT_EQ(parsed.warnings().size(), 1U);
}

// FLOW-65
TEST(PluginDefaults, OfAFlowAreChecked) {
  auto says = [](std::string_view default_) {
    return parse_flow(fmt::format("id: f\nnamespace: n\npluginDefaults:\n  - {}\ntasks:\n  - {{id: a, type: "
                                  "io.kestra.plugin.core.log.Log, message: hi}}\n",
                                  default_),
                      testing::test_types())
        .first_error();
  };
  EXPECT_NE(says("{type: io.kestra.plugin.core.log.Log, values: {nope: 1, other: 2}}")
                .find("Invalid Plugin Default: No property 'nope' exists in plugin 'io.kestra.plugin.core.log.Log', No "
                      "property 'other' exists"),
            std::string::npos);
  EXPECT_EQ(says("{type: io.kestra.plugin.core.log.Log, values: {LEVEL: WARN}}"), "") << "letter case does not count";
  EXPECT_EQ(says("{type: io.kestra.plugin.core.log, values: {nope: 1}}"), "") << "a prefix speaks of many types";
  EXPECT_EQ(says("{type: nobody.has.this, values: {a: 1}}"), "");
  EXPECT_EQ(says("{type: io.kestra.plugin.core.log.Log, values: {}}"), "");
  EXPECT_NE(says("{type: io.kestra.plugin.core.log.Log}").find("Invalid Plugin Default: No 'values' provided"),
            std::string::npos);
  EXPECT_NE(says("{values: {a: 1}}").find("Invalid Plugin Default: No 'type' provided"), std::string::npos);
}

TEST(PluginDefaults, InvalidDefaultsOfTheInstallation) {
  std::vector<std::string> problems;
  EXPECT_TRUE(
      plugin_defaults_of(yaml("[{type: a}, {values: {a: 1}}, 5, {type: b, values: {}, more: 1}]")->to_value(), problems)
          .defaults.size() <= 1U);
  EXPECT_GE(problems.size(), 3U);
  problems.clear();
  EXPECT_TRUE(plugin_defaults_of(Value::string("x"), problems).defaults.empty());
  EXPECT_EQ(problems.size(), 1U);
}

// A long default is multiplied by the tasks of a flow: the total is limited, and the violation is reported.
TEST(PluginDefaults, MultiplicationIsBounded) {
  std::string flow = "id: f\nnamespace: n\npluginDefaults:\n  - type: x\n    values: {";
  for (int i = 0; i < 3000; ++i) flow += fmt::format("k{}: 1, ", i);
  flow += "}\nvariables:\n  list:\n";
  for (int i = 0; i < 3000; ++i) flow += "    - {type: x}\n";
  flow += "tasks:\n  - {id: a, type: io.kestra.plugin.core.log.Log, message: hi}\n";
  const ParsedFlow parsed = parse_flow(flow, testing::test_types());
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.first_error(), "The plugin defaults add too many values to the flow");
}

// ---- properties of the merge, over random trees

class RandomTrees {
 public:
  explicit RandomTrees(uint64_t seed) : random_(seed) {}

  NodePtr tree(int depth) {
    switch (pick(depth == 0 ? 2 : 4)) {
      case 0: return Node::scalar(Value::integer(static_cast<int64_t>(pick(4))), "", false, {});
      case 1:
        return pick(4) == 0 ? Node::scalar(Value::null(), "", false, {})
                            : Node::scalar(Value::string(name()), name(), true, {});
      case 2: {
        std::vector<NodePtr> items;
        for (size_t i = pick(4); i-- > 0;) items.push_back(tree(depth - 1));
        return Node::sequence(std::move(items), {});
      }
      default: return mapping(depth);
    }
  }
  NodePtr mapping(int depth) {
    std::vector<syntax::NodeEntry> entries;
    for (const char* key : {"a", "b", "c"}) {
      if (pick(2) == 0) entries.push_back({key, {}, tree(depth - 1)});
    }
    return Node::mapping(std::move(entries), {});
  }

 private:
  size_t pick(size_t n) { return random_() % n; }
  std::string name() { return std::string(1, static_cast<char>('x' + pick(3))); }
  std::mt19937_64 random_;
};

/// Scalars and lists of a tree by path, for comparing.
void flatten(const Value& value, const std::string& path, std::map<std::string, Value>& out) {
  if (!value.is_map()) {
    out.emplace(path, value);
    return;
  }
  for (const auto& entry : value.entries()) flatten(entry.value, path + "/" + std::string(entry.name()), out);
}

bool holds_all(const Value& list, const Value& items) {
  return std::ranges::all_of(
      items.items(), [&](const Value& item) { return std::ranges::find(list.items(), item) != list.items().end(); });
}

TEST(PluginDefaults, PropertiesOfTheMerge) {
  for (uint64_t seed = 0; seed < 20'000; ++seed) {
    RandomTrees random(seed);
    const NodePtr author = random.mapping(3);
    const NodePtr default_ = random.mapping(3);
    const NodePtr under = merge_under(author, default_);
    const NodePtr over = merge_over(author, default_);
    SCOPED_TRACE(seed);
    // Merging with oneself or with nothing changes nothing; merging twice is merging once.
    ASSERT_EQ(json(merge_under(author, author)), json(author));
    ASSERT_EQ(json(merge_under(author, yaml("{}"))), json(author));
    ASSERT_EQ(json(merge_over(author, yaml("{}"))), json(author));
    ASSERT_EQ(merge_under(under, default_)->to_value(), under->to_value());
    ASSERT_EQ(merge_over(over, default_)->to_value(), over->to_value());
    // Every value of the author is in the result, lists as part of longer ones; nulls may be filled.
    std::map<std::string, Value> authored, result;
    flatten(author->to_value(), "", authored);
    flatten(under->to_value(), "", result);
    for (const auto& [path, value] : authored) {
      if (value.is_null() || value.size() == 0) continue;
      ASSERT_TRUE(result.contains(path)) << path;
      if (value.is_list()) {
        ASSERT_TRUE(holds_all(result.at(path), value)) << path;
      } else {
        ASSERT_EQ(result.at(path), value) << path;
      }
    }
    // Every value of a forced default is.
    std::map<std::string, Value> forced;
    result.clear();
    flatten(default_->to_value(), "", forced);
    flatten(over->to_value(), "", result);
    for (const auto& [path, value] : forced) {
      if (value.is_null() || value.size() == 0 || value.is_list()) continue;
      ASSERT_TRUE(result.contains(path)) << path;
      ASSERT_EQ(result.at(path), value) << path;
    }
  }
}

}  // namespace

}  // namespace gyr::model
