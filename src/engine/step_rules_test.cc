// What holds for every step and every kind of task (spec 01, sections 12.1 and 18).
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

TEST(Kinds, OnlyRunnableTasksReachAWorker) {  // TASK-1, CORE-6
  Harness flow(R"(
tasks:
  - id: s
    type: io.kestra.plugin.core.flow.Sequential
    tasks:
      - {id: work, type: test.Work}
  - {id: labels, type: io.kestra.plugin.core.execution.Labels, labels: {a: b}}
  - {id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: x, flowId: y, wait: false}
)");
  flow.run();
  // Only a worker's run was SUBMITTED.
  EXPECT_EQ(flow.states_of("work"), "CREATED SUBMITTED RUNNING SUCCESS");
  EXPECT_EQ(flow.states_of("s"), "CREATED RUNNING SUCCESS");
  EXPECT_EQ(flow.states_of("labels"), "CREATED RUNNING SUCCESS");
  ASSERT_EQ(flow.children().size(), 1u);
  EXPECT_THAT(flow.find("call")->run.state.changes(),
              ::testing::Not(Contains(::testing::Field(&model::StateChange::state, State::submitted))));
}

TEST(Worker, ARunIsSubmittedUntilAWorkerReportsItsStart) {  // EXEC-13
  Harness flow("tasks:\n  - {id: work, type: test.Work}\n");
  flow.hold_work();
  flow.run();
  EXPECT_EQ(flow.states_of("work"), "CREATED SUBMITTED");
  EXPECT_TRUE(flow.find("work")->run.attempts.empty());
  const RunState& run = *flow.find("work");
  flow.deliver(WorkerStarted{{run.run.id, 0, run.epoch}, "worker-1", flow.now()});
  EXPECT_EQ(flow.states_of("work"), "CREATED SUBMITTED RUNNING");
  ASSERT_EQ(flow.find("work")->run.attempts.size(), 1u);
  EXPECT_EQ(flow.find("work")->run.attempts[0].worker_id, "worker-1");
  flow.crash();
  EXPECT_EQ(flow.find("work")->run.attempts[0].worker_id, "worker-1");
}

TEST(Server, LogsTheBeginningTheRestartAndTheEnd) {  // EXEC-12
  Harness flow("tasks:\n  - {id: work, type: test.Work}\n");
  flow.script("work", {{State::failed, {}}, {State::success, {}}});
  flow.run();
  EXPECT_THAT(flow.server_log(), Contains("Flow started"));
  EXPECT_THAT(flow.server_log(), Contains(::testing::StartsWith("Flow completed with state FAILED in PT")));
  flow.deliver(RestartRequested{});
  flow.run();
  EXPECT_THAT(flow.server_log(), Contains("Flow restarted"));
  EXPECT_THAT(flow.server_log(), Contains(::testing::StartsWith("Flow completed with state SUCCESS in PT")));
  EXPECT_THAT(flow.log_messages(), ::testing::Not(Contains(HasSubstr("Flow completed"))))
      << "the execution's own log has none of it";
}

TEST(Undefined, IsAnErrorUnlessGuarded) {  // EXEC-114
  Harness flow(R"(
tasks:
  - {id: skipped, type: test.Echo, text: x, runIf: "false"}
  - {id: guarded, type: test.Echo, text: "{{ outputs.skipped.value ?? 'none' }} {{ outputs.nobody is defined }}"}
  - {id: bare, type: test.Echo, text: "{{ outputs.skipped.value }}"}
)");
  flow.run();
  EXPECT_EQ(flow.tree(), "skipped:SKIPPED guarded:SUCCESS bare:FAILED");
  EXPECT_EQ(flow.find("guarded")->run.outputs.find("value")->text(), "none false");
  EXPECT_THAT(flow.log_messages(), Contains(HasSubstr("Unable to find `skipped`")));
}

