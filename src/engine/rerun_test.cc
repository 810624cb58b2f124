// Ends that are taken back: restart of loops, replay, restart with another revision, another state of a run
// (EXEC-84 to EXEC-86).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/testing/harness.h"

namespace gyr::engine {
namespace {

using base::Value;
using model::State;
using testing::Harness;
using testing::Outcome;

constexpr std::string_view three = R"(
tasks:
  - {id: a, type: test.Echo, text: a}
  - {id: b, type: test.Work}
  - {id: c, type: test.Echo, text: c}
)";

constexpr std::string_view loop = R"(
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: [x, y, z]
    tasks:
      - {id: first, type: test.Echo, text: "{{ taskrun.value }}"}
      - {id: second, type: test.Work}
  - {id: end, type: test.Echo, text: end}
)";

std::string with_concurrency(std::string_view flow) {
  std::string text(flow);
  return text.replace(text.find("values:"), 0, "concurrencyLimit: 0\n    ");
}

const model::Execution& execution(Harness& flow) { return flow.state().execution(); }

// ---------------------------------------------------------------------------------------------- restart

TEST(RestartOfALoop, ContinuesAfterTheFailedRun) {  // EXEC-84, TASK-35
  Harness flow(loop);
  flow.script("second", {{State::success, {}}, {State::failed, {}}, {State::success, {}}});
  flow.run();
  ASSERT_EQ(flow.tree(), "each:FAILED first[x]:SUCCESS second[x]:SUCCESS first[y]:SUCCESS second[y]:FAILED");
  flow.deliver(RestartRequested{});
  flow.run();
  EXPECT_EQ(flow.tree(),
            "each:SUCCESS first[x]:SUCCESS second[x]:SUCCESS first[y]:SUCCESS second[y]:SUCCESS first[z]:SUCCESS "
            "second[z]:SUCCESS end:SUCCESS");
  EXPECT_EQ(flow.states_of("second", "y"), "CREATED SUBMITTED RUNNING FAILED RESTARTED SUBMITTED RUNNING SUCCESS");
}

TEST(RestartOfALoop, KnowsTheValuesThatHadNotStarted) {  // EXEC-84: a loop that is WARNING by allowFailure
  std::string text(loop);
  text.replace(text.find("values:"), 0, "allowFailure: true\n    ");
  Harness flow(text);
  flow.script("second", {{State::failed, {}}, {State::success, {}}});
  flow.run();
  ASSERT_EQ(flow.tree(), "each:WARNING first[x]:SUCCESS second[x]:FAILED end:SUCCESS");
  flow.deliver(RestartRequested{});
  flow.run();
  EXPECT_EQ(flow.states_of("second", "z"), "CREATED SUBMITTED RUNNING SUCCESS");
  EXPECT_EQ(flow.execution_state(), State::success);
}

TEST(Restart, EvaluatesABrokenConditionAgain) {  // TASK-6, EXEC-84
  Harness flow(R"(
tasks:
  - {id: a, type: test.Work, runIf: "{{ (labels.system.restarted ?? 'no') == 'no' ? nothing.at.all : 'false' }}"}
)");
  flow.run();
  ASSERT_EQ(flow.tree(), "a:FAILED");
  flow.deliver(RestartRequested{});
  flow.run();
  EXPECT_EQ(flow.states_of("a"), "CREATED FAILED RESTARTED SKIPPED");
}

TEST(RestartOfAFlowable, DecidesAgainAfterAFailedDecision) {  // TASK-26, EXEC-84
  Harness flow(R"(
tasks:
  - id: s
    type: io.kestra.plugin.core.flow.Switch
    value: "{{ labels['system.restarted'] is defined ? 'known' : nothing.at.all }}"
    cases:
      known: [{id: inner, type: test.Echo, text: hi}]
)");
  flow.run();
  ASSERT_EQ(flow.tree(), "s:FAILED");
  flow.deliver(RestartRequested{});
  EXPECT_EQ(flow.tree(), "s:RESTARTED");
  flow.crash();
  flow.run();
  EXPECT_THAT(flow.tree(), ::testing::StartsWith("s:FAILED"))
      << "the label is nested: still nothing; but it was asked again";
  EXPECT_EQ(flow.find("s")->run.attempts.size(), 1u);
}

