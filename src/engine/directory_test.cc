// WorkingDirectory in the engine: one job, children that its worker reports (TASK-40, EXEC-84, EXEC-133).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/testing/harness.h"

namespace gyr::engine {
namespace {

using base::Id;
using base::Value;
using model::State;
using ::testing::Contains;
using testing::Harness;
using Kind = ChildReported::Kind;

constexpr std::string_view two_tasks = R"(
tasks:
  - id: wd
    type: io.kestra.plugin.core.flow.WorkingDirectory
    tasks:
      - {id: a, type: test.Work}
      - {id: b, type: test.Work}
  - {id: last, type: test.Echo, text: "{{ outputs.a.value ?? 'nothing' }}"}
)";

/// Plays the worker of the flow's directory `wd`.
class Directory {
 public:
  explicit Directory(Harness& flow) : flow_(flow) { take(); }

  /// The attempt that is out now.
  void take() {
    const RunState* run = flow_.find("wd");
    attempt_ = {run->run.id, static_cast<int32_t>(run->run.attempts.size()), run->epoch};
  }
  void start() { flow_.deliver(WorkerStarted{attempt_, "worker", base::Instant::of_millis(1'700'000'001'000)}); }
  ChildReported about(uint64_t id, std::string task, Kind kind, State state = State::success,
                      Value outputs = {}) const {
    ChildReported report;
    report.directory = attempt_;
    report.task_run = Id{77, id};
    report.task_id = std::move(task);
    report.kind = kind;
    report.state = state;
    report.outputs = std::move(outputs);
    report.at = base::Instant::of_millis(1'700'000'002'000);
    report.worker_id = "worker";
    return report;
  }
  void tell(ChildReported report) { flow_.deliver(std::move(report)); }
  void run(uint64_t id, const std::string& task, State state = State::success, Value outputs = {}) {
    tell(about(id, task, Kind::began));
    tell(about(id, task, Kind::ended, state, std::move(outputs)));
  }
  void finish(State state = State::success, Value outputs = {}) {
    flow_.deliver(
        WorkerFinished{attempt_, state, std::move(outputs), base::Instant::of_millis(1'700'000'003'000), 0, {}});
    flow_.run();
  }

