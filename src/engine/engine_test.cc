// The engine by itself: flows of every kind, each also with the execution written to rows and read back after every
// step.
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

TEST(Engine, RunsTasksInOrder) {  // EXEC-4, TASK-22
  Harness flow(R"(
tasks:
  - {id: a, type: test.Echo, text: "one"}
  - {id: b, type: test.Work}
  - {id: c, type: test.Echo, text: "{{ outputs.a.value }} {{ outputs.b.result }}"}
)");
  flow.run();
  EXPECT_EQ(flow.history(), "CREATED RUNNING SUCCESS");
  EXPECT_EQ(flow.tree(), "a:SUCCESS b:SUCCESS c:SUCCESS");
  EXPECT_EQ(flow.states_of("a"), "CREATED RUNNING SUCCESS");
  EXPECT_EQ(flow.states_of("b"), "CREATED SUBMITTED RUNNING SUCCESS");
  EXPECT_EQ(flow.find("c")->run.outputs.find("value")->text(), "one b");
  EXPECT_EQ(flow.find("a")->run.attempts.size(), 1u);
  EXPECT_EQ(flow.ended_count(), 1u);
}

TEST(Engine, AFlowOfPureTasksIsOneStep) {  // DESIGN 7
  Harness flow(R"(
tasks:
  - {id: a, type: test.Echo, text: "1"}
  - {id: b, type: test.Echo, text: "2"}
  - {id: c, type: test.Echo, text: "3"}
)");
  flow.run();
  EXPECT_EQ(flow.steps(), 1u);
  EXPECT_EQ(flow.execution_state(), State::success);
}

TEST(Engine, ErrorsRunAfterAFailureAndDoNotChangeTheState) {  // EXEC-40, EXEC-41, TASK-23
  Harness flow(R"(
tasks:
  - {id: a, type: test.Fail, text: "boom"}
  - {id: never, type: test.Echo, text: x}
errors:
  - {id: e1, type: test.Fail, text: "again"}
  - {id: e2, type: test.Echo, text: "handled"}
finally:
  - {id: f, type: test.Echo, text: "always {{ execution.state }}"}
)");
  flow.run();
  EXPECT_EQ(flow.tree(), "a:FAILED e1:FAILED e2:SUCCESS f:SUCCESS");
  EXPECT_EQ(flow.execution_state(), State::failed);
  EXPECT_THAT(flow.log_messages(), Contains("boom"));
  EXPECT_THAT(flow.log_messages(), Contains("always RUNNING"));
}

TEST(Engine, AfterExecutionSeesTheFinalState) {  // EXEC-42
  Harness flow(R"(
tasks:
  - {id: a, type: test.Fail, text: "boom"}
afterExecution:
  - {id: after, type: test.Echo, text: "{{ execution.state }}"}
  - id: seq
    type: io.kestra.plugin.core.flow.Sequential
    tasks:
      - {id: nested, type: test.Work}
)");
  flow.run();
  EXPECT_EQ(flow.tree(), "a:FAILED after:SUCCESS seq:SUCCESS nested:SUCCESS");
  EXPECT_EQ(flow.find("after")->run.outputs.find("value")->text(), "FAILED");
  EXPECT_TRUE(flow.find("nested")->run.force_execution);
  EXPECT_EQ(flow.history(), "CREATED RUNNING FAILED");
}

TEST(Engine, AllowFailureAndAllowWarning) {  // TASK-4, TASK-5
  Harness flow(R"(
tasks:
  - {id: a, type: test.Fail, text: x, allowFailure: true}
  - {id: b, type: test.Fail, text: x, allowFailure: true, allowWarning: true}
  - {id: c, type: test.Echo, text: x}
)");
  flow.run();
  EXPECT_EQ(flow.tree(), "a:WARNING b:SUCCESS c:SUCCESS");
  EXPECT_EQ(flow.find("a")->run.attempts[0].state.current(), State::failed);  // the attempt keeps the true state
  EXPECT_EQ(flow.execution_state(), State::warning);
}

