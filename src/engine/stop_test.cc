// Kill switches end an execution gently: what runs goes on, nothing else begins (EXEC-99, OPS-13).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/testing/harness.h"
#include "model/labels.h"

namespace gyr::engine {
namespace {

using model::State;
using ::testing::EndsWith;
using testing::Harness;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view parallel = R"(
tasks:
  - id: both
    type: io.kestra.plugin.core.flow.Parallel
    concurrent: 1
    tasks:
      - {id: a, type: test.Work, retry: {type: constant, interval: PT1S, maxAttempts: 3}}
      - {id: b, type: test.Work}
  - {id: last, type: test.Work}
errors: [{id: e, type: test.Echo, text: x}]
finally: [{id: f, type: test.Echo, text: x}]
afterExecution: [{id: z, type: test.Echo, text: x}]
)";

StopRequested stop_with(State end) { return {end, "id-of-it", "kill switch 'S'"}; }

void begin_work(Harness& flow) {
  const Dispatch job = flow.held_work().front();
  flow.deliver(WorkerStarted{job.attempt, "w", flow.now()});
}

TEST(Stop, WaitsForRunningTasksAndStartsNone) {  // OPS-13
  Harness flow(parallel);
  flow.hold_work();
  flow.run();
  begin_work(flow);
  flow.deliver(stop_with(State::killed));
  EXPECT_EQ(flow.history(), "CREATED RUNNING KILLING");
  EXPECT_THAT(flow.killed_attempts(), IsEmpty()) << "its worker is not interrupted";
  flow.advance_time(base::Duration::of_seconds(3'600));
  flow.deliver(TimerDue{});
  EXPECT_EQ(flow.history(), "CREATED RUNNING KILLING") << "however long it runs";
  flow.finish_work("a");
  EXPECT_EQ(flow.history(), "CREATED RUNNING KILLING KILLED");
  EXPECT_EQ(flow.states_of("a"), "CREATED SUBMITTED RUNNING SUCCESS");
  EXPECT_EQ(flow.find("b"), nullptr);
  EXPECT_EQ(flow.find("e"), nullptr);
  EXPECT_EQ(flow.find("f"), nullptr);
  EXPECT_EQ(flow.ended_count(), 1u);
  const auto& labels = flow.state().execution().labels;
  EXPECT_EQ(*model::find_label(labels, model::kill_switch_label), "killed");
  EXPECT_EQ(*model::find_label(labels, model::kill_switch_id_label), "id-of-it");
}

TEST(Stop, CancelledIsOnlyShownAtTheEnd) {  // OPS-13
  Harness flow(parallel);
  flow.hold_work();
  flow.run();
  begin_work(flow);
  flow.deliver(stop_with(State::cancelled));
  flow.deliver(stop_with(State::killed));
  EXPECT_EQ(flow.history(), "CREATED RUNNING") << "a second one changes nothing";
  flow.finish_work("a", {State::failed, {}});
  EXPECT_EQ(flow.history(), "CREATED RUNNING CANCELLED") << "no retry begins";
  EXPECT_EQ(flow.states_of("a"), "CREATED SUBMITTED RUNNING FAILED");
  EXPECT_EQ(*model::find_label(flow.state().execution().labels, model::kill_switch_label), "cancelled");
}

TEST(Stop, TasksLostWithTheServerDoNotRunAgain) {  // OPS-13
  Harness flow(parallel);
  flow.hold_work();
  flow.run();
  begin_work(flow);
  flow.deliver(stop_with(State::killed));
  flow.crash();
  flow.deliver(Drive{true});
  EXPECT_EQ(flow.history(), "CREATED RUNNING KILLING KILLED");
  EXPECT_EQ(flow.states_of("a"), "CREATED SUBMITTED RUNNING KILLED");
}

TEST(Stop, RunsThatHaveNotStartedEndImmediately) {  // OPS-13
  Harness submitted(parallel);
  submitted.hold_work();
  submitted.run();
  submitted.deliver(stop_with(State::cancelled));
  EXPECT_EQ(submitted.history(), "CREATED RUNNING CANCELLED");
  EXPECT_THAT(submitted.killed_attempts(), SizeIs(1));

  Harness paused("tasks:\n  - {id: p, type: io.kestra.plugin.core.flow.Pause}\n");
  paused.run(false);
  paused.deliver(stop_with(State::killed));
  EXPECT_EQ(paused.history(), "CREATED RUNNING PAUSED KILLING KILLED");

  Harness queued(parallel);
  queued.admission.verdict = Admission::Verdict::queue;
  queued.run();
  queued.deliver(stop_with(State::cancelled));
  EXPECT_EQ(queued.history(), "CREATED QUEUED CANCELLED");
  EXPECT_EQ(queued.ended_count(), 1u);
}

TEST(Stop, AKillDoesNotWait) {  // EXEC-80
  Harness flow(parallel);
  flow.hold_work();
  flow.run();
  begin_work(flow);
  flow.deliver(stop_with(State::cancelled));
  flow.deliver(KillRequested{});
  EXPECT_EQ(flow.history(), "CREATED RUNNING KILLING");
  EXPECT_THAT(flow.killed_attempts(), SizeIs(1));
  flow.finish_work("a", {State::killed, {}});
  EXPECT_EQ(flow.history(), "CREATED RUNNING KILLING KILLED");
}

TEST(Stop, HasNoEffectOnAnEndedOrKilledExecution) {  // OPS-13
  Harness over("tasks:\n  - {id: a, type: test.Work}\n");
  over.run();
  over.deliver(stop_with(State::killed));
  EXPECT_EQ(over.history(), "CREATED RUNNING SUCCESS");
  EXPECT_EQ(model::find_label(over.state().execution().labels, model::kill_switch_label), nullptr);
}

TEST(Stop, ASubflowAfterTheEndIsNotEndedByKillSwitches) {  // OPS-13, TASK-51
  Harness flow(R"(
tasks:
  - {id: a, type: test.Work}
afterExecution:
  - {id: s, type: io.kestra.plugin.core.flow.Subflow, namespace: company.team, flowId: child}
)");
  flow.hold_work();
  flow.run();
  flow.deliver(stop_with(State::cancelled));
  flow.run();
  ASSERT_EQ(flow.execution_state(), State::cancelled);
  ASSERT_THAT(flow.children(), SizeIs(1));
  const auto& inherited = flow.children()[0].parent_labels;
  EXPECT_EQ(model::find_label(inherited, model::kill_switch_label), nullptr);
  EXPECT_EQ(model::find_label(inherited, model::kill_switch_id_label), nullptr);
  EXPECT_NE(model::find_label(flow.state().execution().labels, model::kill_switch_label), nullptr);
}

TEST(Stop, ACancelledExecutionCanBeRestarted) {  // EXEC-84, OPS-13
  Harness flow(parallel);
  flow.hold_work();
  flow.run();
  begin_work(flow);
  flow.deliver(stop_with(State::cancelled));
  flow.finish_work("a", {State::failed, {}});
  ASSERT_EQ(flow.execution_state(), State::cancelled);
  flow.deliver(RestartRequested{});
  const auto& labels = flow.state().execution().labels;
  EXPECT_EQ(model::find_label(labels, model::kill_switch_label), nullptr) << "no switch has ended what goes on";
  EXPECT_EQ(model::find_label(labels, model::kill_switch_id_label), nullptr);
  flow.run();
  flow.finish_work("a");
  EXPECT_THAT(flow.states_of("a"), EndsWith("RESTARTED SUBMITTED RUNNING SUCCESS"));
  EXPECT_EQ(flow.states_of("b"), "CREATED SUBMITTED");
}

TEST(DeferredTasks, GoToWorkers) {  // OPS-12: see Partition::step, which sets Event::defers_tasks
  Harness flow("tasks:\n  - {id: a, type: test.Echo, text: hi}\n");
  flow.defers_tasks = true;
  flow.hold_work();
  flow.run();
  EXPECT_EQ(flow.held(), 1u);
  EXPECT_EQ(flow.states_of("a"), "CREATED SUBMITTED");
}

}  // namespace
}  // namespace gyr::engine
