// [old] Listeners, and the conditions that an execution's end can be judged by (EXEC-43, TRIG-166 to TRIG-176).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/testing/harness.h"

namespace gyr::engine {
namespace {

using model::State;
using ::testing::Contains;
using testing::Harness;
using ::testing::HasSubstr;

std::string with_listener(std::string_view condition, std::string_view task = "{id: work, type: test.Work}") {
  return fmt::format(
      "labels: {{team: data}}\noutputs: [{{id: n, type: INT, value: 3}}]\ntasks: [{}]\n"
      "listeners:\n  - conditions: [{{type: io.kestra.plugin.core.condition.{}}}]\n    tasks:\n"
      "      - {{id: l1, type: test.Fail, text: x}}\n      - {{id: l2, type: test.Echo, text: \"{{{{ execution.state "
      "}}}}\"}}\n"
      "  - tasks: [{{id: always, type: test.Echo, text: x}}]\n"
      "afterExecution: [{{id: last, type: test.Echo, text: x}}]\n",
      task, condition);
}

TEST(Listeners, RunBeforeAfterExecutionWhereTheirConditionsHold) {  // EXEC-43, EXEC-42
  Harness flow(with_listener("ExecutionStatus, in: [FAILED]"));
  flow.script("work", {{State::failed, {}}});
  flow.hold_work();
  flow.run();
  flow.finish_work("work", {State::failed, {}});
  EXPECT_EQ(flow.tree(), "work:FAILED l1:FAILED l2:SUCCESS always:SUCCESS last:SUCCESS");
  EXPECT_EQ(flow.history(), "CREATED RUNNING FAILED") << "they never change it";
  EXPECT_TRUE(flow.find("l2")->run.force_execution);
  EXPECT_EQ(*flow.find("l2")->run.outputs.find("value"), base::Value::string("FAILED"));
  // A restart drops them and decides anew.
  flow.deliver(RestartRequested{});
  flow.run(false);
  flow.finish_work("work");
  EXPECT_EQ(flow.tree(), "work:SUCCESS always:SUCCESS last:SUCCESS");
}

struct Case {
  std::string_view condition;
  bool holds;
};
class ListenerConditions : public ::testing::TestWithParam<Case> {};

TEST_P(ListenerConditions, AreEvaluated) {  // TRIG-166 to TRIG-176
  Harness flow(with_listener(GetParam().condition));
  flow.run();
  EXPECT_EQ(flow.execution_state(), State::success);
  EXPECT_EQ(flow.find("l2") != nullptr, GetParam().holds) << GetParam().condition;
}

INSTANTIATE_TEST_SUITE_P(
    All, ListenerConditions,
    ::testing::Values(
        Case{"ExecutionStatus, notIn: [FAILED]", true}, Case{"ExecutionStatus, in: [SUCCESS], notIn: [SUCCESS]", false},
        Case{"ExecutionFlow, namespace: company.team, flowId: flow", true},
        Case{"ExecutionFlow, namespace: company, flowId: flow", false},
        Case{"ExecutionNamespace, namespace: company, prefix: true", true},
        Case{"ExecutionNamespace, namespace: company", false},
        Case{"ExecutionNamespace, namespace: team, comparison: SUFFIX", true},
        Case{"ExecutionLabels, labels: {team: data}", true}, Case{"ExecutionLabels, labels: {team: other}", false},
        Case{"ExecutionOutputs, expression: \"{{ trigger.outputs.n == 3 }}\"", true},
        Case{"ExecutionOutputs, expression: \"{{ trigger.outputs.n == 4 }}\"", false},
        Case{"HasRetryAttempt, in: [FAILED]", false}, Case{"Expression, expression: \"{{ flow.id == 'flow' }}\"", true},
        Case{"FlowCondition, namespace: company.team, flowId: flow", true},
        Case{"FlowNamespaceCondition, namespace: company, prefix: true", true},
        Case{"Not, conditions: [{type: io.kestra.plugin.core.condition.ExecutionStatus, in: [FAILED]}]", true},
        Case{"Or, conditions: [{type: io.kestra.plugin.core.condition.ExecutionStatus, in: [FAILED]}]", false}));

TEST(Listeners, AConditionThatCannotBeEvaluatedIsLogged) {  // GYR-E090
  Harness flow(with_listener("Expression, expression: \"{{ nobody.x }}\""));
  flow.run();
  EXPECT_EQ(flow.tree(), "work:SUCCESS always:SUCCESS last:SUCCESS");
  EXPECT_THAT(flow.log_messages(), Contains(HasSubstr("A condition of a listener cannot be evaluated: ")));
}

}  // namespace
}  // namespace gyr::engine
