// Restarts of failed executions: from the failed task on (EXEC-84). Other ends that are taken back: rerun_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/testing/harness.h"

namespace gyr::engine {
namespace {

using model::State;
using testing::Harness;

TEST(Restart, ContinuesFromTheFailedTask) {  // EXEC-84, EXEC-54
  Harness flow(R"(
tasks:
  - {id: a, type: test.Echo, text: x}
  - id: group
    type: io.kestra.plugin.core.flow.Sequential
    tasks:
      - {id: b, type: test.Work}
      - {id: c, type: test.Echo, text: x}
    errors:
      - {id: e1, type: test.Echo, text: x}
errors:
  - {id: e2, type: test.Echo, text: x}
)");
  flow.script("b", {{State::failed, {}}, {State::success, {}}});
  flow.run();
  EXPECT_EQ(flow.tree(), "a:SUCCESS group:FAILED b:FAILED e1:SUCCESS e2:SUCCESS");
  flow.deliver(RestartRequested{});
  flow.run();
  EXPECT_EQ(flow.tree(), "a:SUCCESS group:SUCCESS b:SUCCESS c:SUCCESS");
  EXPECT_EQ(flow.states_of("b"), "CREATED SUBMITTED RUNNING FAILED RESTARTED SUBMITTED RUNNING SUCCESS");
  EXPECT_EQ(flow.states_of("group"), "CREATED RUNNING FAILED RUNNING SUCCESS");
  EXPECT_EQ(flow.history(), "CREATED RUNNING FAILED RESTARTED RUNNING SUCCESS");
  EXPECT_EQ(flow.state().execution().attempt_number, 2);
  EXPECT_EQ(flow.state().execution().labels, (std::vector<model::Label>{{"system.restarted", "true"}}));
  EXPECT_EQ(flow.ended_count(), 2u);
}

// A finished group is opened again, not begun again.
TEST(Restart, ALoopOnlyRunsFailedAndRemainingTasks) {  // EXEC-84, TASK-35
  for (bool reload : {false, true}) {
    Harness flow(R"(
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: ["a", "b"]
    tasks:
      - {id: first, type: test.Echo, text: x}
      - {id: last, type: test.Work}
)");
    flow.reload = reload;
    flow.script("last", {{State::failed, {}}, {State::success, {}}});
    flow.run();
    EXPECT_EQ(flow.tree(), "each:FAILED first[a]:SUCCESS last[a]:FAILED");
    flow.deliver(RestartRequested{});
    flow.run();
    EXPECT_EQ(flow.tree(), "each:SUCCESS first[a]:SUCCESS last[a]:SUCCESS first[b]:SUCCESS last[b]:SUCCESS");
    EXPECT_EQ(flow.states_of("last", "a"), "CREATED SUBMITTED RUNNING FAILED RESTARTED SUBMITTED RUNNING SUCCESS");
  }
}

TEST(Restart, AGroupOnlyContinuesAfterTheRestartedRun) {  // EXEC-84, TASK-35
  Harness flow(R"(
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: ["a"]
    tasks:
      - {id: first, type: test.Work}
      - {id: last, type: test.Echo, text: x}
)");
  flow.reload = false;
  flow.script("first", {{State::failed, {}}, {State::success, {}}});
  flow.run();
  EXPECT_EQ(flow.tree(), "each:FAILED first[a]:FAILED");
  flow.hold_work();
  flow.deliver(RestartRequested{});
  flow.run();
  EXPECT_EQ(flow.tree(), "each:RUNNING first[a]:SUBMITTED");
  flow.finish_work("first");
  EXPECT_EQ(flow.tree(), "each:SUCCESS first[a]:SUCCESS last[a]:SUCCESS");
}

TEST(Restart, ALoopWhoseFailureWasAllowedKnowsItsValues) {  // EXEC-84: everything above a failed run is opened again
  Harness flow(R"(
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: ["a", "b"]
    allowFailure: true
    tasks:
      - id: inner
        type: io.kestra.plugin.core.flow.ForEach
        values: ["x"]
        tasks:
          - id: group
            type: io.kestra.plugin.core.flow.Sequential
            allowFailure: true
            allowWarning: true
            tasks:
              - {id: work, type: test.Work}
      - {id: more, type: test.Work}
  - {id: end, type: test.Work}
)");
  flow.script("work", {{State::failed, {}}, {State::success, {}}});
  flow.script("more", {{State::failed, {}}, {State::success, {}}});
  flow.script("end", {{State::failed, {}}, {State::success, {}}});
  flow.run();
  EXPECT_EQ(flow.tree(), "each:WARNING inner[a]:SUCCESS group[x]:SUCCESS work:FAILED more[a]:FAILED end:FAILED");
  flow.deliver(RestartRequested{});
  flow.run();
  EXPECT_EQ(flow.execution_state(), State::success);
  EXPECT_EQ(flow.states_of("each"), "CREATED RUNNING WARNING RUNNING SUCCESS");
  EXPECT_EQ(flow.states_of("more", "b"), "CREATED SUBMITTED RUNNING SUCCESS");
}

TEST(Restart, AFlowableThatNeverStartedStarts) {  // EXEC-84, TASK-27: it took its parent's end while it was CREATED
  for (bool reload : {false, true}) {
    Harness flow(R"(
tasks:
  - id: both
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - {id: a, type: test.Work}
      - id: late
        type: io.kestra.plugin.core.flow.Sequential
        runIf: "{{ kv('x') }}"
        tasks:
          - {id: b, type: test.Echo, text: x}
)");
    flow.reload = reload;
    flow.hold_work();
    flow.run();  // nobody renders: its condition stays unknown
    EXPECT_EQ(flow.tree(), "both:RUNNING a:SUBMITTED late:CREATED");
    flow.finish_work("a", {State::failed, {}});
    EXPECT_EQ(flow.tree(), "both:FAILED a:FAILED late:FAILED");
    flow.on_render = [](const RenderRequest&) { return base::Result<base::Value>(base::Value::string("true")); };
    flow.deliver(RestartRequested{});
    flow.run();
    flow.finish_work("a");
    EXPECT_EQ(flow.tree(), "both:SUCCESS a:SUCCESS late:SUCCESS b:SUCCESS");
  }
}

// Several runs of the top level are under way after a restart.
TEST(Restart, AnExecutionThatFailsAgainLeavesNoRunOpen) {  // TASK-27
  Harness flow(R"(
tasks:
  - id: tolerant
    type: io.kestra.plugin.core.flow.Sequential
    allowFailure: true
    tasks:
      - {id: slow, type: test.Work}
  - {id: last, type: test.Work}
)");
  flow.script("slow", {{State::failed, {}}});
  flow.script("last", {{State::failed, {}}});
  flow.run();
  EXPECT_EQ(flow.tree(), "tolerant:WARNING slow:FAILED last:FAILED");
  flow.hold_work();
  flow.deliver(RestartRequested{});
  flow.run();
  EXPECT_EQ(flow.tree(), "tolerant:RUNNING slow:SUBMITTED last:SUBMITTED");
  flow.finish_work("last", {State::failed, {}});
  EXPECT_EQ(flow.execution_state(), State::failed);
  EXPECT_EQ(flow.tree(), "tolerant:FAILED slow:FAILED last:FAILED");
  flow.finish_work("slow");  // late: it replaces the state of its own run alone
  EXPECT_EQ(flow.tree(), "tolerant:FAILED slow:SUCCESS last:FAILED");
  EXPECT_EQ(flow.execution_state(), State::failed);
}

}  // namespace
}  // namespace gyr::engine
