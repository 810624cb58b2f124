// Pauses in the engine: of tasks and by hand, their ends by people and by time (TASK-39, EXEC-83).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/testing/harness.h"

namespace gyr::engine {
namespace {

using base::Duration;
using base::Value;
using model::State;
using ::testing::Contains;
using testing::Harness;
using ::testing::HasSubstr;

constexpr const char* pause_then_last = R"(
tasks:
  - {id: pause, type: io.kestra.plugin.core.flow.Pause}
  - {id: last, type: test.Echo, text: "{{ outputs.pause.resumed.to }}"}
)";

std::string with(std::string_view options) {
  return "\ntasks:\n  - {id: pause, type: io.kestra.plugin.core.flow.Pause, " + std::string(options) +
         "}\n  - {id: last, type: test.Echo, text: x}\nerrors:\n  - {id: e, type: test.Echo, text: x}\n"
         "finally:\n  - {id: f, type: test.Echo, text: x}\nafterExecution:\n  - {id: after, type: test.Echo, text: "
         "x}\n";
}

std::string attempts_of(const Harness& flow, const std::string& task) {
  std::string text;
  for (const auto& attempt : flow.find(task)->run.attempts) {
    for (const auto& change : attempt.state.changes()) text += std::string(model::to_text(change.state)) + " ";
  }
  return text;
}

TEST(Pause, WaitsUntilItIsResumed) {  // TASK-39
  Harness flow(pause_then_last);
  flow.run();
  EXPECT_EQ(flow.tree(), "pause:PAUSED");
  EXPECT_EQ(flow.history(), "CREATED RUNNING PAUSED");
  flow.crash();
  EXPECT_EQ(flow.tree(), "pause:PAUSED");
  EXPECT_EQ(flow.history(), "CREATED RUNNING PAUSED");
  flow.deliver(ResumeRequested{{}, Value::empty_map(), "ada@example.com"});
  flow.run();
  EXPECT_EQ(flow.tree(), "pause:SUCCESS last:SUCCESS");
  EXPECT_EQ(flow.history(), "CREATED RUNNING PAUSED RESTARTED RUNNING SUCCESS");
  EXPECT_EQ(flow.states_of("pause"), "CREATED RUNNING PAUSED SUCCESS");
  EXPECT_EQ(attempts_of(flow, "pause"), "CREATED RUNNING SUCCESS ");
  EXPECT_EQ(flow.state().execution().attempt_number, 2);
  const Value& outputs = flow.find("pause")->run.outputs;
  EXPECT_EQ(*outputs.find("onResume"), Value::empty_map());
  EXPECT_EQ(outputs.find("resumed")->find("by")->text(), "ada@example.com");
  EXPECT_EQ(outputs.find("resumed")->find("to")->text(), "SUCCESS");
  EXPECT_FALSE(outputs.find("resumed")->find("on")->text().ends_with("Z"));
}

TEST(Pause, AForcedRunResumesIt) {  // EXEC-88
  Harness flow(pause_then_last);
  flow.run();
  flow.deliver(ForceRunRequested{});
  flow.run();
  EXPECT_EQ(flow.tree(), "pause:SUCCESS last:SUCCESS");
  EXPECT_EQ(flow.history(), "CREATED RUNNING PAUSED RESTARTED RUNNING SUCCESS");
}

TEST(Pause, ValuesOfTheResumeAreOutputs) {  // TASK-39: nulls left out
  Harness flow(R"(
tasks:
  - id: pause
    type: io.kestra.plugin.core.flow.Pause
    onResume:
      - {id: asked, type: STRING}
      - {id: other, type: STRING, required: false}
  - {id: last, type: test.Echo, text: "{{ outputs.pause.onResume.asked }}"}
)");
  flow.run();
  flow.deliver(ResumeRequested{{}, Value::map({{"asked", Value::string("yes")}, {"other", Value()}}), {}});
  flow.run();
  EXPECT_EQ(*flow.find("pause")->run.outputs.find("onResume"), Value::map({{"asked", Value::string("yes")}}));
  EXPECT_EQ(flow.find("last")->run.outputs, Value::map({{"value", Value::string("yes")}}));
  EXPECT_EQ(flow.find("pause")->run.outputs.find("resumed")->find("by"), nullptr);
}

TEST(Pause, TheTimeoutEndsItWithItsBehavior) {  // TASK-39
  struct Case {
    const char* options;
    const char* tree;
    const char* history;
  };
  const Case cases[] = {
      {"pauseDuration: PT10S", "pause:SUCCESS last:SUCCESS f:SUCCESS after:SUCCESS",
       "CREATED RUNNING PAUSED RESTARTED RUNNING SUCCESS"},
      {"delay: 10", "pause:SUCCESS last:SUCCESS f:SUCCESS after:SUCCESS",
       "CREATED RUNNING PAUSED RESTARTED RUNNING SUCCESS"},
      {"pauseDuration: PT10S, behavior: WARN", "pause:WARNING last:SUCCESS f:SUCCESS after:SUCCESS",
       "CREATED RUNNING PAUSED RESTARTED RUNNING WARNING"},
      {"pauseDuration: PT10S, behavior: WARN, allowWarning: true", "pause:SUCCESS last:SUCCESS f:SUCCESS after:SUCCESS",
       "CREATED RUNNING PAUSED RESTARTED RUNNING SUCCESS"},
      {"pauseDuration: PT10S, behavior: FAIL, allowFailure: true", "pause:FAILED e:SUCCESS f:SUCCESS after:SUCCESS",
       "CREATED RUNNING PAUSED RESTARTED RUNNING FAILED"},
      {"pauseDuration: PT10S, behavior: CANCEL", "pause:CANCELLED after:SUCCESS", "CREATED RUNNING PAUSED CANCELLED"},
      {"timeout: PT10S", "pause:FAILED e:SUCCESS f:SUCCESS after:SUCCESS",
       "CREATED RUNNING PAUSED RESTARTED RUNNING FAILED"},
      {"timeout: PT10S, allowFailure: true", "pause:WARNING last:SUCCESS f:SUCCESS after:SUCCESS",
       "CREATED RUNNING PAUSED RESTARTED RUNNING WARNING"},
      // With both the timeout says nothing.
      {"timeout: PT1S, pauseDuration: PT10S", "pause:SUCCESS last:SUCCESS f:SUCCESS after:SUCCESS",
       "CREATED RUNNING PAUSED RESTARTED RUNNING SUCCESS"},
  };
  for (const Case& wanted : cases) {
    Harness flow(with(wanted.options));
    flow.run(false);
    flow.advance_time(Duration::of_seconds(9));
    flow.deliver(TimerDue{});
    EXPECT_EQ(flow.tree(), "pause:PAUSED") << wanted.options;  // not early
    flow.crash();                                              // the date is in the state
    flow.run();
    EXPECT_EQ(flow.tree(), wanted.tree) << wanted.options;
    EXPECT_EQ(flow.history(), wanted.history) << wanted.options;
    const Value& outputs = flow.find("pause")->run.outputs;
    EXPECT_EQ(outputs.find("onResume"), nullptr) << wanted.options;
    EXPECT_EQ(outputs.find("resumed")->find("to")->text(), model::to_text(flow.find("pause")->run.state.current()))
        << wanted.options;
    EXPECT_EQ(flow.ended_count(), 1U) << wanted.options;
  }
}

TEST(Pause, AManualResumeCancelsTheTimer) {  // TASK-39: a later CANCEL does not strike
  Harness flow(R"(
tasks:
  - {id: pause, type: io.kestra.plugin.core.flow.Pause, pauseDuration: PT10S, behavior: CANCEL}
  - {id: last, type: test.Work}
)");
  flow.hold_work();
  flow.run(false);
  flow.deliver(ResumeRequested{});
  flow.advance_time(Duration::of_seconds(60));
  flow.deliver(TimerDue{});
  EXPECT_EQ(flow.tree(), "pause:SUCCESS last:SUBMITTED");
  EXPECT_EQ(flow.state().next_wake(), std::nullopt);
  flow.finish_work("last");
  EXPECT_EQ(flow.execution_state(), State::success);
}

TEST(Pause, ItsOwnErrorsAndFinallyRunWhenItFails) {  // TASK-39
  Harness flow(R"(
tasks:
  - id: pause
    type: io.kestra.plugin.core.flow.Pause
    pauseDuration: PT1S
    behavior: FAIL
    tasks:
      - {id: child, type: test.Echo, text: x}
    errors:
      - {id: own, type: test.Echo, text: x}
    finally:
      - {id: last, type: test.Echo, text: x}
errors:
  - {id: flows, type: test.Echo, text: x}
)");
  flow.run();
  EXPECT_EQ(flow.tree(), "pause:FAILED own:SUCCESS last:SUCCESS flows:SUCCESS");
  EXPECT_EQ(flow.states_of("pause"), "CREATED RUNNING PAUSED RUNNING FAILED");
}

TEST(Pause, ChildrenRunAfterTheResume) {  // TASK-39, `tasks` [old]
  Harness flow(R"(
tasks:
  - id: pause
    type: io.kestra.plugin.core.flow.Pause
    pauseDuration: PT1S
    behavior: WARN
    tasks:
      - {id: a, type: test.Echo, text: x}
      - {id: b, type: test.Echo, text: x}
    finally:
      - {id: c, type: test.Echo, text: x}
  - {id: last, type: test.Echo, text: x}
)");
  flow.run();
  EXPECT_EQ(flow.tree(), "pause:WARNING a:SUCCESS b:SUCCESS c:SUCCESS last:SUCCESS");
  EXPECT_EQ(flow.states_of("pause"), "CREATED RUNNING PAUSED RUNNING WARNING");
  EXPECT_EQ(flow.execution_state(), State::warning);
}

TEST(Pause, OtherBranchesBeginNothingNew) {  // TASK-39: created runs wait as CREATED, workers end normally
  Harness flow(R"(
tasks:
  - id: both
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - id: left
        type: io.kestra.plugin.core.flow.Sequential
        tasks:
          - {id: work, type: test.Work}
          - {id: next, type: test.Echo, text: x}
      - {id: pause, type: io.kestra.plugin.core.flow.Pause}
      - {id: late, type: test.Echo, text: x}
)");
  flow.hold_work();
  flow.run();
  EXPECT_EQ(flow.tree(), "both:RUNNING left:RUNNING pause:PAUSED late:CREATED work:CREATED");
  flow.deliver(ResumeRequested{});
  EXPECT_EQ(flow.tree(), "both:RUNNING left:RUNNING pause:SUCCESS late:SUCCESS work:SUBMITTED");
  flow.finish_work("work");
  EXPECT_EQ(flow.execution_state(), State::success);
}

TEST(Pause, ATaskOnAWorkerEndsNormallyDuringThePause) {  // TASK-39
  Harness flow(R"(
tasks:
  - id: both
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - {id: work, type: test.Work}
      - id: right
        type: io.kestra.plugin.core.flow.Sequential
        tasks:
          - {id: first, type: test.Work}
          - {id: pause, type: io.kestra.plugin.core.flow.Pause}
  - {id: last, type: test.Echo, text: x}
)");
  flow.hold_work();
  flow.run();
  flow.finish_work("first");
  EXPECT_EQ(flow.tree(), "both:RUNNING work:SUBMITTED right:RUNNING first:SUCCESS pause:PAUSED");
  flow.finish_work("work");
  EXPECT_EQ(flow.tree(), "both:RUNNING work:SUCCESS right:RUNNING first:SUCCESS pause:PAUSED");
  EXPECT_EQ(flow.execution_state(), State::paused);
  flow.deliver(ResumeRequested{});
  flow.run();
  EXPECT_EQ(flow.execution_state(), State::success);
}

TEST(Pause, SeveralAreResumedOneByOne) {  // TASK-39: the execution leaves PAUSED when none is left
  Harness flow(R"(
tasks:
  - id: both
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - id: a
        type: io.kestra.plugin.core.flow.Sequential
        tasks:
          - {id: pause_a, type: io.kestra.plugin.core.flow.Pause}
          - {id: after_a, type: test.Echo, text: x}
      - {id: pause_b, type: io.kestra.plugin.core.flow.Pause}
)");
  flow.run();
  EXPECT_EQ(flow.tree(), "both:RUNNING a:RUNNING pause_b:PAUSED pause_a:PAUSED");
  flow.crash();
  base::Id pause_a = flow.find("pause_a")->run.id;
  flow.deliver(ResumeRequested{pause_a, {}, {}});
  EXPECT_EQ(flow.tree(), "both:RUNNING a:RUNNING pause_b:PAUSED pause_a:SUCCESS");
  EXPECT_EQ(flow.execution_state(), State::paused);
  flow.deliver(ResumeRequested{pause_a, {}, {}});  // not paused any more: nothing happens
  EXPECT_EQ(flow.execution_state(), State::paused);
  flow.deliver(ResumeRequested{});
  EXPECT_EQ(flow.tree(), "both:SUCCESS a:SUCCESS pause_b:SUCCESS pause_a:SUCCESS after_a:SUCCESS");
  EXPECT_EQ(flow.history(), "CREATED RUNNING PAUSED RESTARTED RUNNING SUCCESS");
  EXPECT_EQ(flow.state().execution().attempt_number, 2);
}

TEST(Pause, OfEveryValueAtTheSameTime) {  // TASK-39: the times run side by side
  Harness flow(R"(
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: ["1", "2", "3"]
    concurrencyLimit: 0
    tasks:
      - {id: pause, type: io.kestra.plugin.core.flow.Pause, pauseDuration: PT10S}
      - {id: say, type: test.Echo, text: x}
)");
  flow.run(false);
  EXPECT_EQ(flow.tree(), "each:RUNNING pause[1]:PAUSED pause[2]:PAUSED pause[3]:PAUSED");
  flow.advance_time(Duration::of_seconds(11));
  flow.deliver(TimerDue{});
  EXPECT_EQ(flow.execution_state(), State::success);
  EXPECT_EQ(flow.history(), "CREATED RUNNING PAUSED RESTARTED RUNNING SUCCESS");
}

TEST(Pause, OnPauseRunsBesideIt) {  // TASK-39: no parent, its failure changes nothing
  Harness flow(R"(
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: [a]
    tasks:
      - id: pause
        type: io.kestra.plugin.core.flow.Pause
        onPause: {id: tell, type: test.Fail, text: no mail}
  - {id: last, type: test.Echo, text: x}
)");
  flow.run();
  EXPECT_EQ(flow.tree(), "each:RUNNING pause[a]:PAUSED tell:FAILED");
  EXPECT_EQ(flow.execution_state(), State::paused);
  EXPECT_FALSE(flow.find("tell")->run.parent_id);
  flow.deliver(ResumeRequested{});
  flow.run();
  EXPECT_EQ(flow.tree(), "each:SUCCESS pause[a]:SUCCESS tell:FAILED last:SUCCESS");
  EXPECT_EQ(flow.execution_state(), State::success);
}

constexpr std::string_view pause_that_tells = R"(
tasks:
  - id: pause
    type: io.kestra.plugin.core.flow.Pause
    onPause:
      id: group
      type: io.kestra.plugin.core.flow.Sequential
      tasks:
        - {id: mail, type: test.Work}
        - {id: told, type: test.Echo, text: x}
)";