TEST(Engine, RunIfSkipsAndFails) {  // TASK-6
  Harness flow(R"(
tasks:
  - {id: a, type: test.Echo, text: x, runIf: "{{ 1 == 2 }}"}
  - id: group
    type: io.kestra.plugin.core.flow.Sequential
    runIf: "false"
    tasks:
      - {id: inside, type: test.Echo, text: x}
  - {id: b, type: test.Echo, text: x, runIf: "{{ nothing.here }}", allowFailure: true}
  - {id: c, type: test.Echo, text: x}
)");
  flow.run();
  EXPECT_EQ(flow.tree(), "a:SKIPPED group:SKIPPED b:FAILED");
  EXPECT_EQ(flow.states_of("a"), "CREATED SKIPPED");
  EXPECT_EQ(flow.states_of("b"), "CREATED FAILED");
  EXPECT_EQ(flow.find("b")->run.attempts.size(), 0u);
  EXPECT_EQ(flow.execution_state(), State::failed);
  EXPECT_THAT(flow.log_messages(), Contains(HasSubstr("Failed to evaluate the runIf condition for task b. Cause: ")));
}

TEST(Engine, DisabledTasksDoNotExist) {  // TASK-2
  Harness flow(R"(
tasks:
  - {id: a, type: test.Fail, text: x, disabled: true}
  - id: group
    type: io.kestra.plugin.core.flow.Sequential
    tasks:
      - {id: inside, type: test.Fail, text: x, disabled: true}
)");
  flow.run();
  EXPECT_EQ(flow.tree(), "group:SUCCESS");
  EXPECT_EQ(flow.execution_state(), State::success);
}

TEST(Retry, SucceedsTheThirdTime) {  // EXEC-51, FLOW-70 to FLOW-72
  Harness flow(R"(
tasks:
  - id: a
    type: test.Work
    retry: {type: constant, interval: PT1M, maxAttempts: 3, warningOnRetry: true}
  - {id: b, type: test.Echo, text: x}
)");
  flow.script("a", {{State::failed, {}}, {State::failed, {}}, {State::success, {}}});
  flow.run();
  EXPECT_EQ(flow.tree(), "a:WARNING b:SUCCESS");
  EXPECT_EQ(flow.find("a")->run.attempts.size(), 3u);
  EXPECT_EQ(flow.states_of("a"),
            "CREATED SUBMITTED RUNNING FAILED RETRYING CREATED SUBMITTED RUNNING FAILED RETRYING CREATED SUBMITTED "
            "RUNNING WARNING");
  EXPECT_EQ(flow.history(), "CREATED RUNNING RETRYING RUNNING RETRYING RUNNING WARNING");
}

TEST(Retry, ExhaustedIsAFailureWithErrors) {  // EXEC-53
  Harness flow(R"(
tasks:
  - id: group
    type: io.kestra.plugin.core.flow.Sequential
    retry: {type: exponential, interval: PT1S, maxInterval: PT10S, maxAttempts: 2}
    tasks:
      - {id: a, type: test.Work}
errors:
  - {id: e, type: test.Echo, text: x}
)");
  flow.script("a", {{State::failed, {}}});
  flow.run();
  EXPECT_EQ(flow.tree(), "group:FAILED a:FAILED e:SUCCESS");
  EXPECT_EQ(flow.find("a")->run.attempts.size(), 2u);
}

TEST(Subflow, WaitsForItsChild) {  // TASK-51, TASK-53
  Harness flow(R"(
tasks:
  - id: call
    type: io.kestra.plugin.core.flow.Subflow
    namespace: company.team
    flowId: "chi{{ 'ld' }}"
    inputs: {name: "{{ flow.id }}"}
    labels: {team: data}
  - {id: after, type: test.Echo, text: "{{ outputs.call.outputs.greeting }} {{ outputs.call.state }}"}
)");
  flow.run();
  ASSERT_EQ(flow.children().size(), 1u);
  const StartChild child = flow.children()[0];
  EXPECT_EQ(child.flow->id, "child");
  EXPECT_EQ(child.inputs, Value::map({{"name", Value::string("flow")}}));
  EXPECT_EQ(child.trigger.variables.find("taskId")->text(), "call");
  EXPECT_EQ(flow.states_of("call"), "CREATED RUNNING");
  flow.crash();  // nothing is started twice
  EXPECT_EQ(flow.children().size(), 1u);
  flow.deliver(
      ChildEnded{child.task_run, child.child, State::success, Value::map({{"greeting", Value::string("hi")}}), 1});
  flow.run();
  EXPECT_EQ(flow.tree(), "call:SUCCESS after:SUCCESS");
  EXPECT_EQ(flow.find("after")->run.outputs.find("value")->text(), "hi SUCCESS");
  flow.deliver(ChildEnded{child.task_run, child.child, State::failed, {}, 1});  // delivered again: nothing changes
  EXPECT_EQ(flow.tree(), "call:SUCCESS after:SUCCESS");
}