// ---------------------------------------------------------------------------------------------- replay

TEST(Replay, FromATaskRunKeepsWhatCameBefore) {  // EXEC-85
  Harness flow(three);
  flow.script("b", {{State::success, Value::map({{"n", Value::integer(1)}})},
                    {State::success, Value::map({{"n", Value::integer(2)}})}});
  flow.run();
  const base::Id original = execution(flow).id;
  const base::Id a = flow.find("a")->run.id;
  ASSERT_TRUE(flow.replay("b"));
  EXPECT_EQ(flow.tree(), "a:SUCCESS b:RESTARTED");
  EXPECT_EQ(flow.execution_state(), State::restarted);
  flow.crash();
  flow.run();
  EXPECT_EQ(flow.tree(), "a:SUCCESS b:SUCCESS c:SUCCESS");
  EXPECT_EQ(flow.history(), "CREATED RUNNING SUCCESS RESTARTED RUNNING SUCCESS");
  EXPECT_EQ(flow.states_of("b"), "CREATED SUBMITTED RUNNING SUCCESS RESTARTED SUBMITTED RUNNING SUCCESS");
  EXPECT_EQ(flow.find("b")->run.attempts.size(), 2u);
  EXPECT_EQ(flow.find("b")->run.outputs.find("n")->as_integer(), 2);
  EXPECT_NE(execution(flow).id, original);
  EXPECT_NE(flow.find("a")->run.id, a);
  EXPECT_EQ(flow.find("a")->run.outputs.find("value")->text(), "a");
}

TEST(Replay, OfARunInsideOpensItsAncestors) {  // EXEC-85
  Harness flow(R"(
tasks:
  - id: s
    type: io.kestra.plugin.core.flow.Sequential
    tasks:
      - {id: one, type: test.Echo, text: x}
      - {id: two, type: test.Echo, text: x}
      - {id: three, type: test.Echo, text: x}
    finally:
      - {id: f, type: test.Echo, text: x}
  - {id: end, type: test.Echo, text: x}
finally:
  - {id: g, type: test.Echo, text: x}
)");
  flow.run();
  ASSERT_EQ(flow.tree(), "s:SUCCESS one:SUCCESS two:SUCCESS three:SUCCESS f:SUCCESS end:SUCCESS g:SUCCESS");
  ASSERT_TRUE(flow.replay("two"));
  EXPECT_EQ(flow.tree(), "s:RUNNING one:SUCCESS two:RESTARTED");
  flow.run();
  EXPECT_EQ(flow.tree(), "s:SUCCESS one:SUCCESS two:SUCCESS three:SUCCESS f:SUCCESS end:SUCCESS g:SUCCESS");
  EXPECT_EQ(flow.states_of("s"), "CREATED RUNNING SUCCESS RUNNING SUCCESS");
  EXPECT_EQ(flow.find("s")->run.attempts.size(), 1u);
}

TEST(Replay, OfAFlowableDropsItsChildren) {  // EXEC-85
  Harness flow(loop);
  flow.run();
  ASSERT_TRUE(flow.replay("each"));
  EXPECT_EQ(flow.tree(), "each:RUNNING");
  flow.crash();
  flow.run();
  EXPECT_EQ(flow.execution_state(), State::success);
  EXPECT_EQ(flow.states_of("each"), "CREATED RUNNING SUCCESS RUNNING SUCCESS");
  EXPECT_EQ(flow.find("each")->run.attempts.size(), 1u);
  EXPECT_EQ(flow.states_of("second", "z"), "CREATED SUBMITTED RUNNING SUCCESS");
}

TEST(Replay, InAParallelLeavesTheSiblings) {  // EXEC-85
  Harness flow(R"(
tasks:
  - id: p
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - {id: one, type: test.Work}
      - {id: two, type: test.Work}
      - {id: three, type: test.Work}
)");
  flow.run();
  ASSERT_TRUE(flow.replay("one"));
  EXPECT_EQ(flow.tree(), "p:RUNNING one:RESTARTED two:SUCCESS three:SUCCESS");
  flow.run();
  EXPECT_EQ(flow.tree(), "p:SUCCESS one:SUCCESS two:SUCCESS three:SUCCESS");
  EXPECT_EQ(flow.find("two")->run.attempts.size(), 1u);
}