TEST(Outputs, OfATaskWithoutOutputsAreAnEmptyMapAfterItsRun) {  // EXEC-111, EXEC-114, TASK-6
  Harness flow(R"(
tasks:
  - {id: skipped, type: test.Echo, text: x, runIf: "false"}
  - {id: ran, type: test.Work}
  - {id: labels, type: io.kestra.plugin.core.execution.Labels, labels: {a: b}}
  - id: choice
    type: io.kestra.plugin.core.flow.If
    condition: "{{ outputs.choice is defined or outputs.skipped is defined }}"
    then: [{id: wrong, type: test.Echo, text: x}]
    else: [{id: right, type: test.Echo, text: "{{ outputs.choice is defined }}"}]
  - {id: own, type: test.Echo, text: x, runIf: "{{ outputs.own is defined }}"}
  - {id: around, type: io.kestra.plugin.core.flow.Sequential, runIf: "false", tasks: [{id: t, type: test.Echo, text: x}]}
  - {id: pure, type: test.Echo, text: "{{ outputs | keys }}"}
  - {id: all, type: test.Work, text: "{{ outputs }}", runIf: "{{ outputs.ran is defined }}"}
  - {id: some, type: test.Work, text: "{{ outputs.ran }} {{ outputs.skipped }} {{ outputs.labels }} {{ outputs.some }}"}
)");
  const auto outputs_sent = [&flow] {
    const Value outputs = *flow.held_work().at(0).context.find("outputs");
    std::vector<std::string> names;
    for (const auto& entry : outputs.entries()) names.emplace_back(entry.name());
    return names;
  };
  flow.hold_work();
  flow.run();
  flow.finish_work("ran", {State::success, {}});
  ASSERT_EQ(flow.tree(),
            "skipped:SKIPPED ran:SUCCESS labels:SUCCESS choice:SUCCESS right:SUCCESS own:SKIPPED "
            "around:SKIPPED pure:SUCCESS all:SUBMITTED");
  EXPECT_EQ(flow.find("right")->run.outputs.find("value")->text(), "true");
  EXPECT_EQ(flow.find("pure")->run.outputs.find("value")->text(), R"(["ran","choice","right"])");
  EXPECT_THAT(outputs_sent(), ::testing::ElementsAre("ran", "choice", "right", "pure"));
  flow.finish_work("all", {State::success, {}});
  EXPECT_THAT(outputs_sent(), ::testing::ElementsAre("ran"));
}

TEST(Outputs, InALoopTasksWithoutOutputsHaveNoMaps) {  // EXEC-111, EXEC-114
  Harness flow(R"(
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: [x, y]
    tasks:
      - {id: some, type: test.Work, runIf: "{{ taskrun.value == 'y' }}"}
      - {id: silent, type: test.Work}
      - {id: here, type: test.Echo, text: "{{ outputs.some[taskrun.value] is defined }} {{ outputs.silent[taskrun.value] is defined }}"}
  - {id: after, type: test.Echo, text: "{{ outputs.some | keys }} {{ outputs.silent | keys }} {{ outputs.some.x is defined }}"}
)");
  flow.script("silent", {{State::success, {}}});
  flow.run();
  EXPECT_EQ(flow.state().execution().state.current(), State::success);
  EXPECT_EQ(flow.find("after")->run.outputs.find("value")->text(), R"(["y"] [] false)");
  std::vector<std::string> here;
  for (const auto& run : flow.state().runs()) {
    if (run->run.task_id == "here") here.emplace_back(run->run.outputs.find("value")->text());
  }
  EXPECT_THAT(here, ::testing::ElementsAre("false false", "true false"));
}

TEST(Execution, IsRunningUntilErrorsAndFinallyHaveEnded) {  // EXEC-21
  Harness flow(R"(
tasks:
  - {id: a, type: test.Fail, text: boom}
errors:
  - {id: e, type: test.Work}
finally:
  - {id: f, type: test.Work}
)");
  flow.hold_work();
  flow.run();
  EXPECT_EQ(flow.execution_state(), State::running);
  flow.finish_work("e");
  flow.run();
  EXPECT_EQ(flow.execution_state(), State::running);
  EXPECT_EQ(flow.tree(), "a:FAILED e:SUCCESS f:SUBMITTED");
  flow.finish_work("f");
  flow.run();
  EXPECT_EQ(flow.execution_state(), State::failed);
}

