// Exit and breakpoints in the engine (TASK-84, EXEC-91).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/testing/harness.h"

namespace gyr::engine {
namespace {

using base::Value;
using model::State;
using ::testing::Contains;
using testing::Harness;
using ::testing::HasSubstr;

std::string exit_with(std::string_view state) {
  return R"(
tasks:
  - id: group
    type: io.kestra.plugin.core.flow.Sequential
    tasks:
      - {id: exit, type: io.kestra.plugin.core.execution.Exit)" +
         (state.empty() ? std::string() : ", state: \"" + std::string(state) + "\"") + R"(}
      - {id: never, type: test.Echo, text: x}
    finally:
      - {id: own_finally, type: test.Echo, text: x}
  - {id: never2, type: test.Echo, text: x}
errors:
  - {id: e, type: test.Echo, text: x}
finally:
  - {id: f, type: test.Echo, text: x}
afterExecution:
  - {id: after, type: test.Echo, text: "{{ execution.state }}"}
)";
}

TEST(Exit, EndsTheExecutionInItsState) {  // TASK-84, CORE-82
  for (auto [asked, state] : {std::pair{"", "SUCCESS"},
                              {"SUCCESS", "SUCCESS"},
                              {"WARNING", "WARNING"},
                              {"FAILED", "FAILED"},
                              {"CANCELLED", "CANCELLED"},
                              {"CANCELED", "CANCELLED"},
                              {"{{ 'WARNING' }}", "WARNING"}}) {
    Harness flow(exit_with(asked));
    flow.run();
    const std::string s = state;
    EXPECT_EQ(flow.tree(), "group:" + s + " exit:" + s + " after:SUCCESS");
    EXPECT_EQ(flow.states_of("exit"), "CREATED RUNNING " + s);
    EXPECT_EQ(flow.history(), "CREATED RUNNING " + s);
    EXPECT_EQ(flow.ended_count(), 1U);
  }
}

TEST(Exit, KilledIsAKillThatLeavesSubflowsAlone) {  // TASK-84, CORE-82
  Harness flow(R"(
tasks:
  - id: both
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - {id: child, type: io.kestra.plugin.core.flow.Subflow, namespace: company.team, flowId: other}
      - {id: work, type: test.Work}
      - {id: exit, type: io.kestra.plugin.core.execution.Exit, state: KILLED}
)");
  flow.hold_work();
  flow.run();
  EXPECT_EQ(flow.history(), "CREATED RUNNING KILLING KILLED");
  EXPECT_EQ(flow.tree(), "both:KILLED child:KILLED work:KILLED exit:KILLED");
  EXPECT_TRUE(flow.killed_children().empty());
  EXPECT_EQ(flow.killed_attempts().size(), 1U);
}

TEST(Exit, ParallelTasksAreNotStopped) {  // TASK-84: its result is recorded in its run alone
  Harness flow(R"(
tasks:
  - id: both
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - {id: work, type: test.Work, retry: {type: constant, interval: PT1S, maxAttempts: 3}}
      - {id: exit, type: io.kestra.plugin.core.execution.Exit}
)");
  flow.hold_work();
  flow.run();
  EXPECT_EQ(flow.execution_state(), State::success);
  EXPECT_TRUE(flow.killed_attempts().empty());
  flow.crash();
  flow.deliver(WorkerFinished{
      {flow.find("work")->run.id, 0, 1}, State::failed, {}, base::Instant::of_millis(1'700'000'001'000), 0, {}});
  EXPECT_EQ(flow.tree(), "both:SUCCESS work:FAILED exit:SUCCESS");
  EXPECT_EQ(flow.history(), "CREATED RUNNING SUCCESS");
}

TEST(Exit, InErrorsItEndsAFailedExecutionWithSuccess) {  // TASK-84
  Harness flow(R"(
tasks:
  - {id: ko, type: test.Fail, text: x}
errors:
  - {id: exit, type: io.kestra.plugin.core.execution.Exit, state: SUCCESS}
  - {id: never, type: test.Echo, text: x}
)");
  flow.run();
  EXPECT_EQ(flow.tree(), "ko:FAILED exit:SUCCESS");
  EXPECT_EQ(flow.history(), "CREATED RUNNING SUCCESS");
}

TEST(Exit, AnotherStateFailsTheTask) {  // TASK-84, TASK-85
  for (const char* state : {"RUNNING", "success", "{{ nothing }}", ""}) {
    Harness flow("\ntasks:\n  - {id: exit, type: io.kestra.plugin.core.execution.Exit, allowFailure: true, state: \"" +
                 std::string(state) + "\"}\n  - {id: last, type: test.Echo, text: x}\n");
    flow.run();
    EXPECT_EQ(flow.tree(), "exit:WARNING last:SUCCESS") << state;
    EXPECT_EQ(flow.states_of("exit"), "CREATED WARNING") << state;
  }
}

TEST(Exit, AfterTheEndItHasNoEffect) {  // EXEC-42
  Harness flow(R"(
tasks:
  - {id: a, type: test.Echo, text: x}
afterExecution:
  - {id: exit, type: io.kestra.plugin.core.execution.Exit, state: FAILED}
  - {id: last, type: test.Echo, text: x}
)");
  flow.run();
  EXPECT_EQ(flow.tree(), "a:SUCCESS exit:SUCCESS last:SUCCESS");
  EXPECT_EQ(flow.history(), "CREATED RUNNING SUCCESS");
}

TEST(Exit, ChangesAfterTheEndDoNotEndTheExecutionAgain) {  // EXEC-42, TASK-80
  Harness flow(R"(
tasks:
  - {id: exit, type: io.kestra.plugin.core.execution.Exit, state: WARNING}
afterExecution:
  - {id: mark, type: io.kestra.plugin.core.execution.Labels, labels: {seen: "yes"}}
)");
  flow.run();
  EXPECT_EQ(flow.tree(), "exit:WARNING mark:SUCCESS");
  EXPECT_EQ(flow.history(), "CREATED RUNNING WARNING");
  EXPECT_EQ(flow.ended_count(), 1U);
}

TEST(Exit, ItsOutputsAreRenderedElsewhereFirst) {  // FLOW-46, whatever the state; a crash in between changes nothing
  Harness flow(exit_with("WARNING") + "outputs:\n  - {id: o, type: STRING, value: \"{{ secret('x') }}\"}\n");
  flow.run();
  EXPECT_EQ(flow.execution_state(), State::running);
  flow.on_render = [](const RenderRequest&) { return base::Result<Value>(Value::string("v")); };
  flow.crash();
  flow.run();
  EXPECT_EQ(flow.tree(), "group:WARNING exit:WARNING after:SUCCESS");
  EXPECT_EQ(flow.execution_state(), State::warning);
  EXPECT_EQ(flow.state().execution().outputs, Value::map({{"o", Value::string("v")}}));
}

// ---------------------------------------------------------------------------------------------- breakpoints

constexpr const char* three_tasks = R"(
tasks:
  - {id: a, type: test.Echo, text: x}
  - {id: b, type: test.Echo, text: x}
  - {id: c, type: test.Echo, text: x}
)";