TEST(Replay, InASequentialLoopDropsWhatFollows) {  // EXEC-85
  Harness flow(loop);
  flow.run();
  ASSERT_TRUE(flow.replay("first", "y"));
  EXPECT_EQ(flow.tree(), "each:RUNNING first[x]:SUCCESS second[x]:SUCCESS first[y]:RESTARTED");
  flow.crash();
  flow.run();
  EXPECT_EQ(flow.tree(),
            "each:SUCCESS first[x]:SUCCESS second[x]:SUCCESS first[y]:SUCCESS second[y]:SUCCESS first[z]:SUCCESS "
            "second[z]:SUCCESS end:SUCCESS")
      << "the value z was known although its runs are gone";
}

TEST(Replay, InAConcurrentLoopDropsOnlyItsOwnGroup) {  // EXEC-85
  Harness flow(with_concurrency(loop));
  flow.run();
  ASSERT_TRUE(flow.replay("first", "y"));
  EXPECT_EQ(flow.tree(),
            "each:RUNNING first[x]:SUCCESS first[y]:RESTARTED first[z]:SUCCESS second[x]:SUCCESS second[z]:SUCCESS");
  flow.run();
  EXPECT_EQ(flow.execution_state(), State::success);
  EXPECT_EQ(flow.find("second", "x")->run.attempts.size(), 1u);
  EXPECT_EQ(flow.states_of("second", "y"), "CREATED SUBMITTED RUNNING SUCCESS");
}

TEST(Replay, OfARunOfErrorsKeepsTheFailureThatCausedIt) {  // EXEC-85
  Harness flow(R"(
tasks:
  - {id: ko, type: test.Fail, text: no}
errors:
  - {id: tell, type: test.Echo, text: x}
  - {id: more, type: test.Echo, text: x}
finally:
  - {id: f, type: test.Echo, text: x}
)");
  flow.run();
  ASSERT_TRUE(flow.replay("tell"));
  EXPECT_EQ(flow.tree(), "ko:FAILED tell:RESTARTED");
  flow.run();
  EXPECT_EQ(flow.tree(), "ko:FAILED tell:SUCCESS more:SUCCESS f:SUCCESS");
  EXPECT_EQ(flow.execution_state(), State::failed);
}

TEST(Replay, OfARunAfterTheEndWaitsForTheEnd) {  // EXEC-42, EXEC-85
  Harness flow(R"(
tasks:
  - {id: a, type: test.Echo, text: a}
afterExecution:
  - {id: ask, type: io.kestra.plugin.core.flow.Pause}
)");
  flow.run();
  ASSERT_EQ(flow.tree(), "a:SUCCESS ask:PAUSED");
  ASSERT_TRUE(flow.replay("ask"));
  flow.run();
  EXPECT_EQ(flow.tree(), "a:SUCCESS ask:PAUSED");
  EXPECT_EQ(flow.history(), "CREATED RUNNING SUCCESS RESTARTED RUNNING SUCCESS")
      << "its pause is none of the execution's";
}

TEST(Replay, OfTheOnPauseTaskOfAPauseAfterTheEnd) {  // EXEC-85, TASK-39: the end does not wait for it
  Harness flow(R"(
tasks:
  - {id: a, type: test.Echo, text: a}
afterExecution:
  - id: ask
    type: io.kestra.plugin.core.flow.Pause
    onPause: {id: told, type: test.Echo, text: told}
)");
  flow.run();
  ASSERT_EQ(flow.tree(), "a:SUCCESS ask:PAUSED told:SUCCESS");
  ASSERT_TRUE(flow.replay("told"));
  flow.run();
  EXPECT_EQ(flow.execution_state(), State::success);
  EXPECT_EQ(flow.states_of("told"), "CREATED RUNNING SUCCESS RESTARTED RUNNING SUCCESS");
}