TEST(Pause, TheEndWaitsForOnPause) {  // nothing of an execution runs on behind its end
  Harness flow(pause_that_tells);
  flow.hold_work();
  flow.run();
  EXPECT_EQ(flow.tree(), "pause:PAUSED group:RUNNING mail:SUBMITTED");
  flow.deliver(ResumeRequested{});
  flow.run();
  EXPECT_EQ(flow.tree(), "pause:SUCCESS group:RUNNING mail:SUBMITTED");
  EXPECT_EQ(flow.execution_state(), State::running);
  flow.finish_work("mail");
  EXPECT_EQ(flow.tree(), "pause:SUCCESS group:SUCCESS mail:SUCCESS told:SUCCESS");
  EXPECT_EQ(flow.execution_state(), State::success);
}

TEST(Pause, OnPauseContinuesWhilePaused) {  // TASK-39
  Harness flow(pause_that_tells);
  flow.hold_work();
  flow.run();
  flow.crash();  // the job is given out again
  flow.run();
  flow.finish_work("mail");
  EXPECT_EQ(flow.tree(), "pause:PAUSED group:SUCCESS mail:SUCCESS told:SUCCESS");
  EXPECT_EQ(flow.execution_state(), State::paused);
}

TEST(Pause, AKillEndsItAtOnce) {  // EXEC-80: with its parents
  Harness flow(R"(
tasks:
  - id: group
    type: io.kestra.plugin.core.flow.Sequential
    tasks:
      - {id: pause, type: io.kestra.plugin.core.flow.Pause, pauseDuration: PT1H}
      - {id: never, type: test.Echo, text: x}
)");
  flow.run(false);
  flow.deliver(KillRequested{});
  EXPECT_EQ(flow.tree(), "group:KILLED pause:KILLED");
  EXPECT_EQ(flow.history(), "CREATED RUNNING PAUSED KILLING KILLED");
  EXPECT_EQ(flow.state().next_wake(), std::nullopt);
}