 private:
  Harness& flow_;
  AttemptRef attempt_;
};

TEST(Directory, IsOneJobWhoseChildrenAreShownLive) {  // TASK-40
  Harness flow(two_tasks);
  flow.hold_work();
  flow.run();
  EXPECT_EQ(flow.tree(), "wd:CREATED");
  EXPECT_EQ(flow.held(), 1u);
  Directory directory(flow);
  directory.start();
  EXPECT_EQ(flow.tree(), "wd:RUNNING");
  directory.tell(directory.about(1, "a", Kind::began));
  EXPECT_EQ(flow.tree(), "wd:RUNNING a:RUNNING");
  directory.tell(directory.about(1, "a", Kind::ended, State::success, Value::map({{"value", Value::string("of a")}})));
  directory.run(2, "b");
  EXPECT_EQ(flow.tree(), "wd:RUNNING a:SUCCESS b:SUCCESS");
  directory.finish(State::success, Value::map({{"outputFiles", Value::empty_map()}}));
  EXPECT_EQ(flow.tree(), "wd:SUCCESS a:SUCCESS b:SUCCESS last:SUCCESS");
  EXPECT_EQ(flow.states_of("wd"), "CREATED RUNNING SUCCESS") << "never SUBMITTED";
  EXPECT_EQ(flow.states_of("a"), "CREATED RUNNING SUCCESS");
  EXPECT_EQ(flow.find("a")->run.parent_id, flow.find("wd")->run.id);
  EXPECT_THAT(flow.log_messages(), Contains("of a"));
  EXPECT_NE(flow.find("wd")->run.outputs.find("outputFiles"), nullptr);
  EXPECT_EQ(flow.find("wd")->run.attempts.size(), 1u);
}

TEST(Directory, ADuplicateReportCountsOnce) {  // EXEC-6
  Harness flow(two_tasks);
  flow.hold_work();
  flow.run();
  Directory directory(flow);
  directory.start();
  for (int i = 0; i < 2; ++i) directory.run(1, "a", State::success, Value::map({{"value", Value::string("x")}}));
  directory.tell(directory.about(1, "a", Kind::began));
  EXPECT_EQ(flow.tree(), "wd:RUNNING a:SUCCESS");
  EXPECT_EQ(flow.states_of("a"), "CREATED RUNNING SUCCESS");
  EXPECT_EQ(flow.find("a")->run.attempts.size(), 1u);
}

TEST(Directory, AFailedChildRunsErrorsThenFinally) {  // TASK-40, TASK-24
  Harness flow(R"(
tasks:
  - id: wd
    type: io.kestra.plugin.core.flow.WorkingDirectory
    tasks:
      - {id: a, type: test.Work}
      - {id: b, type: test.Work}
    errors:
      - {id: handler, type: test.Echo, text: x}
    finally:
      - {id: always, type: test.Echo, text: x}
)");
  flow.hold_work();
  flow.run();
  Directory directory(flow);
  directory.start();
  directory.run(1, "a", State::failed);
  EXPECT_EQ(flow.tree(), "wd:RUNNING a:FAILED") << "the job is not over";
  directory.finish(State::failed);
  EXPECT_EQ(flow.tree(), "wd:FAILED a:FAILED handler:SUCCESS always:SUCCESS");
  EXPECT_EQ(flow.execution_state(), State::failed);
}

TEST(Directory, FinallyRunsWithoutAFailureToo) {  // EXEC-165
  Harness flow(R"(
tasks:
  - id: wd
    type: io.kestra.plugin.core.flow.WorkingDirectory
    tasks:
      - {id: a, type: test.Work}
    finally:
      - {id: always, type: test.Echo, text: x}
)");
  flow.hold_work();
  flow.run();
  Directory directory(flow);
  directory.start();
  directory.run(1, "a");
  directory.finish();
  EXPECT_EQ(flow.tree(), "wd:SUCCESS a:SUCCESS always:SUCCESS");
}

TEST(Directory, FailsBeforeOrAfterItsTasks) {  // SCRIPT-41
  Harness flow(R"(
tasks:
  - id: wd
    type: io.kestra.plugin.core.flow.WorkingDirectory
    allowFailure: true
    tasks:
      - {id: a, type: test.Work}
  - {id: after, type: test.Echo, text: x}
)");
  flow.script("wd", {{State::failed, {}}});
  flow.run();
  EXPECT_EQ(flow.tree(), "wd:WARNING after:SUCCESS");
  EXPECT_EQ(flow.execution_state(), State::warning);
}

TEST(Directory, SkippedAndAllowedChildrenDoNotStopIt) {  // TASK-6, TASK-40
  Harness flow(R"(
tasks:
  - id: wd
    type: io.kestra.plugin.core.flow.WorkingDirectory
    tasks:
      - {id: a, type: test.Work, runIf: "false"}
      - {id: b, type: test.Work, allowFailure: true}
)");
  flow.hold_work();
  flow.run();
  Directory directory(flow);
  directory.start();
  directory.tell(directory.about(1, "a", Kind::skipped));
  directory.run(2, "b", State::failed);
  directory.finish();
  EXPECT_EQ(flow.tree(), "wd:WARNING a:SKIPPED b:WARNING");
  EXPECT_EQ(flow.states_of("a"), "CREATED SKIPPED");
  EXPECT_EQ(flow.find("a")->run.attempts.size(), 1u);
  EXPECT_EQ(flow.find("b")->run.attempts.back().state.current(), State::failed)
      << "the attempt keeps its true state (TASK-5)";
}

TEST(Directory, AChildWithABrokenConditionFailsItWithoutAnAttempt) {  // TASK-6
  Harness flow(two_tasks);
  flow.hold_work();
  flow.run();
  Directory directory(flow);
  directory.start();
  directory.tell(directory.about(1, "a", Kind::refused));
  directory.finish(State::failed);
  EXPECT_EQ(flow.tree(), "wd:FAILED a:FAILED");
  EXPECT_EQ(flow.states_of("a"), "CREATED FAILED");
  EXPECT_TRUE(flow.find("a")->run.attempts.empty());
}

TEST(Directory, RetriesOfItsWorkerAreShown) {  // EXEC-159
  Harness flow(R"(
tasks:
  - id: wd
    type: io.kestra.plugin.core.flow.WorkingDirectory
    retry: {type: constant, interval: PT1H, maxAttempts: 3}
    tasks:
      - {id: a, type: test.Work}
)");
  flow.hold_work();
  flow.run();
  Directory directory(flow);
  directory.start();
  directory.tell(directory.about(1, "a", Kind::began));
  directory.tell(directory.about(1, "a", Kind::retries, State::failed));
  EXPECT_EQ(flow.tree(), "wd:RUNNING a:RETRYING");
  EXPECT_EQ(flow.execution_state(), State::retrying);
  auto again = directory.about(1, "a", Kind::began);
  again.attempt = 1;
  directory.tell(again);
  EXPECT_EQ(flow.execution_state(), State::running);
  auto ended = directory.about(1, "a", Kind::ended);
  ended.attempt = 1;
  directory.tell(ended);
  directory.finish();
  EXPECT_EQ(flow.states_of("a"), "CREATED RUNNING FAILED RETRYING CREATED RUNNING SUCCESS");
  EXPECT_EQ(flow.find("a")->run.attempts.size(), 2u);
  EXPECT_EQ(flow.execution_state(), State::success);
}

/// Another worker gets the job and does all of it.
void run_anew(Harness& flow) {
  Directory other(flow);
  other.start();
  other.run(3, "a");
  other.run(4, "b");
  other.finish();
  EXPECT_EQ(flow.tree(), "wd:SUCCESS a:SUCCESS b:SUCCESS last:SUCCESS");
}

TEST(Directory, ALostWorkerRestartsIt) {  // EXEC-133
  Harness flow(two_tasks);
  flow.hold_work();
  flow.run();
  Directory lost(flow);
  lost.start();
  lost.run(1, "a");
  const RunState* before = flow.find("wd");
  flow.deliver(WorkerLost{{before->run.id, 0, before->epoch}});
  EXPECT_EQ(flow.tree(), "wd:RUNNING") << "what it did is gone with its files";
  EXPECT_EQ(flow.find("wd")->run.attempts[0].state.current(), State::resubmitted);
  lost.tell(lost.about(2, "b", Kind::began));
  lost.finish();
  EXPECT_EQ(flow.tree(), "wd:RUNNING") << "reports of the lost one are stale";
  run_anew(flow);
  EXPECT_EQ(flow.find("wd")->run.attempts.size(), 2u);
}

TEST(Directory, ACrashOfTheServerRestartsIt) {  // EXEC-130, EXEC-133
  Harness flow(two_tasks);
  flow.hold_work();
  flow.run();
  Directory lost(flow);
  lost.start();
  lost.run(1, "a");
  lost.tell(lost.about(2, "b", Kind::began));
  flow.crash();
  EXPECT_EQ(flow.tree(), "wd:RUNNING");
  EXPECT_EQ(flow.held(), 1u) << "given out again";
  run_anew(flow);
}

TEST(Directory, AKillWaitsForItsWorker) {  // EXEC-80
  Harness flow(two_tasks);
  flow.hold_work();
  flow.run();
  Directory directory(flow);
  directory.start();
  directory.run(1, "a");
  directory.tell(directory.about(2, "b", Kind::began));
  flow.deliver(KillRequested{});
  EXPECT_EQ(flow.execution_state(), State::killing);
  ASSERT_EQ(flow.killed_attempts().size(), 1u) << "the directory's alone";
  EXPECT_EQ(flow.killed_attempts()[0].attempt.task_run, flow.find("wd")->run.id);
  directory.tell(directory.about(2, "b", Kind::ended, State::killed));
  directory.finish(State::killed);
  EXPECT_EQ(flow.tree(), "wd:KILLED a:SUCCESS b:KILLED");
  EXPECT_EQ(flow.execution_state(), State::killed);
}

TEST(Directory, AKillBeforeItIsDispatchedEndsItImmediately) {  // EXEC-80
  Harness flow(two_tasks);
  flow.hold_work();
  flow.run();
  flow.deliver(KillRequested{});
  EXPECT_EQ(flow.tree(), "wd:KILLED");
  EXPECT_EQ(flow.execution_state(), State::killed);
}

TEST(Directory, ARestartRunsAllOfItAgain) {  // EXEC-84
  Harness flow(two_tasks);
  flow.hold_work();
  flow.run();
  Directory first(flow);
  first.start();
  first.run(1, "a");
  first.run(2, "b", State::failed);
  first.finish(State::failed);
  ASSERT_EQ(flow.tree(), "wd:FAILED a:SUCCESS b:FAILED");
  flow.deliver(RestartRequested{});
  EXPECT_EQ(flow.tree(), "wd:RESTARTED") << "its children are removed";
  flow.run();
  Directory second(flow);
  second.start();
  second.run(3, "a");
  second.run(4, "b");
  second.finish();
  EXPECT_EQ(flow.tree(), "wd:SUCCESS a:SUCCESS b:SUCCESS last:SUCCESS");
  EXPECT_EQ(flow.states_of("wd"), "CREATED RUNNING FAILED RESTARTED RUNNING SUCCESS");
  EXPECT_EQ(flow.find("wd")->run.attempts.size(), 2u);
}

TEST(Directory, TakesTheStateThatSomebodyGivesToOneOfItsTasks) {  // EXEC-86
  Harness flow(two_tasks);
  flow.hold_work();
  flow.run();
  Directory first(flow);
  first.start();
  first.run(1, "a", State::failed);
  first.finish(State::failed);
  ASSERT_EQ(flow.tree(), "wd:FAILED a:FAILED");
  flow.deliver(RunStateRequested{flow.find("a")->run.id, State::success});
  flow.run();
  EXPECT_EQ(flow.tree(), "wd:SUCCESS a:SUCCESS last:SUCCESS");
  EXPECT_EQ(flow.execution_state(), State::success);
}

TEST(Directory, ARestartOfAPausedExecutionRunsAFailedDirectoryAgain) {  // EXEC-83, EXEC-84
  Harness flow(two_tasks);
  flow.hold_work();
  flow.run();
  Directory directory(flow);
  directory.start();
  flow.deliver(PauseRequested{});
  directory.run(1, "a", State::failed);
  directory.finish(State::failed);
  ASSERT_EQ(flow.tree(), "wd:RUNNING a:FAILED") << "its end waits for the resume";
  flow.deliver(RestartRequested{});
  flow.run();
  EXPECT_EQ(flow.tree(), "wd:RESTARTED");
  directory.take();
  directory.start();
  directory.run(2, "a");
  directory.run(3, "b");
  directory.finish();
  EXPECT_EQ(flow.execution_state(), State::success);
  EXPECT_EQ(flow.states_of("wd"), "CREATED RUNNING FAILED RESTARTED RUNNING SUCCESS");
}

TEST(Directory, ARestartOfAPausedExecutionKeepsARunningDirectory) {  // EXEC-83, EXEC-84
  Harness flow(two_tasks);
  flow.hold_work();
  flow.run();
  Directory directory(flow);
  directory.start();
  flow.deliver(PauseRequested{});
  directory.run(1, "a", State::failed);
  flow.deliver(RestartRequested{});
  flow.run();
  directory.finish(State::failed);
  EXPECT_EQ(flow.tree(), "wd:FAILED a:FAILED") << "its worker has told how it ends";
  EXPECT_EQ(flow.execution_state(), State::failed);
}

TEST(Directory, AChildCanRetryWithANewExecution) {  // EXEC-52
  std::string text(two_tasks);
  const std::string_view child = "{id: a, type: test.Work";
  text.insert(text.find(child) + child.size(),
              ", retry: {type: constant, interval: PT5S, maxAttempts: 2, behavior: CREATE_NEW_EXECUTION}");
  Harness flow(text);
  flow.hold_work();
  flow.run();
  Directory directory(flow);
  directory.start();
  directory.run(1, "a", State::failed);
  EXPECT_EQ(flow.tree(), "wd:RETRIED a:RETRIED");
  EXPECT_EQ(flow.history(), "CREATED RUNNING RETRIED");
  directory.finish(State::failed);  // its worker, too, has seen the failure
  EXPECT_EQ(flow.execution_state(), State::retried);
  flow.advance_time(base::Duration::of_seconds(10));
  flow.deliver(TimerDue{});
  EXPECT_EQ(flow.replacements().size(), 1U);
}

TEST(Directory, ARestartKeepsASkippedDirectorySkipped) {  // TASK-6, EXEC-84
  Harness flow(R"(
tasks:
  - id: wd
    type: io.kestra.plugin.core.flow.WorkingDirectory
    runIf: "{{ 1 == 2 }}"
    tasks: [{id: a, type: test.Work}]
  - {id: next, type: test.Work}
)");
  flow.script("next", {{State::failed, {}}, {State::success, {}}});
  flow.run();
  ASSERT_EQ(flow.tree(), "wd:SKIPPED next:FAILED");
  flow.deliver(RestartRequested{});
  flow.run();
  EXPECT_EQ(flow.tree(), "wd:SKIPPED next:SUCCESS");
}

TEST(Directory, OutputsOfChildrenInALoopAreBelowItsValueOnce) {  // TASK-40, EXEC-111
  Harness flow(R"(
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: ["one"]
    tasks:
      - id: wd
        type: io.kestra.plugin.core.flow.WorkingDirectory
        tasks:
          - {id: a, type: test.Work}
  - {id: last, type: test.Echo, text: "{{ outputs.a.one.value }}"}
)");
  flow.hold_work();
  flow.run();
  Directory directory(flow);
  directory.start();
  directory.run(1, "a", State::success, Value::map({{"value", Value::string("deep")}}));
  directory.finish();
  EXPECT_FALSE(flow.find("a")->run.value.has_value()) << "the value is the directory's";
  EXPECT_FALSE(flow.find("a")->run.iteration.has_value());
  EXPECT_THAT(flow.log_messages(), Contains("deep"));
}

TEST(Directory, OnlyTasksOfWorkersMayBeInside) {  // TASK-40
  auto message = [](std::string_view child) -> std::string {
    try {
      Harness flow("tasks:\n  - id: wd\n    type: io.kestra.plugin.core.flow.WorkingDirectory\n    tasks: [" +
                   std::string(child) + "]\n");
    } catch (const std::exception& refused) {
      return refused.what();
    }
    return "valid";
  };
  EXPECT_EQ(message("{id: a, type: test.Work}"), "valid");
  EXPECT_THAT(message("{id: s, type: io.kestra.plugin.core.flow.Sequential, tasks: [{id: a, type: test.Work}]}"),
              ::testing::HasSubstr("Only runnable tasks are allowed as children of a WorkingDirectory task"));
  EXPECT_THAT(message("{id: l, type: io.kestra.plugin.core.execution.Labels, labels: {a: b}}"),
              ::testing::HasSubstr("Only runnable tasks are allowed as children of a WorkingDirectory task"));
  EXPECT_THAT(message("{id: a, type: test.Work, workerGroup: {key: gpu}}"),
              ::testing::HasSubstr("Cannot set a Worker Group in any WorkingDirectory sub-tasks, it is only supported "
                                   "at the WorkingDirectory level"));
  EXPECT_THAT(message(""), ::testing::HasSubstr("The 'tasks' property cannot be empty"));
}

}  // namespace
}  // namespace gyr::engine
