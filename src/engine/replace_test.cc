// CREATE_NEW_EXECUTION, and retries declared by the flow (EXEC-40, EXEC-50, EXEC-52, EXEC-54, EXEC-156).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/testing/harness.h"

namespace gyr::engine {
namespace {

using base::Value;
using model::State;
using ::testing::ElementsAre;
using testing::Harness;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view retried = R"(
retry: {type: constant, interval: PT5S, maxAttempts: 3, behavior: CREATE_NEW_EXECUTION}
tasks:
  - id: par
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - {id: ko, type: test.Work}
      - {id: other, type: test.Work}
errors: [{id: e, type: test.Echo, text: x}]
finally: [{id: f, type: test.Echo, text: x}]
afterExecution: [{id: a, type: test.Echo, text: "{{ execution.state }}"}]
)";

TEST(CreateNewExecution, TheFailedExecutionIsReplacedAtTheDate) {  // EXEC-52, EXEC-42
  Harness flow(retried);
  flow.hold_work();
  flow.run(false);
  flow.finish_work("ko", {State::failed, {}});
  EXPECT_EQ(flow.history(), "CREATED RUNNING RETRIED");
  EXPECT_EQ(flow.tree(), "par:RETRIED ko:RETRIED other:RETRIED a:SUCCESS") << "no errors, no finally";
  EXPECT_EQ(flow.states_of("ko"), "CREATED SUBMITTED RUNNING FAILED RETRIED");
  EXPECT_EQ(flow.find("ko")->run.attempts.back().state.current(), State::failed);
  EXPECT_EQ(*flow.find("a")->run.outputs.find("value"), Value::string("RETRIED"));
  EXPECT_EQ(flow.ended_count(), 1u);
  EXPECT_THAT(flow.replacements(), IsEmpty()) << "not before its date";
  flow.crash();
  ASSERT_TRUE(flow.state().next_wake().has_value());
  flow.deliver(TimerDue{});
  EXPECT_THAT(flow.replacements(), IsEmpty());
  flow.advance_time(base::Duration::of_seconds(5));
  flow.deliver(TimerDue{});
  flow.deliver(TimerDue{});
  EXPECT_THAT(flow.replacements(), ElementsAre(flow.state().replacement)) << "once";
  EXPECT_FALSE(flow.state().next_wake().has_value());
}

TEST(CreateNewExecution, IsStoredBeforeItsOutputsAreRendered) {  // EXEC-52, FLOW-46, EXEC-130
  Harness flow(R"(
retry: {type: constant, interval: PT5S, maxAttempts: 3, behavior: CREATE_NEW_EXECUTION}
outputs:
  - {id: key, type: STRING, value: "{{ kv('key') }}"}
tasks:
  - id: seq
    type: io.kestra.plugin.core.flow.Sequential
    tasks:
      - {id: ko, type: test.Work}
  - {id: next, type: test.Work}
)");
  flow.script("ko", {{State::failed, {}}});
  flow.run(false);  // nobody answers
  ASSERT_EQ(flow.history(), "CREATED RUNNING");
  flow.on_render = [](const RenderRequest&) { return Value::string("v"); };
  flow.crash();
  flow.run(false);
  EXPECT_EQ(flow.tree(), "seq:RETRIED ko:RETRIED") << "nothing runs behind it";
  EXPECT_EQ(flow.history(), "CREATED RUNNING RETRIED");
}

TEST(CreateNewExecution, AfterTheLastAttemptErrorsRun) {  // EXEC-52, EXEC-53, EXEC-40
  Harness flow(retried);
  flow.hold_work();
  flow.run(false);
  flow.state().execution().attempt_number = 3;
  flow.state().touch();
  flow.deliver(Continue{});
  flow.finish_work("ko", {State::failed, {}});
  flow.finish_work("e");
  flow.finish_work("f");
  EXPECT_EQ(flow.execution_state(), State::failed);
  EXPECT_EQ(flow.tree(), "par:FAILED ko:FAILED other:FAILED e:SUCCESS f:SUCCESS a:SUCCESS");
  EXPECT_THAT(flow.replacements(), IsEmpty());
  // A restart by hand begins a new budget (EXEC-54).
  flow.deliver(RestartRequested{});
  flow.run(false);
  EXPECT_EQ(flow.state().execution().attempt_number, 4);
  flow.finish_work("ko", {State::failed, {}});
  EXPECT_EQ(flow.execution_state(), State::retried);
}

TEST(CreateNewExecution, AKillBeforeTheDateEndsIt) {  // EXEC-80
  Harness flow(retried);
  flow.hold_work();
  flow.run(false);
  flow.finish_work("ko", {State::failed, {}});
  flow.deliver(KillRequested{true});
  EXPECT_EQ(flow.killed_replacements(), 1u) << "whoever waits is told";
  EXPECT_FALSE(flow.state().next_wake().has_value());
  flow.advance_time(base::Duration::of_seconds(60));
  flow.deliver(TimerDue{});
  EXPECT_THAT(flow.replacements(), IsEmpty());
}

TEST(CreateNewExecution, AKillAfterTheDateReachesTheReplacement) {  // EXEC-81
  Harness flow(retried);
  flow.hold_work();
  flow.run(false);
  flow.finish_work("ko", {State::failed, {}});
  flow.advance_time(base::Duration::of_seconds(5));
  flow.deliver(TimerDue{});
  flow.deliver(KillRequested{true});
  ASSERT_THAT(flow.killed_children(), SizeIs(1));
  EXPECT_EQ(flow.killed_children()[0].child, flow.state().replacement);
}

TEST(CreateNewExecution, ErrorHandlersDoNotTriggerIt) {  // EXEC-20
  Harness flow(R"(
tasks: [{id: ko, type: test.Fail, text: x}]
errors: [{id: e, type: test.Fail, text: x, retry: {type: constant, interval: PT1S, maxAttempts: 5, behavior: CREATE_NEW_EXECUTION}}]
)");
  flow.run();
  EXPECT_EQ(flow.history(), "CREATED RUNNING FAILED");
}

TEST(FlowRetry, AnAllowedFailureDoesNotTriggerIt) {  // EXEC-50
  Harness flow(R"(
retry: {type: constant, interval: PT5S, maxAttempts: 3}
tasks:
  - {id: allowed, type: test.Work, allowFailure: true}
  - {id: ko, type: test.Work}
)");
  flow.script("allowed", {{State::failed, {}}});
  flow.script("ko", {{State::failed, {}}, {State::success, {}}});
  flow.run();
  EXPECT_EQ(flow.tree(), "allowed:WARNING ko:SUCCESS");
  EXPECT_EQ(flow.find("allowed")->run.attempts.size(), 1u);
  EXPECT_EQ(flow.find("ko")->run.attempts.size(), 2u);
  EXPECT_EQ(flow.execution_state(), State::warning);
}

TEST(RetryOfAFlowable, AnAllowedFailureDoesNotTriggerIt) {  // EXEC-50
  Harness flow(R"(
tasks:
  - id: around
    type: io.kestra.plugin.core.flow.Sequential
    retry: {type: constant, interval: PT5S, maxAttempts: 3}
    tasks:
      - {id: allowed, type: test.Work, allowFailure: true}
      - {id: own, type: test.Work, allowFailure: true, retry: {type: constant, interval: PT5S, maxAttempts: 2}}
      - {id: ko, type: test.Work}
)");
  flow.script("allowed", {{State::failed, {}}});
  flow.script("own", {{State::failed, {}}, {State::failed, {}}});
  flow.script("ko", {{State::failed, {}}, {State::success, {}}});
  flow.run();
  EXPECT_EQ(flow.tree(), "around:WARNING allowed:WARNING own:WARNING ko:SUCCESS");
  EXPECT_EQ(flow.find("allowed")->run.attempts.size(), 1u);
  EXPECT_EQ(flow.find("own")->run.attempts.size(), 2u);
  EXPECT_EQ(flow.find("ko")->run.attempts.size(), 2u);
}

TEST(SubflowRun, FollowsTheReplacementOfItsChild) {  // TASK-53, EXEC-156
  Harness flow("tasks:\n  - {id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: a, flowId: b}\n");
  flow.run(false);
  const base::Id child = flow.children()[0].child, second{7, 7};
  const base::Id run = flow.find("call")->run.id;
  flow.deliver(ChildReplaced{run, child, second});
  EXPECT_EQ(flow.states_of("call"), "CREATED RUNNING");
  EXPECT_EQ(*flow.find("call")->run.outputs.find("executionId"), Value::string(second.to_text()));
  flow.deliver(ChildEnded{run, child, State::failed, {}, 1});
  EXPECT_EQ(flow.execution_state(), State::running) << "the first one does not count any more";
  flow.deliver(ChildEnded{run, second, State::success, {}, 1});
  EXPECT_EQ(flow.history(), "CREATED RUNNING SUCCESS");
}

}  // namespace
}  // namespace gyr::engine