TEST(Pause, TheTimeoutDoesNotAffectAKill) {  // EXEC-80
  Harness flow(R"(
tasks:
  - id: both
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - {id: work, type: test.Work}
      - id: right
        type: io.kestra.plugin.core.flow.Sequential
        tasks:
          - {id: first, type: test.Work}
          - {id: pause, type: io.kestra.plugin.core.flow.Pause, pauseDuration: PT1S, behavior: CANCEL}
)");
  flow.hold_work();
  flow.run(false);
  flow.finish_work("first");
  flow.deliver(WorkerStarted{{flow.find("work")->run.id, 0, 1}, "worker", base::Instant::of_millis(1'700'000'000'000)});
  flow.deliver(KillRequested{});
  EXPECT_EQ(flow.execution_state(), State::killing);
  EXPECT_EQ(flow.states_of("pause"), "CREATED RUNNING PAUSED KILLED");
  flow.advance_time(Duration::of_seconds(5));
  flow.deliver(TimerDue{});
  EXPECT_EQ(flow.execution_state(), State::killing);
  flow.finish_work("work", {State::killed, {}});
  EXPECT_EQ(flow.execution_state(), State::killed);
}

TEST(Pause, CancelEndsEveryOpenRun) {  // TASK-39: nothing else starts but afterExecution
  Harness flow(R"(
tasks:
  - id: both
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - {id: work, type: test.Work}
      - id: right
        type: io.kestra.plugin.core.flow.Sequential
        tasks:
          - {id: first, type: test.Work}
          - {id: pause, type: io.kestra.plugin.core.flow.Pause, pauseDuration: PT1S, behavior: CANCEL}
  - {id: never, type: test.Echo, text: x}
outputs:
  - {id: o, type: STRING, value: "{{ secret('x') }}"}
)");
  flow.hold_work();
  flow.on_render = [](const RenderRequest&) { return base::Result<Value>(Value::string("rendered")); };
  flow.run(false);
  flow.finish_work("first");
  flow.advance_time(Duration::of_seconds(5));
  flow.deliver(TimerDue{});
  EXPECT_EQ(flow.execution_state(), State::paused);  // its outputs are being rendered
  flow.run(false);
  EXPECT_EQ(flow.tree(), "both:CANCELLED work:CANCELLED right:CANCELLED first:SUCCESS pause:CANCELLED");
  EXPECT_EQ(flow.history(), "CREATED RUNNING PAUSED CANCELLED");
  EXPECT_EQ(flow.state().execution().outputs, Value::map({{"o", Value::string("rendered")}}));
  flow.finish_work("work", {State::success, Value::map({{"late", Value::integer(1)}})});
  EXPECT_EQ(flow.states_of("work"), "CREATED SUBMITTED CANCELLED SUCCESS");  // its own run alone
  EXPECT_EQ(flow.execution_state(), State::cancelled);
}

