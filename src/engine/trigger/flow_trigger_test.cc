// What one event is to one trigger; how triggers are planned and filtered.
#include "engine/trigger/flow_trigger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/types.h"
#include "model/flow_parser.h"
#include "plugin_api/flow_trigger.h"
#include "plugins/plugins.h"

namespace gyr::engine {
namespace {

using base::Instant;
using base::Value;
using model::State;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A listening flow with one trigger, and events of `company.team.up`.
class FlowTriggerTest : public ::testing::Test {
 protected:
  FlowTriggerTest() {
    register_engine_types(registry_);
    plugins::register_core_conditions(registry_);
    plugins::register_core_triggers(registry_);
    event_.execution.id = event_.execution.original_id = {7, 7};
    event_.execution.flow = std::make_shared<const model::FlowKey>(model::FlowKey{"main", "company.team", "up"});
    event_.execution.revision = 3;
    event_.execution.labels = {{"team", "x"}, {"system.correlationId", "c"}, {"a.b", "1"}};
    set_state(State::success);
  }

  /// `properties`: lines of the trigger, indented by four.
  const FlowTriggerPlan& listen(std::string_view properties) {
    const std::string source =
        "id: listener\nnamespace: company.team\nvariables: {v: 1}\ntasks:\n  - {id: a, type: "
        "io.kestra.plugin.core.flow.Pause}\n"
        "triggers:\n  - id: t\n    type: io.kestra.plugin.core.trigger.Flow\n" +
        std::string(properties);
    auto parsed = model::parse_flow(source, registry_);
    EXPECT_TRUE(parsed.ok()) << parsed.first_error();
    auto flow = std::make_shared<const model::Flow>(*std::move(parsed.flow));
    const auto key = std::make_shared<const model::FlowKey>(model::FlowKey{"main", "company.team", "listener"});
    listener_ = *CompiledFlow::compile(flow, key, registry_);
    plan_ = plan_of(listener_->flow().triggers[0], {});
    return plan_;
  }
  void set_state(State state) {
    event_.execution.state = model::StateHistory({{State::created, Instant{100}}, {state, Instant{160}}});
  }
  FlowJudgement judge() {
    FlowJudgement judgement;
    const FlowEventSubject subject{event_, *listener_, settings_, nullptr, upstream_is_gone_};
    auto outcome = judge_event(plan_, subject, environment_, judgement);
    last_needs_ = outcome.asks_host();
    EXPECT_TRUE(outcome.ok() || outcome.asks_host());
    return judgement;
  }
  bool passes() { return judge().passes; }
  /// `1` for each part that is met, `0` for others.
  std::string met() {
    const FlowJudgement judgement = judge();
    std::string text;
    for (size_t i = 0; i < judgement.met.size(); ++i) {
      for (const auto& part : plan_.sets[i].parts)
        text += std::ranges::find(judgement.met[i], part.key) != judgement.met[i].end() ? '1' : '0';
    }
    return text;
  }