TEST(Subflow, PassesItsChildsStateOn) {  // TASK-53
  for (auto [options, child_state, expected] :
       {std::tuple{"", State::failed, "call:FAILED"},
        std::tuple{", transmitFailed: false", State::failed, "call:SUCCESS"},
        std::tuple{", allowFailure: true", State::failed, "call:WARNING"},
        std::tuple{"", State::warning, "call:WARNING"}, std::tuple{"", State::killed, "call:KILLED"},
        std::tuple{"", State::cancelled, "call:SUCCESS"}}) {  // EXEC-155
    Harness flow("tasks:\n  - {id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: a, flowId: b" +
                 std::string(options) + "}\n");
    flow.run();
    flow.deliver(ChildEnded{flow.children()[0].task_run, flow.children()[0].child, child_state, {}, 1});
    flow.run();
    EXPECT_EQ(flow.tree(), expected) << options;
  }
}

TEST(Subflow, AChildThatCannotStartFailsTheRunAndItsErrorsRun) {  // TASK-52
  Harness flow(R"(
tasks:
  - {id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: a, flowId: b, wait: false}
errors:
  - {id: e, type: test.Echo, text: x}
)");
  flow.run();
  flow.deliver(ChildStarted{flow.children()[0].task_run, flow.children()[0].child, false, "Unable to find flow"});
  flow.run();
  EXPECT_EQ(flow.tree(), "call:FAILED e:SUCCESS");
  EXPECT_THAT(flow.log_messages(), Contains("Unable to find flow"));
}

TEST(Variables, SetAndUnset) {  // TASK-83, FLOW-41
  Harness flow(R"(
variables: {a: 1, b: {c: 2, d: 3}}
tasks:
  - {id: set, type: io.kestra.plugin.core.execution.SetVariables, variables: {b: {c: "{{ vars.a }}"}, e: x}}
  - {id: show, type: test.Echo, text: "{{ vars.b.c }}{{ vars.b.d }}{{ vars.e }}"}
  - {id: unset, type: io.kestra.plugin.core.execution.UnsetVariables, variables: [b.d]}
  - {id: keep, type: io.kestra.plugin.core.execution.SetVariables, overwrite: false, variables: {a: 2, z: 1}}
)");
  flow.run();
  EXPECT_EQ(flow.find("show")->run.outputs.find("value")->text(), "13x");
  EXPECT_EQ(flow.tree(), "set:SUCCESS show:SUCCESS unset:SUCCESS keep:FAILED");
  EXPECT_THAT(flow.log_messages(),
              Contains("`overwrite` is set to false and the following variables already exist: a"));
  EXPECT_EQ(flow.state().execution().variables.find("b")->find("d"), nullptr);
}