TEST(Pause, WrongPropertiesFailTheRun) {  // TASK-26
  for (const char* options :
       {"pauseDuration: soon", "behavior: LATER, pauseDuration: PT1S", "pauseDuration: \"{{ nothing }}\""}) {
    Harness flow(with(options));
    flow.run();
    EXPECT_EQ(flow.tree(), "pause:FAILED e:SUCCESS f:SUCCESS after:SUCCESS") << options;
    EXPECT_EQ(flow.states_of("pause"), "CREATED RUNNING FAILED") << options;
    EXPECT_THAT(flow.log_messages(), Contains(HasSubstr("Unable to resolve state from the Flowable task: ")))
        << options;
  }
}

TEST(Pause, AfterTheEndItOnlyPausesItsOwnList) {  // EXEC-42: the state never changes after the end
  Harness flow(R"(
tasks:
  - {id: a, type: test.Echo, text: x}
afterExecution:
  - {id: pause, type: io.kestra.plugin.core.flow.Pause}
  - {id: last, type: test.Echo, text: x}
)");
  flow.run();
  EXPECT_EQ(flow.tree(), "a:SUCCESS pause:PAUSED");
  EXPECT_EQ(flow.history(), "CREATED RUNNING SUCCESS");
  flow.deliver(ResumeRequested{});
  flow.run();
  EXPECT_EQ(flow.tree(), "a:SUCCESS pause:SUCCESS last:SUCCESS");
  EXPECT_EQ(flow.history(), "CREATED RUNNING SUCCESS");
}

