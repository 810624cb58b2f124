// SLAs: what violates them, and what happens then (EXEC-70, EXEC-71).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/testing/harness.h"
#include "model/labels.h"

namespace gyr::engine {
namespace {

using base::Value;
using model::State;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using testing::Harness;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

std::string with_sla(std::string_view sla, std::string_view more = {}) {
  return fmt::format("sla:\n{}\ntasks:\n  - {{id: work, type: test.Work}}\n  - {{id: next, type: test.Work}}\n{}", sla,
                     more);
}

constexpr std::string_view handlers =
    "errors: [{id: e, type: test.Echo, text: x}]\nfinally: [{id: f, type: test.Echo, text: x}]\n"
    "afterExecution: [{id: a, type: test.Echo, text: \"{{ execution.state }}\"}]\n";

TEST(Sla, TooLongFailsAndRunsErrorsAndFinally) {  // EXEC-70, EXEC-71
  Harness flow(
      with_sla("  - {id: late, type: MAX_DURATION, duration: PT10S, behavior: FAIL, labels: {sla: missed}}", handlers));
  flow.hold_work();
  flow.run();
  flow.advance_time(base::Duration::of_seconds(9));
  flow.deliver(TimerDue{});
  EXPECT_EQ(flow.execution_state(), State::running) << "never early";
  flow.crash();  // the deadline is stored
  EXPECT_TRUE(flow.state().next_wake().has_value());
  flow.advance_time(base::Duration::of_seconds(2));
  flow.deliver(TimerDue{});
  EXPECT_EQ(flow.history(), "CREATED RUNNING FAILED");
  EXPECT_EQ(flow.tree(), "work:KILLED e:SUCCESS f:SUCCESS a:SUCCESS");
  EXPECT_THAT(flow.killed_attempts(), SizeIs(1)) << "its worker is told";
  EXPECT_EQ(*model::find_label(flow.state().execution().labels, "sla"), "missed");
  EXPECT_THAT(flow.log_messages(), Contains(AllOf(StartsWith("SLA 'late' violated: execution duration of PT11."),
                                                  EndsWith("S exceed the maximum duration of PT10S."))));
  EXPECT_THAT(flow.log_messages(),
              Contains(HasSubstr("Execution failed due to SLA 'late' violated: execution duration of PT11.")));
  EXPECT_EQ(*flow.find("a")->run.outputs.find("value"), Value::string("FAILED"));
  EXPECT_FALSE(flow.state().next_wake().has_value());
  EXPECT_EQ(flow.ended_count(), 1u);
}

TEST(Sla, CancelRunsNeither) {  // EXEC-71
  Harness flow(with_sla("  - {id: late, type: MAX_DURATION, duration: PT10S, behavior: CANCEL}", handlers));
  flow.hold_work();
  flow.run();
  flow.advance_time(base::Duration::of_seconds(11));
  flow.deliver(TimerDue{});
  EXPECT_EQ(flow.history(), "CREATED RUNNING CANCELLED");
  EXPECT_EQ(flow.tree(), "work:KILLED a:SUCCESS");
  EXPECT_THAT(flow.log_messages(), Not(Contains(HasSubstr("Execution failed due to SLA"))));
}

TEST(Sla, NoneOnlyLogsOnce) {  // EXEC-71
  Harness flow(
      with_sla("  - {id: late, type: MAX_DURATION, duration: PT10S, behavior: NONE, labels: {late: \"yes\"}}"));
  flow.hold_work();
  flow.run();
  flow.advance_time(base::Duration::of_seconds(11));
  flow.deliver(TimerDue{});
  flow.deliver(TimerDue{});
  flow.finish_work("work");
  flow.finish_work("next");
  EXPECT_EQ(flow.history(), "CREATED RUNNING SUCCESS");
  EXPECT_EQ(*model::find_label(flow.state().execution().labels, "late"), "yes");
  EXPECT_THAT(flow.log_messages(), ElementsAre(HasSubstr("SLA 'late' violated: ")));
}

TEST(Sla, TimeInTheQueueCountsTheWaitForADateDoesNot) {  // EXEC-70
  Harness queued(with_sla("  - {id: late, type: MAX_DURATION, duration: PT10S, behavior: FAIL}", handlers));
  queued.admission.verdict = Admission::Verdict::queue;
  queued.run();
  EXPECT_EQ(queued.history(), "CREATED QUEUED FAILED") << "time has passed until the deadline";
  EXPECT_EQ(queued.tree(), "a:SUCCESS") << "it has no slot to run `errors` with";

  Harness scheduled(with_sla("  - {id: late, type: MAX_DURATION, duration: PT10S, behavior: FAIL}"));
  scheduled.schedule_date = scheduled.now() + base::Duration::of_seconds(3'600);
  scheduled.hold_work();
  scheduled.run();
  EXPECT_EQ(scheduled.history(), "CREATED RUNNING");
  EXPECT_EQ(*scheduled.state().next_wake(), *scheduled.schedule_date + base::Duration::of_seconds(10));
}

TEST(Sla, AnAssertionIsEvaluatedAfterEachTask) {  // EXEC-70
  Harness flow(
      "sla:\n  - {id: good, type: EXECUTION_ASSERTION, behavior: CANCEL, assert: \"{{ outputs.one.value ?? 'ok' == "
      "'ok' }}\"}\n"
      "tasks:\n  - id: seq\n    type: io.kestra.plugin.core.flow.Sequential\n    tasks:\n"
      "      - {id: one, type: test.Echo, text: wrong}\n      - {id: two, type: test.Echo, text: x}\n");
  flow.run();
  EXPECT_EQ(flow.history(), "CREATED RUNNING CANCELLED");
  EXPECT_EQ(flow.tree(), "seq:KILLED one:SUCCESS")
      << "all of it in one step, and yet nothing runs behind the violation";
  EXPECT_THAT(flow.log_messages(),
              Contains("SLA 'good' violated: assertion is false: {{ outputs.one.value ?? 'ok' == 'ok' }}."));
}

TEST(Sla, OnlyTheFirstOfAPassActs) {  // EXEC-71
  Harness flow(
      "sla:\n  - {id: a, type: EXECUTION_ASSERTION, behavior: NONE, assert: \"false\", labels: {first: \"1\"}}\n"
      "  - {id: b, type: EXECUTION_ASSERTION, behavior: CANCEL, assert: \"{{ 1 == 2 }}\"}\n"
      "tasks:\n  - {id: work, type: test.Echo, text: x}\n");
  flow.run();
  EXPECT_EQ(flow.history(), "CREATED RUNNING CANCELLED");
  EXPECT_EQ(flow.tree(), "work:SUCCESS") << "the second one acts in the next pass, behind the task";
}

TEST(Sla, ABrokenExpressionIsIgnored) {  // EXEC-70
  Harness flow(with_sla("  - {id: odd, type: EXECUTION_ASSERTION, behavior: FAIL, assert: \"{{ nobody.x }}\"}"));
  flow.run();
  EXPECT_EQ(flow.execution_state(), State::success);
  EXPECT_THAT(flow.log_messages(), ElementsAre(HasSubstr("Ignoring SLA 'odd' because of the error: "))) << "once";
}

TEST(Sla, AnExpressionThatNeedsTheServerIsRenderedThere) {  // EXEC-70; principle: host requests
  Harness flow(with_sla("  - {id: key, type: EXECUTION_ASSERTION, behavior: FAIL, assert: \"{{ kv('open') }}\"}"));
  flow.hold_work();
  flow.on_render = [](const RenderRequest&) { return Value::string("false"); };
  flow.run();
  EXPECT_EQ(flow.history(), "CREATED RUNNING FAILED");
  EXPECT_EQ(flow.tree(), "work:KILLED");
}

TEST(Sla, ARestartContinuesTheStoppedRuns) {  // EXEC-71, EXEC-84: it does not act twice
  Harness flow(with_sla("  - {id: late, type: MAX_DURATION, duration: PT10S, behavior: FAIL}", handlers));
  flow.hold_work();
  flow.run();
  flow.advance_time(base::Duration::of_seconds(11));
  flow.deliver(TimerDue{});
  ASSERT_EQ(flow.execution_state(), State::failed);
  flow.crash();
  flow.deliver(RestartRequested{});
  flow.run(false);
  EXPECT_EQ(flow.tree(), "work:SUBMITTED");
  flow.finish_work("work");
  flow.finish_work("next");
  EXPECT_EQ(flow.history(), "CREATED RUNNING FAILED RESTARTED RUNNING SUCCESS");
}

TEST(Sla, ARestartContinuesInsideStoppedFlowables) {  // EXEC-71, EXEC-84
  Harness flow(R"(
sla:
  - {id: late, type: MAX_DURATION, duration: PT10S, behavior: FAIL}
tasks:
  - id: outer
    type: io.kestra.plugin.core.flow.Sequential
    tasks:
      - {id: first, type: test.Echo, text: x}
      - id: inner
        type: io.kestra.plugin.core.flow.Sequential
        tasks:
          - {id: ask, type: io.kestra.plugin.core.flow.Pause}
)");
  flow.run();
  ASSERT_EQ(flow.tree(), "outer:KILLED first:SUCCESS inner:KILLED ask:KILLED");
  flow.deliver(RestartRequested{});
  flow.run(false);
  EXPECT_EQ(flow.tree(), "outer:RUNNING first:SUCCESS inner:RUNNING ask:PAUSED");
  flow.deliver(ResumeRequested{flow.find("ask")->run.id, Value::empty_map(), {}});
  EXPECT_EQ(flow.tree(), "outer:SUCCESS first:SUCCESS inner:SUCCESS ask:SUCCESS");
  EXPECT_EQ(flow.execution_state(), State::success);
}

TEST(Sla, AReplayOfTheErrorHandlerEndsAsTheOriginal) {  // EXEC-71, EXEC-85
  Harness flow(
      with_sla("  - {id: key, type: EXECUTION_ASSERTION, behavior: FAIL, assert: \"{{ kv('open') }}\"}", handlers));
  flow.hold_work();
  flow.on_render = [](const RenderRequest&) { return Value::string("false"); };
  flow.run();
  ASSERT_EQ(flow.tree(), "work:KILLED e:SUCCESS f:SUCCESS a:SUCCESS");
  flow.on_render = [](const RenderRequest&) { return Value::string("true"); };
  ASSERT_TRUE(flow.replay("e"));
  flow.run();
  EXPECT_EQ(flow.tree(), "work:KILLED e:SUCCESS f:SUCCESS a:SUCCESS");
  EXPECT_EQ(flow.execution_state(), State::failed);
}

TEST(Sla, AKillDuringTheWaitEndsIt) {  // EXEC-80
  Harness flow(with_sla("  - {id: late, type: MAX_DURATION, duration: PT10S, behavior: FAIL}", handlers));
  flow.hold_work();
  flow.run();
  flow.deliver(KillRequested{});
  EXPECT_EQ(flow.execution_state(), State::killed);
  EXPECT_FALSE(flow.state().next_wake().has_value());
}

}  // namespace
}  // namespace gyr::engine