TEST(Steps, EveryEventLeadsToStepsUntilNothingChanges) {  // EXEC-10, EXEC-11
  Harness flow(R"(
tasks:
  - id: p
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - id: s
        type: io.kestra.plugin.core.flow.Sequential
        tasks:
          - {id: first, type: test.Work}
          - {id: second, type: test.Echo, text: "{{ outputs.first.result }}"}
      - {id: other, type: test.Work}
  - {id: last, type: test.Echo, text: done}
)");
  flow.hold_work();
  flow.run();
  const size_t before = flow.steps();
  flow.finish_work("first", {State::success, Value::map({{"result", Value::string("first")}})});
  EXPECT_EQ(flow.states_of("second"), "CREATED RUNNING SUCCESS")
      << "it began and ended in the step of the result it waited for";
  EXPECT_EQ(flow.states_of("s"), "CREATED RUNNING SUCCESS");
  EXPECT_EQ(flow.steps(), before + 2) << "the beginning and the end of the attempt";
  flow.finish_work("other");
  EXPECT_EQ(flow.execution_state(), State::success) << "the flowables above, the next task and the end, in one step";
  EXPECT_EQ(flow.steps(), before + 4);
}

TEST(Kill, TasksAfterTheEndStillRun) {  // EXEC-82, EXEC-42
  Harness flow("tasks:\n  - {id: a, type: test.Work}\nafterExecution:\n  - {id: after, type: test.Work}\n");
  flow.hold_work();
  flow.run();
  flow.deliver(KillRequested{});
  EXPECT_EQ(flow.history(), "CREATED RUNNING KILLING KILLED");
  EXPECT_EQ(flow.tree(), "a:KILLED after:SUBMITTED");
  EXPECT_TRUE(flow.find("after")->run.force_execution);
  flow.deliver(KillRequested{});
  ASSERT_EQ(flow.killed_attempts().size(), 1U);
  EXPECT_EQ(flow.killed_attempts()[0].attempt.task_run, flow.find("a")->run.id)
      << "nobody ends what runs behind the end";
  flow.crash();  // and it is given out again
  flow.finish_work("after");
  EXPECT_EQ(flow.tree(), "a:KILLED after:SUCCESS");
}

TEST(Ends, NeitherErrorsNorFinallyRunAfterAnExternalEnd) {  // EXEC-151, EXEC-41
  auto ends = [](std::string_view task, bool kill) {
    Harness flow(fmt::format(
        "tasks:\n  - {{id: t, {}}}\n  - {{id: next, type: test.Echo, text: x}}\nerrors: [{{id: e, type: test.Echo, "
        "text: x}}]\n"
        "finally: [{{id: f, type: test.Echo, text: x}}]\nafterExecution: [{{id: a, type: test.Echo, text: x}}]\n",
        task));
    flow.script("t", {{State::failed, {}}});
    flow.run(!kill);
    if (kill) flow.deliver(KillRequested{});
    return flow.tree();
  };
  EXPECT_EQ(ends("type: io.kestra.plugin.core.flow.Pause", true), "t:KILLED a:SUCCESS");
  EXPECT_EQ(ends("type: io.kestra.plugin.core.flow.Pause, pauseDuration: PT1S, behavior: CANCEL", false),
            "t:CANCELLED a:SUCCESS");
  EXPECT_EQ(ends("type: io.kestra.plugin.core.execution.Exit, state: FAILED", false), "t:FAILED a:SUCCESS");
  EXPECT_EQ(
      ends("type: test.Work, retry: {type: constant, interval: PT1S, maxAttempts: 2, behavior: CREATE_NEW_EXECUTION}",
           false),
      "t:RETRIED a:SUCCESS");
}

TEST(Kill, AQueuedExecutionEndsImmediately) {  // EXEC-80, EXEC-61: also where its outputs ask the host
  Harness flow(R"(
outputs:
  - {id: o, type: STRING, value: "{{ kv('k') }}"}
tasks:
  - {id: a, type: test.Work}
)");
  flow.admission = {Admission::Verdict::queue, 2};
  flow.run();
  ASSERT_EQ(flow.execution_state(), State::queued);
  flow.deliver(KillRequested{true});
  EXPECT_EQ(flow.history(), "CREATED QUEUED KILLING KILLED");
}

}  // namespace
}  // namespace gyr::engine