TEST(Replay, OfErrorsOfAFlowableThatFailedByItself) {  // EXEC-85, TASK-38
  Harness flow(R"(
tasks:
  - id: loop
    type: io.kestra.plugin.core.flow.LoopUntil
    condition: "{{ 1 == 2 }}"
    checkFrequency: {interval: PT1S, maxIterations: 1}
    failOnMaxReached: true
    allowFailure: true
    tasks:
      - {id: a, type: test.Echo, text: a}
    errors:
      - {id: e, type: test.Work}
)");
  flow.run();
  ASSERT_EQ(flow.tree(), "loop:FAILED a:SUCCESS e:SUCCESS");
  ASSERT_TRUE(flow.replay("e"));
  flow.run();
  EXPECT_EQ(flow.tree(), "loop:FAILED a:SUCCESS e:SUCCESS");
  EXPECT_EQ(flow.history(), "CREATED RUNNING FAILED RESTARTED RUNNING FAILED");
}

TEST(Replay, InsideALoopItsConditionIsEvaluatedAgain) {  // EXEC-85, TASK-38
  Harness flow(R"(
tasks:
  - id: loop
    type: io.kestra.plugin.core.flow.LoopUntil
    condition: "{{ outputs.w.n == 2 }}"
    checkFrequency: {interval: PT1S}
    tasks:
      - {id: w, type: test.Work}
)");
  auto counted = [](int32_t n) { return Outcome{State::success, Value::map({{"n", Value::narrow_integer(n)}})}; };
  flow.script("w", {counted(1), counted(2), counted(1), counted(2)});
  flow.run();
  ASSERT_EQ(*flow.find("loop")->run.outputs.find("iterationCount"), Value::integer(3));
  ASSERT_TRUE(flow.replay("w"));
  flow.run();
  EXPECT_EQ(*flow.find("w")->run.outputs.find("n"), Value::narrow_integer(2)) << "one more round";
  EXPECT_EQ(flow.execution_state(), State::success);
}

TEST(Replay, OfARunningExecutionStartsItsOpenRunsAgain) {  // EXEC-85: from any state
  Harness flow(R"(
tasks:
  - id: p
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - {id: quick, type: test.Echo, text: x}
      - {id: slow, type: test.Work}
)");
  flow.hold_work();
  flow.run();
  ASSERT_EQ(flow.tree(), "p:RUNNING quick:SUCCESS slow:SUBMITTED");
  ASSERT_TRUE(flow.replay("quick"));
  EXPECT_EQ(flow.tree(), "p:RUNNING quick:RESTARTED slow:RESTARTED");
  flow.run();
  ASSERT_EQ(flow.held(), 1u) << "a job of its own";
  flow.finish_work("slow");
  EXPECT_EQ(flow.tree(), "p:SUCCESS quick:SUCCESS slow:SUCCESS");
}

TEST(Replay, StartsNewChildren) {  // EXEC-94
  Harness flow(R"(
tasks:
  - {id: before, type: io.kestra.plugin.core.flow.Subflow, namespace: company.team, flowId: child}
  - {id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: company.team, flowId: child}
)");
  flow.run();
  flow.deliver(ChildEnded{flow.children()[0].task_run, flow.children()[0].child, State::success, {}, 1});
  flow.deliver(ChildEnded{flow.children()[1].task_run, flow.children()[1].child, State::failed, {}, 1});
  flow.run();
  ASSERT_EQ(flow.tree(), "before:SUCCESS call:FAILED");
  ASSERT_TRUE(flow.replay("call"));
  flow.run();
  ASSERT_EQ(flow.children().size(), 3u);
  EXPECT_TRUE(flow.restarted_children().empty());
  EXPECT_NE(flow.children()[2].child, flow.children()[1].child);
  flow.deliver(KillRequested{true});
  ASSERT_EQ(flow.killed_children().size(), 1u) << "the children of the original are not its own";
  EXPECT_EQ(flow.killed_children()[0].child, flow.children()[2].child);
}

// ---------------------------------------------------------------------------------------------- another revision

