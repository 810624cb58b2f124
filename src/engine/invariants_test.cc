// A state that contradicts itself is found by the step that meets it, and is not worked with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/invariant.h"
#include "engine/testing/harness.h"

namespace gyr::engine {
namespace {

using model::State;
using testing::Harness;
using ::testing::HasSubstr;

constexpr std::string_view two_tasks = "tasks:\n  - {id: a, type: test.Work}\n  - {id: b, type: test.Work}\n";

/// What the broken invariant says; empty where all of them hold.
std::string broken_by(const std::function<void()>& work) {
  const uint64_t before = base::broken_invariants();
  try {
    work();
  } catch (const base::BrokenInvariant& broken) {
    EXPECT_EQ(base::broken_invariants(), before + 1);
    return broken.what();
  }
  return {};
}

/// An execution of `a` and `b` whose worker has `a`. Its rows are not read back, so that the test may change its state.
class Corrupted : public ::testing::Test {
 protected:
  Corrupted() : flow_(two_tasks) {
    flow_.reload = false;
    flow_.hold_work();
    flow_.run();
  }
  RunState& a() { return *const_cast<RunState*>(flow_.find("a")); }
  std::string finish() {
    return broken_by([this] { flow_.finish_work("a"); });
  }
  std::string store() {
    return broken_by([this] {
      flow_.state().touch(a());
      (void)flow_.state().take_changes();
    });
  }
  Harness flow_;
};

TEST_F(Corrupted, AValidStateBreaksNoInvariant) {
  EXPECT_EQ(store(), "");
  EXPECT_EQ(broken_by([this] { flow_.state().check_consistency(); }), "");
  EXPECT_EQ(finish(), "");
}

TEST_F(Corrupted, CountsOfAParent) {
  flow_.state().frame().of(ListRole::tasks).created = 0;
  EXPECT_THAT(finish(), HasSubstr("the ended runs of a list do not exceed its runs"));
}

TEST_F(Corrupted, CountsThatAreCheckedAtTheEnd) {
  flow_.state().frame().of(ListRole::tasks).warning = 1;
  EXPECT_THAT(broken_by([this] { flow_.state().check_consistency(); }),
              HasSubstr("a parent counts the states of its runs"));
}

TEST_F(Corrupted, StatesFollowEachOther) {  // EXEC-4
  EXPECT_THAT(broken_by([this] { flow_.state().set_state(a(), State::queued, flow_.now()); }),
              HasSubstr("a task run goes from state to state"));
  EXPECT_THAT(broken_by([this] { flow_.state().set_state(State::created, flow_.now()); }),
              HasSubstr("an execution goes from state to state"));
}

TEST_F(Corrupted, AnEndIsNotRevertedByAccident) {  // EXEC-4
  flow_.state().set_state(State::success, flow_.now());
  EXPECT_THAT(broken_by([this] { flow_.state().set_state(State::running, flow_.now()); }),
              HasSubstr("an execution goes from state to state"));
}

TEST_F(Corrupted, EpochsOnlyGrow) {  // EXEC-6
  EXPECT_EQ(store(), "");
  a().epoch -= 1;
  EXPECT_THAT(store(), HasSubstr("the epoch of a task run does not go back"));
}

TEST_F(Corrupted, NumbersOfLogLinesDoNotDecrease) {
  a().run.log_sequence = 7;
  EXPECT_EQ(store(), "");
  a().run.log_sequence = 3;
  EXPECT_THAT(store(), HasSubstr("the numbers of the log lines of a task run do not decrease"));
}

TEST_F(Corrupted, HistoriesGrowAndTheirDatesDoNotDecrease) {  // EXEC-5
  EXPECT_EQ(store(), "");
  const model::StateHistory history = a().run.state;
  a().run.state = model::StateHistory(State::created, flow_.now());
  EXPECT_THAT(store(), HasSubstr("a history keeps all its states"));
  auto changes = history.changes();
  changes.push_back({State::running, base::Instant{}});
  a().run.state = model::StateHistory(changes);
  EXPECT_THAT(store(), HasSubstr("the dates of a history do not decrease"));
}

TEST_F(Corrupted, TimersBelongToWaits) {
  EXPECT_EQ(broken_by([this] { flow_.state().set_wake(a(), flow_.now()); }), "");
  EXPECT_THAT(store(), HasSubstr("a timer of a task run belongs to a wait"));
}

TEST_F(Corrupted, EndedRunsHaveNoTimer) {
  flow_.finish_work("a");
  EXPECT_THAT(broken_by([this] { flow_.state().set_wake(a(), flow_.now()); }),
              HasSubstr("a task run that has ended has no timer"));
}

TEST_F(Corrupted, WaitsAreCounted) {
  a().wait = Wait::retry;  // not by set_wait(), which counts
  EXPECT_THAT(broken_by([this] { flow_.state().set_wait(a(), Wait::nothing); }),
              HasSubstr("an execution counts its waiting runs"));
}

TEST_F(Corrupted, AResultBelongsToAnAttempt) {  // EXEC-6
  flow_.deliver(WorkerStarted{{a().run.id, 0, a().epoch}, "w", flow_.now()});
  a().run.attempts.clear();
  const AttemptRef of_another{a().run.id, 1, a().epoch};
  EXPECT_THAT(broken_by([&] { flow_.deliver(WorkerFinished{of_another, State::success, {}, flow_.now(), 0, {}}); }),
              HasSubstr("a result belongs to an attempt"));
}

TEST_F(Corrupted, OneAttemptAtATime) {
  flow_.deliver(WorkerStarted{{a().run.id, 0, a().epoch}, "w", flow_.now()});
  const AttemptRef next{a().run.id, 1, a().epoch};
  EXPECT_THAT(broken_by([&] { flow_.deliver(WorkerStarted{next, "w", flow_.now()}); }),
              HasSubstr("an attempt starts after the previous one has ended"));
}

TEST_F(Corrupted, TheSizeOfOutputsDoesNotChange) {
  a().counted_outputs = 1'000'000;
  EXPECT_THAT(store(), HasSubstr("does not exceed the size counted for the execution"));
}

TEST_F(Corrupted, TheOutputsOfAnExecutionAreSetOnce) {
  Harness flow(R"(
tasks:
  - {id: a, type: test.Work}
outputs:
  - {id: o, type: STRING, value: "x"}
)");
  flow.reload = false;
  flow.hold_work();
  flow.run();
  flow.state().execution().outputs = base::Value::map({{"o", base::Value::string("y")}});
  EXPECT_THAT(broken_by([&] { flow.finish_work("a"); }), HasSubstr("the outputs of an execution are set once"));
}

TEST_F(Corrupted, EndedExecutionsHoldNoSlotAndAreNotBeingKilled) {  // EXEC-61
  flow_.finish_work("a");
  flow_.finish_work("b");
  ASSERT_EQ(flow_.execution_state(), State::success);
  flow_.state().admitted = true;
  EXPECT_THAT(broken_by([this] { flow_.deliver(Continue{}); }), HasSubstr("holds no slot"));
  flow_.state().admitted = false;
  flow_.state().kill_deadline = flow_.now();
  EXPECT_THAT(broken_by([this] { flow_.deliver(Continue{}); }), HasSubstr("is not being killed"));
  flow_.state().kill_deadline.reset();
  flow_.state().stopping = State::killed;
  EXPECT_THAT(broken_by([this] { flow_.deliver(Continue{}); }), HasSubstr("is not being stopped"));
}

TEST_F(Corrupted, AGateIsPassedOnce) {  // EXEC-60
  Harness flow(two_tasks);
  flow.reload = false;
  flow.schedule_date = flow.now() + base::Duration::of_seconds(10);
  flow.run(false);
  flow.state().admitted = true;
  flow.advance_time(base::Duration::of_seconds(10));
  EXPECT_THAT(broken_by([&] { flow.deliver(TimerDue{}); }), HasSubstr("an execution passes its gate once"));
}

TEST_F(Corrupted, AQueueHoldsNoSlot) {  // EXEC-61
  Harness flow(two_tasks);
  flow.reload = false;
  flow.admission.verdict = Admission::Verdict::queue;
  flow.run();
  ASSERT_EQ(flow.execution_state(), State::queued);
  flow.state().admitted = true;
  EXPECT_THAT(broken_by([&] { flow.deliver(LeaveQueue{}); }), HasSubstr("an execution in a queue holds no slot"));
}

TEST_F(Corrupted, TheFlowOfAChildIsKnown) {  // TASK-51
  Harness flow("tasks:\n  - {id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: n, flowId: f}\n");
  flow.reload = false;
  flow.run();
  auto& call = *const_cast<RunState*>(flow.find("call"));
  call.child_flow.reset();
  EXPECT_THAT(broken_by([&] { flow.deliver(ChildEnded{call.run.id, call.child, State::success, {}, 1}); }),
              HasSubstr("the flow of a child is known"));
}

TEST_F(Corrupted, ARetryWasWaitedFor) {  // EXEC-51
  Harness flow("tasks:\n  - id: a\n    type: test.Work\n    retry: {type: constant, interval: PT1M, maxAttempts: 3}\n");
  flow.reload = false;
  flow.script("a", {{State::failed, {}}});
  flow.run(false);
  auto& run = *const_cast<RunState*>(flow.find("a"));
  ASSERT_EQ(run.wait, Wait::retry);
  run.run.state = model::StateHistory(State::running, flow.now());
  flow.advance_time(base::Duration::of_seconds(60));
  EXPECT_THAT(broken_by([&] { flow.deliver(TimerDue{}); }),
              HasSubstr("a task run that is retried has waited for the retry"));
}

TEST_F(Corrupted, ItemsAreCountedByState) {  // TASK-56
  ItemsState items(base::Id{1, 1}, 2);
  (void)items.begin(0, {});
  EXPECT_THAT(broken_by([&] { (void)items.begin(0, {}); }), HasSubstr("an item starts once"));
  EXPECT_THAT(broken_by([&] { items.set_state(2, State::success); }), HasSubstr("an item belongs to a batch"));
}

TEST(Transitions, OnlyARestartLeavesAFinalState) {  // EXEC-4
  for (size_t before = 0; before < model::state_count; ++before) {
    const auto from = static_cast<State>(before);
    if (!model::is_terminated(from)) continue;
    for (State to :
         {State::created, State::queued, State::submitted, State::paused, State::breakpoint, State::killing}) {
      EXPECT_FALSE(may_follow_in_run(from, to)) << model::to_text(from) << " " << model::to_text(to);
      EXPECT_FALSE(may_follow_in_execution(from, to)) << model::to_text(from) << " " << model::to_text(to);
    }
    EXPECT_FALSE(may_follow_in_execution(from, State::running));
    EXPECT_TRUE(may_follow_in_execution(from, State::restarted));
  }
  EXPECT_FALSE(may_follow_in_execution(State::killing, State::success));
  EXPECT_TRUE(may_follow_in_execution(State::killing, State::killed));
}

}  // namespace
}  // namespace gyr::engine