  plugin::Registry registry_;
  Settings settings_;
  expression::Environment environment_;
  FlowEvent event_;
  std::shared_ptr<const CompiledFlow> listener_;
  FlowTriggerPlan plan_;
  bool upstream_is_gone_ = false;
  bool last_needs_ = false;
};

constexpr std::string_view condition = "    conditions:\n      - type: io.kestra.plugin.core.condition.";

TEST_F(FlowTriggerTest, DefaultStatesAreFinalStatesAndPaused) {  // TRIG-110
  listen("    conditions: []\n");
  for (State state : {State::success, State::warning, State::failed, State::killed, State::cancelled, State::retried,
                      State::paused}) {
    set_state(state);
    EXPECT_TRUE(passes()) << model::to_text(state);
  }
  for (State state : {State::running, State::killing, State::queued, State::restarted}) {
    set_state(state);
    EXPECT_FALSE(passes()) << model::to_text(state);
  }
  listen("    states: [RUNNING]\n");
  EXPECT_FALSE(passes());
  set_state(State::running);
  EXPECT_TRUE(passes());
}

TEST_F(FlowTriggerTest, ConditionsSeeTheOtherExecution) {  // TRIG-111, TRIG-179
  listen(std::string(condition) +
         "Expression\n        expression: \"{{ execution.id is defined and labels.team == 'x' and flow.id == "
         "'listener' and vars.v == 1 }}\"\n");
  EXPECT_TRUE(passes());
  listen(std::string(condition) + "Expression\n        expression: \"{{ trigger is defined }}\"\n");
  EXPECT_FALSE(passes()) << "use ExecutionOutputs";
  listen(std::string(condition) + "ExecutionOutputs\n        expression: \"{{ trigger.outputs.rows > 1 }}\"\n");
  EXPECT_FALSE(passes());
  event_.execution.outputs = Value::map({{"rows", Value::integer(2)}});
  EXPECT_TRUE(passes());
}

TEST_F(FlowTriggerTest, AConditionThatFailsIsFalseWithAWarning) {  // TRIG-115
  listen(std::string(condition) + "Expression\n        expression: \"{{ nothing.at.all }}\"\n");
  const FlowJudgement judgement = judge();
  EXPECT_FALSE(judgement.passes);
  ASSERT_EQ(judgement.warnings.size(), 1u);
  EXPECT_THAT(
      judgement.warnings[0],
      ::testing::StartsWith("[namespace: company.team] [flow: listener] [condition: "
                            "io.kestra.plugin.core.condition.Expression] Evaluate Condition Failed with error '"));
}

TEST_F(FlowTriggerTest, WhenIsAnAdditionalCondition) {  // TRIG-7, TRIG-180
  listen("    when: \"{{ labels.team == 'x' }}\"\n");
  EXPECT_TRUE(passes());
  listen("    when: \"{{ labels.team == 'y' }}\"\n");
  EXPECT_FALSE(passes());
  EXPECT_THAT(judge().warnings, IsEmpty());
  listen("    when: \"{{ labels.none }}\"\n");
  EXPECT_FALSE(passes());
  EXPECT_EQ(judge().warnings.size(), 1u);
}

TEST_F(FlowTriggerTest, ItemsOfFlowsMatchInAllGivenParts) {  // TRIG-121
  listen(R"(
    preconditions:
      id: p
      flows:
        - {namespace: company.team, flowId: up}
        - {namespace: company.team, flowId: up, states: [FAILED]}
        - {namespace: company.team, states: [SUCCESS]}
        - {flowId: up, labels: {team: x, a.b: 1}}
        - {namespace: company.team, labels: {team: y}}
        - {namespace: company, flowId: up}
)");
  EXPECT_EQ(met(), "101100");
  set_state(State::failed);
  EXPECT_EQ(met(), "110100");
}

TEST_F(FlowTriggerTest, FiltersOfWhere) {  // TRIG-122, TRIG-123, TRIG-125, TRIG-1079, TRIG-1080
  const auto filters = [&](std::string_view list, std::string_view operand = "AND") {
    listen("    preconditions:\n      id: p\n      where:\n        - id: w\n          operand: " +
           std::string(operand) + "\n          filters: [" + std::string(list) + "]\n");
    return met() == "1";
  };
  EXPECT_TRUE(filters("{field: FLOW_ID, type: EQUAL_TO, value: up}"));
  EXPECT_FALSE(filters("{field: FLOW_ID, type: NOT_EQUAL_TO, value: up}"));
  EXPECT_TRUE(filters("{field: NAMESPACE, type: STARTS_WITH, value: company}"));
  EXPECT_TRUE(filters("{field: NAMESPACE, type: ENDS_WITH, value: team}"));
  EXPECT_TRUE(filters("{field: NAMESPACE, type: CONTAINS, value: ny.te}"));
  EXPECT_TRUE(filters("{field: NAMESPACE, type: REGEX, value: 'comp.*'}"));
  EXPECT_FALSE(filters("{field: NAMESPACE, type: REGEX, value: 'comp'}")) << "the whole text";
  EXPECT_TRUE(filters("{field: STATE, type: IN, values: [FAILED, SUCCESS]}"));
  EXPECT_TRUE(filters("{field: STATE, type: NOT_IN, values: [FAILED]}"));
  EXPECT_FALSE(filters("{field: STATE, type: NOT_IN, values: [FAILED, SUCCESS]}"));
  EXPECT_FALSE(filters("{field: FLOW_ID, type: IS_NULL}"));
  EXPECT_TRUE(filters("{field: FLOW_ID, type: IS_NOT_NULL}"));
  EXPECT_TRUE(filters("{field: FLOW_ID, type: IS_TRUE}"));
  EXPECT_TRUE(filters("{field: EXPRESSION, type: IS_TRUE, value: \"{{ labels.team == 'x' }}\"}"));
  EXPECT_TRUE(filters("{field: EXPRESSION, type: IS_FALSE, value: \"{{ labels.team == 'y' }}\"}"));
  EXPECT_TRUE(filters("{field: EXPRESSION, type: IS_NULL, value: \"{{ null }}\"}"));
  EXPECT_FALSE(filters("{field: STATE, type: EQUAL_TO, value: KILLED}, {field: FLOW_ID, type: EQUAL_TO, value: up}"));
  EXPECT_TRUE(
      filters("{field: STATE, type: EQUAL_TO, value: KILLED}, {field: FLOW_ID, type: EQUAL_TO, value: up}", "OR"));
  EXPECT_FALSE(filters("{field: NAMESPACE, type: REGEX, value: '('}"));
  EXPECT_EQ(judge().warnings.size(), 1u) << "a broken pattern is told";
}

TEST_F(FlowTriggerTest, ExamplesOfWhere) {  // TRIG-1079, TRIG-1080
  const auto fires = [&](const char* namespace_, const char* id, State state) {
    event_.execution.flow = std::make_shared<const model::FlowKey>(model::FlowKey{"main", namespace_, id});
    set_state(state);
    return passes() && met() == "1";
  };
  listen(
      "    states: [FAILED, WARNING]\n    preconditions:\n      id: p\n      where: [{id: c, filters: [{field: "
      "NAMESPACE, type: STARTS_WITH, value: company}]}]\n");
  EXPECT_TRUE(fires("company.x", "f", State::failed));
  EXPECT_TRUE(fires("company.x", "f", State::warning));
  EXPECT_FALSE(fires("company.x", "f", State::success));
  EXPECT_FALSE(fires("other.x", "f", State::failed));
  listen(
      "    preconditions:\n      id: p\n      where:\n        - id: w\n          operand: OR\n"
      "          filters: [{field: FLOW_ID, type: EQUAL_TO, value: a}, {field: STATE, type: IN, values: [KILLED]}]\n");
  EXPECT_TRUE(fires("company.x", "a", State::success));
  EXPECT_TRUE(fires("company.x", "b", State::killed));
  EXPECT_TRUE(fires("company.x", "a", State::killed));
  EXPECT_FALSE(fires("company.x", "b", State::success));
}

TEST_F(FlowTriggerTest, TheNewerSpellingIsTheSame) {  // TRIG-136
  const auto& plan = listen(R"(
    dependsOn:
      - {namespace: company.team, flowId: up, states: [SUCCESS]}
      - {labels: {team: x}, when: "{{ labels.team == 'x' }}"}
      - {when: "{{ labels.team == 'y' }}"}
    mode: AT_LEAST
    minSatisfied: 2
    window: {from: '06:00', to: '12:00', timezone: Europe/Paris, fireOnce: true}
)");
  ASSERT_EQ(plan.sets.size(), 1u);
  EXPECT_EQ(plan.sets[0].needed, 2u);
  EXPECT_TRUE(plan.sets[0].reset);
  EXPECT_EQ(plan.sets[0].rule.type, plugin::TimeWindowType::daily_time_window);
  EXPECT_EQ(plan.sets[0].rule.zone.id(), "Europe/Paris");
  EXPECT_EQ(met(), "110");
  EXPECT_EQ(listen("    dependsOn: [{flowId: up}, {flowId: down}]\n    mode: ANY\n").sets[0].needed, 1u);
  EXPECT_TRUE(plan_.sets[0].reset) << "without a window the state is reset";
  EXPECT_EQ(listen("    dependsOn: [{flowId: up}, {flowId: down}]\n    window: {lookback: PT1H}\n").sets[0].rule.length,
            base::Duration::of_seconds(3600));
  EXPECT_EQ(plan_.sets[0].rule.type, plugin::TimeWindowType::sliding_window);
  EXPECT_FALSE(plan_.sets[0].reset);
  EXPECT_EQ(plan_.sets[0].needed, 2u);
  EXPECT_EQ(listen("    dependsOn: [{flowId: up}]\n    window: {every: PT6H, offset: PT1H}\n").sets[0].rule.advance,
            base::Duration::of_seconds(3600));
  EXPECT_EQ(listen("    dependsOn: [{flowId: up}]\n    window: {deadline: '09:00'}\n").sets[0].rule.type,
            plugin::TimeWindowType::daily_time_deadline);
}

TEST_F(FlowTriggerTest, MultipleConditionsAreSets) {  // TRIG-137
  const auto& plan = listen(std::string(condition) + R"(ExecutionStatus
        in: [SUCCESS]
      - type: io.kestra.plugin.core.condition.MultipleCondition
        id: m
        window: PT1H
        resetOnSuccess: false
        conditions:
          one: {type: io.kestra.plugin.core.condition.ExecutionFlow, namespace: company.team, flowId: up}
          two: {type: io.kestra.plugin.core.condition.ExecutionFlow, namespace: company.team, flowId: other}
)");
  ASSERT_EQ(plan.sets.size(), 1u);
  EXPECT_EQ(plan.conditions.size(), 1u);
  EXPECT_EQ(plan.sets[0].rule.length, base::Duration::of_seconds(3600));
  EXPECT_FALSE(plan.sets[0].reset);
  EXPECT_EQ(met(), "10");
  set_state(State::failed);
  EXPECT_EQ(met(), "") << "the other conditions come first";
}

TEST_F(FlowTriggerTest, PartsKeepTheirKeysIfTheRestOfTheFlowChanges) {  // TRIG-127
  listen(
      "    preconditions:\n      id: p\n      flows:\n        - {namespace: a, flowId: b}\n        - {namespace: c, "
      "flowId: d}\n");
  const auto before = plan_.sets[0].keys();
  listen(
      "    preconditions:\n      id: p\n      flows:\n        - {namespace: n, flowId: n}\n        - {flowId: d, "
      "namespace: c}\n        - {namespace: a, flowId: b}\n");
  EXPECT_EQ(plan_.sets[0].keys()[2], before[0]);
  EXPECT_THAT(before, ::testing::Not(::testing::Contains(plan_.sets[0].keys()[0])));
}

TEST_F(FlowTriggerTest, InputsAndLabelsSeeTheOutputsOfTheOtherFlow) {  // TRIG-8, TRIG-117, TRIG-1081
  listen(
      "    labels: {from: \"{{ trigger.outputs.v }}\", bad: \"{{ none.x }}\", plain: p}\n    inputs: {v: \"{{ "
      "trigger.outputs.v }} {{ execution.id }} {{ labels.team }}\"}\n");
  event_.execution.outputs = Value::map({{"v", Value::string("ok")}});
  FlowJudgement judgement = judge();
  EXPECT_THAT(judgement.labels, ElementsAre(model::Label{"from", "ok"}, model::Label{"plain", "p"}));
  EXPECT_THAT(judgement.warnings, ElementsAre("Failed to render label 'bad', it will be omitted"));
  ASSERT_TRUE(judgement.inputs.has_value());
  EXPECT_EQ(judgement.inputs->find("v")->text(), "ok " + event_.execution.id.to_text() + " x");
  event_.execution.outputs = {};
  EXPECT_FALSE(judge().inputs.has_value());
}

TEST_F(FlowTriggerTest, DataThatIsOnlyInRowsIsRequested) {  // TRIG-117
  listen("    inputs: {v: \"{{ outputs.task.value ?? 'none' }}\"}\n");
  (void)judge();
  EXPECT_TRUE(last_needs_);
  upstream_is_gone_ = true;
  EXPECT_EQ(judge().inputs->find("v")->text(), "none");
  EXPECT_FALSE(last_needs_);
  upstream_is_gone_ = false;
  listen(std::string(condition) + "HasRetryAttempt\n        in: [FAILED]\n");
  (void)judge();
  EXPECT_TRUE(last_needs_);
}

TEST_F(FlowTriggerTest, VariablesOfTheStartedExecution) {  // TRIG-116
  event_.first_failed_task_id = "broken";
  event_.last_task_id = "last";
  const Value variables = flow_trigger_variables(event_, Value::map({{"v", Value::integer(1)}}));
  EXPECT_EQ(variables, Value::map({{"executionId", Value::string(event_.execution.id.to_text())},
                                   {"namespace", Value::string("company.team")},
                                   {"flowId", Value::string("up")},
                                   {"flowRevision", Value::integer(3)},
                                   {"state", Value::string("SUCCESS")},
                                   {"executionLabels", Value::map({{"team", Value::string("x")},
                                                                   {"a", Value::map({{"b", Value::string("1")}})}})},
                                   {"outputs", Value::map({{"v", Value::integer(1)}})},
                                   {"startDate", Value::string("1970-01-01T00:01:40Z")},
                                   {"endDate", Value::string("1970-01-01T00:02:40Z")},
                                   {"firstFailedTaskId", Value::string("broken")},
                                   {"lastTaskId", Value::string("last")}}));
}

TEST(FlowEvents, OfAHistory) {  // TRIG-115
  const auto told = [](std::vector<State> states, size_t before, bool runs_were_made) {
    std::vector<model::StateChange> changes;
    for (State state : states) changes.push_back({state, {}});
    std::string text;
    for (size_t place : told_changes(model::StateHistory(changes), before, runs_were_made))
      text += std::string(model::to_text(states[place])) + " ";
    return text;
  };
  EXPECT_EQ(told({State::created, State::running, State::success}, 0, true), "RUNNING SUCCESS ");
  EXPECT_EQ(told({State::created, State::running, State::paused}, 1, true), "RUNNING PAUSED ");
  EXPECT_EQ(
      told({State::created, State::running, State::paused, State::restarted, State::running, State::success}, 3, true),
      "RUNNING SUCCESS ");
  EXPECT_EQ(
      told({State::created, State::running, State::paused, State::restarted, State::running, State::success}, 3, false),
      "SUCCESS ")
      << "nothing came behind the pause";
  EXPECT_EQ(told({State::created, State::running, State::paused, State::running, State::success}, 3, false),
            "SUCCESS ");
  EXPECT_EQ(told({State::created, State::running, State::paused, State::restarted, State::running}, 3, false),
            "RUNNING ");
  EXPECT_EQ(told({State::failed, State::restarted, State::running, State::success}, 1, false), "RUNNING SUCCESS ");
  EXPECT_EQ(told({State::failed, State::restarted, State::running}, 1, true), "RUNNING ")
      << "a restart shows as RUNNING";
  EXPECT_EQ(told({State::created, State::running}, 2, false), "");
}

// Principle: triggers are rows. An execution costs only what listens to it.
TEST_F(FlowTriggerTest, FiltersContainLiteralValues) {
  const auto sources = [&](std::string_view properties) {
    listen(properties);
    std::string text;
    for (const auto& source : filter_of(listener_->flow().triggers[0]).sources) {
      text += source.namespace_.value_or("*") + "/" + source.flow_id.value_or("*") + " ";
    }
    return text;
  };
  EXPECT_EQ(sources("    states: [SUCCESS]\n"), "*/* ");
  EXPECT_EQ(filter_of(listener_->flow().triggers[0]).states, 1u << static_cast<unsigned>(State::success));
  EXPECT_EQ(sources(std::string(condition) + "ExecutionFlow\n        namespace: a\n        flowId: b\n"), "a/b ");
  EXPECT_EQ(sources(std::string(condition) + "ExecutionFlow\n        namespace: a\n        flowId: \"{{ vars.v }}\"\n"),
            "a/* ");
  EXPECT_EQ(sources(std::string(condition) + "ExecutionNamespace\n        namespace: a\n"), "a/* ");
  EXPECT_EQ(sources(std::string(condition) + "ExecutionNamespace\n        namespace: a\n        comparison: PREFIX\n"),
            "*/* ");
  EXPECT_EQ(sources(std::string(condition) + "ExecutionNamespace\n        namespace: a\n        prefix: true\n"),
            "*/* ");
  EXPECT_EQ(
      sources(std::string(condition) + "Not\n        conditions: [{type: "
                                       "io.kestra.plugin.core.condition.ExecutionFlow, namespace: a, flowId: b}]\n"),
      "*/* ");
  EXPECT_EQ(sources("    preconditions: {id: p, flows: [{namespace: a, flowId: b}, {namespace: c}]}\n"), "a/b c/* ");
  EXPECT_EQ(sources("    preconditions: {id: p, flows: [{namespace: a, flowId: b}, {labels: {x: y}}]}\n"), "*/* ");
  EXPECT_EQ(sources("    preconditions: {id: p, where: [{id: w, filters: [{field: NAMESPACE, type: EQUAL_TO, value: "
                    "a}, {field: STATE, type: EQUAL_TO, value: FAILED}]}]}\n"),
            "a/* ");
  EXPECT_EQ(sources("    preconditions: {id: p, where: [{id: w, operand: OR, filters: [{field: NAMESPACE, type: "
                    "EQUAL_TO, value: a}, {field: STATE, type: EQUAL_TO, value: FAILED}]}]}\n"),
            "*/* ");
  EXPECT_EQ(sources("    dependsOn: [{namespace: a, flowId: b}]\n"), "a/b ");
}

}  // namespace
}  // namespace gyr::engine