TEST(RestartWithRevision, RunsTheCorrectedTask) {  // EXEC-84
  Harness flow(
      "tasks:\n  - {id: a, type: test.Work}\n  - {id: b, type: test.Fail, text: no}\n  - {id: c, type: test.Work}\n"
      "errors:\n  - {id: e, type: test.Echo, text: x}\n");
  flow.run();
  ASSERT_EQ(flow.tree(), "a:SUCCESS b:FAILED e:SUCCESS");
  ASSERT_TRUE(flow.restart_with(
      "tasks:\n  - {id: a, type: test.Work}\n  - {id: b, type: test.Echo, text: yes}\n  - {id: c, type: test.Work}\n"));
  EXPECT_EQ(flow.tree(), "a:SUCCESS b:RESTARTED");
  flow.run();
  EXPECT_EQ(flow.tree(), "a:SUCCESS b:SUCCESS c:SUCCESS");
  EXPECT_EQ(flow.find("a")->run.attempts.size(), 1u);
}

TEST(RestartWithRevision, DropsRemovedTasksAndContinuesAfterTheLastOne) {  // EXEC-84
  Harness flow(
      "tasks:\n  - {id: a, type: test.Echo, text: x}\n  - {id: gone, type: test.Echo, text: x}\n  - {id: b, type: "
      "test.Fail, text: no}\n");
  flow.run();
  ASSERT_TRUE(
      flow.restart_with("tasks:\n  - {id: new, type: test.Echo, text: x}\n  - {id: a, type: test.Echo, text: x}\n"
                        "  - {id: b, type: test.Work}\n  - {id: c, type: test.Work}\n"));
  EXPECT_EQ(flow.tree(), "a:SUCCESS b:RESTARTED");
  flow.crash();
  flow.run();
  EXPECT_EQ(flow.tree(), "a:SUCCESS b:SUCCESS c:SUCCESS") << "what was put in front of tasks that have run is not run";
  EXPECT_EQ(flow.execution_state(), State::success);
}