TEST(Variables, KeepTheirKindAndAreMissed) {  // CORE-84, CORE-85, CORE-97
  Harness flow(R"(
variables: {a: {deep: {x: 1, y: 2}}, b: 3}
tasks:
  - {id: set, type: io.kestra.plugin.core.execution.SetVariables, variables: {a: {deep: {y: 42, z: [true, "{{ 40 + 2 }}"]}}}}
  - {id: missing, type: io.kestra.plugin.core.execution.UnsetVariables, allowFailure: true, variables: [b, a.deep.nope]}
  - {id: ignored, type: io.kestra.plugin.core.execution.UnsetVariables, ignoreMissing: true, variables: [nope, a.deep.nope, a.deep.x, b.c]}
  - {id: kept, type: io.kestra.plugin.core.execution.SetVariables, allowFailure: true, overwrite: false, variables: {b: 9, a: 9, fresh: 1}}
)");
  flow.run();
  EXPECT_EQ(flow.tree(), "set:SUCCESS missing:WARNING ignored:SUCCESS kept:WARNING");
  const Value& variables = flow.state().execution().variables;
  const Value* deep = variables.find_path({"a", "deep"});
  ASSERT_NE(deep, nullptr);
  EXPECT_EQ(*deep->find("y"), Value::integer(42)) << "a number";
  EXPECT_EQ(*deep->find("z"), Value::list({Value::boolean(true), Value::string("42")}))
      << "what an expression gives is text (TASK-83)";
  EXPECT_EQ(deep->find("x"), nullptr);
  ASSERT_NE(variables.find("b"), nullptr) << "a failed task changes nothing";
  EXPECT_EQ(*variables.find("b"), Value::integer(3));
  EXPECT_EQ(variables.find("fresh"), nullptr);
  EXPECT_THAT(flow.log_messages(),
              Contains("`overwrite` is set to false and the following variables already exist: b,a"));
}

TEST(Labels, AreMerged) {  // TASK-80
  Harness flow(R"(
tasks:
  - {id: l, type: io.kestra.plugin.core.execution.Labels, labels: {team: "{{ flow.id }}", n: 5}}
  - {id: bad, type: io.kestra.plugin.core.execution.Labels, labels: {system.x: y}, allowFailure: true}
)");
  flow.run();
  EXPECT_EQ(flow.state().execution().labels, (std::vector<model::Label>{{"team", "flow"}, {"n", "5"}}));
  EXPECT_EQ(flow.tree(), "l:SUCCESS bad:WARNING");
}

TEST(Outputs, AreRenderedAtTheEnd) {  // FLOW-45 to FLOW-47
  Harness flow(R"(
outputs:
  - {id: greeting, type: STRING, value: "{{ outputs.a.value }}"}
  - {id: number, type: INT, value: "{{ 40 + 2 }}"}
  - {id: maybe, type: STRING, required: false, value: "{{ outputs.missing.value }}"}
tasks:
  - {id: a, type: test.Echo, text: hi}
)");
  flow.run();
  EXPECT_EQ(flow.execution_state(), State::success);
  EXPECT_EQ(flow.state().execution().outputs,
            Value::map({{"greeting", Value::string("hi")}, {"number", Value::integer(42)}}));
  EXPECT_THAT(flow.log_messages(), Contains("Failed to render optional flow output 'maybe'. Output is ignored."));
}

TEST(Outputs, ThatCannotBeRenderedFailTheExecution) {  // FLOW-47
  Harness flow(R"(
outputs:
  - {id: o, type: STRING, value: "{{ outputs.missing.value }}"}
tasks:
  - {id: a, type: test.Echo, text: hi}
)");
  flow.run();
  EXPECT_EQ(flow.execution_state(), State::failed);
  EXPECT_TRUE(flow.state().execution().outputs.is_null());
  EXPECT_THAT(flow.log_messages(), Contains(HasSubstr("Failed to render output values: ")));
}

TEST(Needs, ARenderingThatAsksTheHostLeavesAndComesBack) {  // DESIGN 6
  Harness flow(R"(
outputs:
  - {id: o, type: STRING, value: "{{ kv('k') }}"}
tasks:
  - id: choice
    type: io.kestra.plugin.core.flow.If
    condition: "{{ kv('flag') }}"
    then:
      - {id: t, type: test.Echo, text: x, runIf: "{{ kv('no') }}"}
  - {id: pure, type: test.Echo, text: "{{ kv('k') }}"}
)");
  flow.on_render = [](const RenderRequest& request) -> base::Result<Value> {
    std::string source(expression::to_text(request.source));
    if (source.find("'no'") != std::string::npos) return Value::string("false");
    return Value::string("true");
  };
  flow.run();
  EXPECT_EQ(flow.tree(), "choice:SUCCESS t:SKIPPED pure:SUCCESS");
  EXPECT_EQ(flow.states_of("pure"), "CREATED SUBMITTED RUNNING SUCCESS");  // not pure after all: a worker did it
  EXPECT_EQ(flow.state().execution().outputs.find("o")->text(), "true");
}