TEST(Pause, ARestartPausesAgain) {  // EXEC-84
  Harness flow(R"(
tasks:
  - id: group
    type: io.kestra.plugin.core.flow.Sequential
    tasks:
      - id: pause
        type: io.kestra.plugin.core.flow.Pause
        onPause: {id: tell, type: test.Echo, text: x}
  - {id: last, type: test.Echo, text: x}
)");
  flow.run();
  flow.deliver(RestartRequested{});
  flow.run();
  EXPECT_EQ(flow.tree(), "group:RUNNING pause:PAUSED tell:SUCCESS");
  EXPECT_EQ(flow.history(), "CREATED RUNNING PAUSED RESTARTED RUNNING PAUSED");
  EXPECT_EQ(flow.states_of("pause"), "CREATED RUNNING PAUSED RESTARTED RUNNING PAUSED");
  flow.deliver(ResumeRequested{});
  flow.run();
  EXPECT_EQ(flow.execution_state(), State::success);
}

TEST(Pause, ARestartAfterItFailedPausesAgain) {  // EXEC-84
  Harness flow(with("pauseDuration: PT1S, behavior: FAIL"));
  flow.run();
  EXPECT_EQ(flow.execution_state(), State::failed);
  flow.deliver(RestartRequested{});
  flow.run(false);
  EXPECT_EQ(flow.tree(), "pause:PAUSED");
  flow.deliver(ResumeRequested{});
  flow.run();
  EXPECT_EQ(flow.tree(), "pause:SUCCESS last:SUCCESS f:SUCCESS after:SUCCESS");
}