TEST(RestartWithRevision, KeepsFlowablesAsFarAsTheyAreUnchanged) {  // EXEC-84
  constexpr std::string_view before = R"(
tasks:
  - id: s
    type: io.kestra.plugin.core.flow.Sequential
    tasks: [{id: s1, type: test.Echo, text: x}, {id: s2, type: test.Fail, text: no}]
)";
  Harness sequence(before);
  sequence.run();
  ASSERT_TRUE(sequence.restart_with(R"(
tasks:
  - id: s
    type: io.kestra.plugin.core.flow.Sequential
    tasks: [{id: s0, type: test.Echo, text: x}, {id: s1, type: test.Echo, text: x}, {id: s2, type: test.Work}, {id: s3, type: test.Work}]
)"));
  EXPECT_EQ(sequence.tree(), "s:RUNNING s1:SUCCESS s2:RESTARTED");
  sequence.run();
  EXPECT_EQ(sequence.tree(), "s:SUCCESS s1:SUCCESS s2:SUCCESS s3:SUCCESS");

  Harness changed(before);
  changed.run();
  ASSERT_TRUE(changed.restart_with(R"(
tasks:
  - id: s
    type: io.kestra.plugin.core.flow.Parallel
    tasks: [{id: s2, type: test.Work}, {id: s1, type: test.Work}]
)"));
  EXPECT_EQ(changed.tree(), "s:RESTARTED") << "another type: it runs anew as a whole";
  changed.run();
  EXPECT_EQ(changed.tree(), "s:SUCCESS s2:SUCCESS s1:SUCCESS");
}

TEST(RestartWithRevision, RunsALoopWithOtherTasksAgain) {
  Harness flow(loop);
  flow.script("second", {{State::success, {}}, {State::failed, {}}, {State::success, {}}});
  flow.run();
  std::string other(loop);
  other.replace(other.find("      - {id: second"), 0, "      - {id: between, type: test.Echo, text: x}\n");
  ASSERT_TRUE(flow.restart_with(other));
  EXPECT_EQ(flow.tree(), "each:RESTARTED");
  flow.run();
  EXPECT_EQ(flow.execution_state(), State::success);
  EXPECT_EQ(flow.states_of("between", "z"), "CREATED RUNNING SUCCESS");
}

TEST(ReplayWithRevision, NeedsTheTask) {  // EXEC-85
  Harness flow(three);
  flow.run();
  EXPECT_FALSE(flow.replay_with("tasks:\n  - {id: a, type: test.Echo, text: x}\n", "b"));
  Harness other(three);
  other.run();
  ASSERT_TRUE(
      other.replay_with("tasks:\n  - {id: a, type: test.Echo, text: x}\n  - {id: b, type: test.Echo, text: x}\n", "b"));
  other.run();
  EXPECT_EQ(other.tree(), "a:SUCCESS b:SUCCESS");
}

// ---------------------------------------------------------------------------------------------- states of runs

TEST(ChangeRunState, FromFailedToSuccessContinuesAfterIt) {  // EXEC-86
  Harness flow(R"(
tasks:
  - id: s
    type: io.kestra.plugin.core.flow.Sequential
    tasks: [{id: ko, type: test.Fail, text: no}, {id: next, type: test.Echo, text: x}]
    errors: [{id: e, type: test.Echo, text: x}]
)");
  flow.run();
  ASSERT_EQ(flow.tree(), "s:FAILED ko:FAILED e:SUCCESS");
  flow.deliver(RunStateRequested{flow.find("ko")->run.id, State::success});
  EXPECT_EQ(flow.tree(), "s:RUNNING ko:SUCCESS");
  EXPECT_EQ(flow.execution_state(), State::restarted);
  flow.crash();
  flow.run();
  EXPECT_EQ(flow.tree(), "s:SUCCESS ko:SUCCESS next:SUCCESS");
  EXPECT_EQ(flow.states_of("ko"), "CREATED RUNNING FAILED SUCCESS");
  EXPECT_EQ(flow.find("ko")->run.attempts.back().state.current(), State::success);
  EXPECT_EQ(flow.history(), "CREATED RUNNING FAILED RESTARTED RUNNING SUCCESS");
  EXPECT_EQ(execution(flow).attempt_number, 2);
}

TEST(ChangeRunState, InsideALoopTheGroupContinues) {  // EXEC-86
  Harness flow(loop);
  flow.script("second", {{State::failed, {}}, {State::success, {}}});
  flow.run();
  ASSERT_EQ(flow.tree(), "each:FAILED first[x]:SUCCESS second[x]:FAILED");
  flow.deliver(RunStateRequested{flow.find("second")->run.id, State::success});
  flow.run();
  EXPECT_EQ(flow.execution_state(), State::success);
  EXPECT_EQ(flow.states_of("second", "z"), "CREATED SUBMITTED RUNNING SUCCESS");
}

TEST(ChangeRunState, FromSuccessToFailedRunsTheErrors) {  // EXEC-86
  Harness flow(
      "tasks:\n  - {id: a, type: test.Echo, text: x}\n  - {id: b, type: test.Echo, text: x}\nerrors:\n  - {id: e, "
      "type: test.Echo, text: x}\n");
  flow.run();
  flow.deliver(RunStateRequested{flow.find("a")->run.id, State::failed});
  flow.run();
  EXPECT_EQ(flow.tree(), "a:FAILED b:SUCCESS e:SUCCESS");
  EXPECT_EQ(flow.execution_state(), State::failed);
}

TEST(ChangeRunState, ToCancelledEndsTheExecution) {  // EXEC-86
  Harness flow(R"(
tasks:
  - id: s
    type: io.kestra.plugin.core.flow.Sequential
    tasks: [{id: ko, type: test.Fail, text: no}, {id: next, type: test.Echo, text: x}]
afterExecution: [{id: after, type: test.Echo, text: "{{ execution.state }}"}]
)");
  flow.run();
  flow.deliver(RunStateRequested{flow.find("ko")->run.id, State::cancelled});
  flow.run();
  EXPECT_EQ(flow.tree(), "s:CANCELLED ko:CANCELLED after:SUCCESS");
  EXPECT_EQ(flow.history(), "CREATED RUNNING FAILED CANCELLED");
  EXPECT_EQ(flow.find("after")->run.outputs.find("value")->text(), "CANCELLED");
}

}  // namespace
}  // namespace gyr::engine
