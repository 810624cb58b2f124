// Kills: what waits ends at once, workers are asked and waited for, but not for ever.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/testing/harness.h"

namespace gyr::engine {
namespace {

using model::State;
using testing::Harness;

TEST(Kill, EndsWaitingRunsAndAsksWorkers) {  // EXEC-80, EXEC-81, EXEC-150
  Harness flow(R"(
tasks:
  - id: p
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - {id: a, type: test.Work}
      - {id: b, type: test.Work}
      - {id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: x, flowId: y}
afterExecution:
  - {id: after, type: test.Echo, text: "{{ execution.state }}"}
)");
  flow.hold_work();
  flow.run();
  flow.deliver(WorkerStarted{{flow.find("a")->run.id, 0, 1}, "w", base::Instant::of_millis(1'700'000'000'100)});
  flow.deliver(KillRequested{true});
  EXPECT_EQ(flow.execution_state(), State::killing);
  EXPECT_EQ(flow.killed_attempts().size(), 2u);
  EXPECT_EQ(flow.killed_children().size(), 1u);
  EXPECT_EQ(flow.states_of("b"), "CREATED SUBMITTED KILLED");
  flow.deliver(WorkerFinished{
      {flow.find("a")->run.id, 0, 1}, State::killed, {}, base::Instant::of_millis(1'700'000'000'200), 0, {}});
  flow.run(false);
  EXPECT_EQ(flow.history(), "CREATED RUNNING KILLING KILLED");
  EXPECT_EQ(flow.tree(), "p:KILLED a:KILLED b:KILLED call:KILLED after:SUCCESS");
}

TEST(Kill, DoesNotWaitForEver) {  // EXEC-80, EXEC-150
  Harness flow("tasks:\n  - {id: a, type: test.Work}\n");
  flow.hold_work();
  flow.run();
  flow.deliver(WorkerStarted{{flow.find("a")->run.id, 0, 1}, "w", base::Instant::of_millis(1'700'000'000'100)});
  flow.deliver(KillRequested{true});
  EXPECT_EQ(flow.execution_state(), State::killing);
  flow.advance_time(base::Duration::of_seconds(61));
  flow.deliver(TimerDue{});
  EXPECT_EQ(flow.execution_state(), State::killed);
  EXPECT_EQ(flow.tree(), "a:KILLED");
}

TEST(Kill, EndsWhenTheLastWorkerHasAnswered) {  // EXEC-80: also where the parent of its run has tasks left
  Harness flow(R"(
tasks:
  - id: group
    type: io.kestra.plugin.core.flow.Sequential
    tasks:
      - {id: a, type: test.Work}
      - {id: b, type: test.Work}
)");
  flow.reload = false;
  flow.hold_work();
  flow.run();
  flow.deliver(WorkerStarted{{flow.find("a")->run.id, 0, flow.find("a")->epoch}, "worker", {}});
  flow.deliver(KillRequested{});
  EXPECT_EQ(flow.execution_state(), State::killing);
  flow.finish_work("a", {State::killed, {}});
  EXPECT_EQ(flow.execution_state(), State::killed);
  EXPECT_EQ(flow.tree(), "group:KILLED a:KILLED");
}

TEST(Kill, WhatDiesWithTheServerDoesNotRunAgain) {  // EXEC-80
  Harness flow(R"(
tasks:
  - {id: a, type: test.Work}
)");
  flow.hold_work();
  flow.run();
  flow.deliver(WorkerStarted{{flow.find("a")->run.id, 0, flow.find("a")->epoch}, "worker", {}});
  flow.deliver(KillRequested{});
  ASSERT_EQ(flow.execution_state(), State::killing);
  flow.crash();
  flow.deliver(Drive{true});
  EXPECT_EQ(flow.execution_state(), State::killed);
  EXPECT_EQ(flow.states_of("a"), "CREATED SUBMITTED RUNNING KILLED");
}

}  // namespace
}  // namespace gyr::engine