TEST(Kill, EndsWhatWaitsAndAsksWorkers) {  // EXEC-80, EXEC-81, EXEC-150
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

TEST(Results, StaleOnesAreNeverApplied) {  // EXEC-6, DESIGN 7
  Harness flow("tasks:\n  - {id: a, type: test.Work}\n  - {id: b, type: test.Work}\n");
  flow.hold_work();
  flow.run();
  base::Id run = flow.find("a")->run.id;
  flow.deliver(WorkerFinished{
      {run, 0, 0}, State::failed, {}, base::Instant::of_millis(1'700'000'000'100), 0, {}});  // older epoch
  EXPECT_EQ(flow.tree(), "a:SUBMITTED");
  flow.finish_work("a");
  EXPECT_EQ(flow.tree(), "a:SUCCESS b:SUBMITTED");
  flow.deliver(
      WorkerFinished{{run, 0, 1}, State::failed, {}, base::Instant::of_millis(1'700'000'000'200), 0, {}});  // again
  EXPECT_EQ(flow.tree(), "a:SUCCESS b:SUBMITTED");
}

TEST(Recovery, GivesUnfinishedWorkOutAgain) {  // EXEC-131, EXEC-133
  Harness flow("tasks:\n  - {id: a, type: test.Work}\n");
  flow.hold_work();
  flow.run();
  flow.deliver(WorkerStarted{{flow.find("a")->run.id, 0, 1}, "w", base::Instant::of_millis(1'700'000'000'100)});
  flow.crash();
  EXPECT_EQ(flow.held(), 1u);
  EXPECT_EQ(flow.find("a")->run.attempts[0].state.current(), State::resubmitted);
  flow.finish_work("a");
  EXPECT_EQ(flow.execution_state(), State::success);
  EXPECT_EQ(flow.find("a")->run.attempts.size(), 2u);
}

TEST(Recovery, AnAttemptKnowsWhichLostOnesItGoesOnFrom) {  // RUNNER-7
  Harness flow("tasks:\n  - {id: a, type: test.Work, retry: {type: constant, interval: PT1S, maxAttempts: 3}}\n");
  flow.hold_work();
  flow.run();
  auto resumed = [&flow] { return flow.held_work().back().resumed_attempt; };
  EXPECT_EQ(resumed(), 0);
  for (int32_t lost = 0; lost < 2; ++lost) {
    flow.deliver(WorkerStarted{flow.held_work().back().attempt, "w", base::Instant::of_millis(1'700'000'000'100)});
    flow.crash();
    EXPECT_EQ(resumed(), 0) << "the job that the first attempt began may still be there";
    EXPECT_EQ(flow.held_work().back().attempt.attempt, lost + 1);
  }
}

TEST(Restart, GoesOnFromTheFailedTask) {  // EXEC-84, EXEC-54
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

TEST(Kill, WaitsForNobodyOnceTheLastWorkerHasAnswered) {  // EXEC-80: also where the parent of its run has tasks left
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

TEST(Restart,
     ALoopRunsOnlyWhatHadFailedAndWhatIsLeft) {  // EXEC-84, TASK-35: a finished group is opened again, not begun again
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

TEST(Restart, AGroupGoesOnOnlyBehindTheRunThatIsRestarted) {  // EXEC-84, TASK-35
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

TEST(Restart, AFlowableThatNeverBeganBeginsThen) {  // EXEC-84, TASK-27: it took its parent's end while it was CREATED
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

TEST(
    Restart,
    AnExecutionThatFailsAgainLeavesNoRunOpen) {  // TASK-27: several runs of the top level are under way after a restart
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

TEST(Engine, TheSameEventsGiveTheSameHistory) {  // DESIGN 6
  auto once = [] {
    Harness flow(R"(
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: ["a", "b", "c"]
    concurrencyLimit: 0
    tasks:
      - {id: t, type: test.Echo, text: "{{ uuid() }}"}
)");
    flow.run();
    std::string out;
    for (const auto& run : flow.state().runs()) out += run->run.id.to_text() + expression::to_text(run->run.outputs);
    return out;
  };
  EXPECT_EQ(once(), once());
}

}  // namespace
}  // namespace gyr::engine