TEST(Pause, ARetryThatIsDueDuringThePauseWaits) {  // TASK-39, EXEC-51
  Harness flow(R"(
tasks:
  - id: both
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - {id: work, type: test.Work, retry: {type: constant, interval: PT10S, maxAttempts: 2}}
      - id: right
        type: io.kestra.plugin.core.flow.Sequential
        tasks:
          - {id: first, type: test.Work}
          - {id: pause, type: io.kestra.plugin.core.flow.Pause}
)");
  flow.hold_work();
  flow.run(false);
  flow.finish_work("first");
  flow.finish_work("work", {State::failed, {}});
  EXPECT_EQ(flow.execution_state(), State::paused);
  flow.advance_time(Duration::of_seconds(20));
  flow.deliver(TimerDue{});
  EXPECT_EQ(flow.states_of("work"), "CREATED SUBMITTED RUNNING FAILED RETRYING CREATED");
  flow.deliver(ResumeRequested{});
  flow.run();
  flow.finish_work("work");
  EXPECT_EQ(flow.execution_state(), State::success);
}

// ---------------------------------------------------------------------------------------------- by hand

TEST(PauseByHand, NothingNewStartsUntilTheResume) {  // EXEC-83: no RESTARTED, attemptNumber unchanged
  Harness flow("\ntasks:\n  - {id: work, type: test.Work}\n  - {id: last, type: test.Echo, text: x}\n");
  flow.hold_work();
  flow.run();
  flow.deliver(PauseRequested{});
  EXPECT_EQ(flow.execution_state(), State::paused);
  flow.finish_work("work");
  EXPECT_EQ(flow.tree(), "work:SUCCESS");
  flow.crash();
  EXPECT_EQ(flow.tree(), "work:SUCCESS");
  flow.deliver(ResumeRequested{});
  flow.run();
  EXPECT_EQ(flow.tree(), "work:SUCCESS last:SUCCESS");
  EXPECT_EQ(flow.history(), "CREATED RUNNING PAUSED RUNNING SUCCESS");
  EXPECT_EQ(flow.state().execution().attempt_number, 1);
}

TEST(PauseByHand, OnlyARunningExecutionIsPaused) {  // EXEC-83
  Harness flow("\ntasks:\n  - {id: a, type: test.Echo, text: x}\n");
  flow.run();
  flow.deliver(PauseRequested{});
  flow.deliver(ResumeRequested{});
  EXPECT_EQ(flow.history(), "CREATED RUNNING SUCCESS");
}

TEST(PauseByHand, AnAnswerDuringThePauseIsNotLost) {
  Harness flow("\ntasks:\n  - {id: a, type: test.Echo, text: x, runIf: \"{{ secret('x') }}\"}\n");
  flow.run();
  ASSERT_EQ(flow.state().waiting_for_rendering(), 0U);  // the harness reloads: the request is to be asked again
  flow.reload = false;
  flow.crash();
  const RunState& run = *flow.find("a");
  Rendered answer{run.run.id, run.render_request, true, Value::string("true"), {}};
  flow.deliver(PauseRequested{});
  flow.deliver(answer);
  EXPECT_EQ(flow.states_of("a"), "CREATED");
  flow.deliver(ResumeRequested{});
  EXPECT_EQ(flow.execution_state(), State::success);
}

}  // namespace
}  // namespace gyr::engine