TEST(Breakpoints, StopBeforeTheTaskUntilResumed) {  // EXEC-91
  Harness flow(three_tasks);
  flow.breakpoints = {{"b", {}, false}, {"c", {}, false}};
  flow.run();
  EXPECT_EQ(flow.tree(), "a:SUCCESS b:BREAKPOINT");
  EXPECT_EQ(flow.states_of("b"), "CREATED BREAKPOINT");
  EXPECT_TRUE(flow.find("b")->run.attempts.empty());
  flow.crash();
  EXPECT_EQ(flow.history(), "CREATED RUNNING BREAKPOINT");
  flow.deliver(BreakpointResumed{});  // none is left
  EXPECT_EQ(flow.tree(), "a:SUCCESS b:SUCCESS c:SUCCESS");
  EXPECT_EQ(flow.history(), "CREATED RUNNING BREAKPOINT RUNNING SUCCESS");
  EXPECT_EQ(flow.states_of("b"), "CREATED BREAKPOINT CREATED RUNNING SUCCESS");
}

TEST(Breakpoints, NewOnesAreGivenAtTheResume) {  // EXEC-91
  Harness flow(three_tasks);
  flow.breakpoints = {{"a", {}, false}};
  flow.run();
  flow.deliver(BreakpointResumed{{{"a", {}, false}, {"c", {}, false}}});
  EXPECT_EQ(flow.tree(), "a:SUCCESS b:SUCCESS c:BREAKPOINT");
  flow.deliver(KillRequested{});
  EXPECT_EQ(flow.tree(), "a:SUCCESS b:SUCCESS c:KILLED");
  EXPECT_EQ(flow.execution_state(), State::killed);
}

TEST(Breakpoints, OfOneValueOfALoop) {  // EXEC-91
  Harness flow(R"(
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: [x, y]
    concurrencyLimit: 0
    tasks:
      - {id: a, type: test.Echo, text: "{{ taskrun.value }}"}
      - {id: b, type: test.Echo, text: x}
)");
  flow.breakpoints = {{"b", "y", true}};
  flow.run();
  EXPECT_EQ(flow.states_of("b", "y"), "CREATED BREAKPOINT");
  EXPECT_EQ(flow.states_of("b", "x"), "CREATED RUNNING SUCCESS");
  flow.deliver(BreakpointResumed{});
  EXPECT_EQ(flow.execution_state(), State::success);
}

}  // namespace
}  // namespace gyr::engine
