// Bounds of one execution (settings.h, ExecutionLimits; docs/limits.md; principle: bounded).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/reaches.h"
#include "engine/testing/harness.h"

namespace gyr::engine {
namespace {

using base::Value;
using model::State;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::Harness;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::Outcome;

Value text_of(size_t bytes) { return Value::map({{"text", Value::string(std::string(bytes, 'x'))}}); }

TEST(ExecutionLimits, TooManyTaskRunsFailTheExecution) {  // principle: bounded; EXEC-14
  const base::testing::Reaches reaches("an execution has all the task runs it may have");
  Harness flow(R"(
tasks:
  - id: loop
    type: io.kestra.plugin.core.flow.ForEach
    values: "{{ range(1, 50) }}"
    tasks:
      - {id: a, type: test.Echo, text: "{{ taskrun.value }}"}
afterExecution:
  - {id: after, type: test.Echo, text: "told"}
)");
  flow.settings.execution.task_runs = 20;
  flow.run();
  EXPECT_EQ(flow.history(), "CREATED RUNNING FAILED");
  EXPECT_THAT(flow.log_messages(), Contains(HasSubstr("at most 20 are allowed [GYR-E047]")));
  EXPECT_EQ(flow.find("loop")->run.state.current(), State::failed);
  EXPECT_EQ(flow.find("after")->run.state.current(), State::success) << "what follows the end still runs (EXEC-42)";
  EXPECT_EQ(flow.state().run_count(), 21u);
  EXPECT_EQ(flow.ended_count(), 1u);
}

TEST(ExecutionLimits, AsManyTaskRunsAsAllowedAreNoFailure) {
  Harness flow(R"(
tasks:
  - {id: a, type: test.Echo, text: "1"}
  - {id: b, type: test.Echo, text: "2"}
)");
  flow.settings.execution.task_runs = 2;
  flow.run();
  EXPECT_EQ(flow.history(), "CREATED RUNNING SUCCESS");
}

TEST(ExecutionLimits, TooLargeOutputsTogetherFailTheExecution) {  // STOR-14
  Harness flow(R"(
tasks:
  - id: all
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - {id: a, type: test.Work}
      - {id: b, type: test.Work}
      - {id: c, type: test.Work}
)");
  flow.settings.execution.outputs_bytes = 5'000;
  flow.hold_work();
  flow.run();
  flow.finish_work("a", {State::success, text_of(3'000)});
  EXPECT_EQ(flow.execution_state(), State::running);
  flow.finish_work("b", {State::success, text_of(3'000)});
  EXPECT_EQ(flow.history(), "CREATED RUNNING FAILED");
  EXPECT_EQ(flow.tree(), "all:FAILED a:SUCCESS b:SUCCESS c:FAILED");
  EXPECT_THAT(flow.log_messages(), Contains(HasSubstr("at most 5000 are allowed")));
  ASSERT_EQ(flow.killed_attempts().size(), 1u) << "what still runs is ended";
  EXPECT_EQ(flow.killed_attempts()[0].attempt.task_run, flow.find("c")->run.id);
  EXPECT_EQ(flow.ended_count(), 1u);
  flow.finish_work("c", {State::killed, {}});
  EXPECT_EQ(flow.tree(), "all:FAILED a:SUCCESS b:SUCCESS c:FAILED") << "its answer comes too late";
}

TEST(ExecutionLimits, TheSizeOfOutputsSurvivesARestartOfTheServer) {
  Harness flow(R"(
tasks:
  - {id: a, type: test.Work}
  - {id: b, type: test.Work}
)");
  flow.settings.execution.outputs_bytes = 5'000;
  flow.script("a", {{State::success, text_of(3'000)}});
  flow.hold_work();
  flow.run();
  flow.finish_work("a", {State::success, text_of(3'000)});
  uint64_t before = flow.state().outputs_bytes();
  EXPECT_GT(before, 3'000u);
  flow.crash();
  EXPECT_EQ(flow.state().outputs_bytes(), before);
}

TEST(ExecutionLimits, TooLargeOutputsOfOneTaskAreDroppedAndItFails) {  // STOR-14
  const base::testing::Reaches reaches("the outputs of a task run are too large");
  Harness flow(R"(
tasks:
  - {id: a, type: test.Work, allowFailure: true}
  - {id: b, type: test.Echo, text: "{{ inputs.long }}", allowFailure: true}
  - {id: c, type: test.Echo, text: "goes on"}
)");
  flow.settings.execution.run_outputs_bytes = 1'000;
  flow.set_inputs(Value::map({{"long", Value::string(std::string(2'000, 'y'))}}));
  flow.script("a", {{State::success, text_of(2'000)}});
  flow.run();
  EXPECT_EQ(flow.tree(), "a:WARNING b:WARNING c:SUCCESS");
  EXPECT_EQ(flow.find("a")->run.attempts[0].state.current(), State::failed);
  EXPECT_TRUE(flow.find("a")->run.outputs.is_null());
  EXPECT_TRUE(flow.find("b")->run.outputs.is_null()) << "pure tasks in the step as well";
  EXPECT_THAT(flow.log_messages(), Contains(HasSubstr("at most 1000 are allowed. They are dropped")));
}

TEST(ExecutionLimits,
     OutputsThatNestTooDeeplyAreDroppedToo) {  // a context around them would be deeper than a value may be
  Harness flow(R"(
tasks:
  - {id: a, type: test.Work}
  - {id: b, type: test.Work}
)");
  Value deep;
  while (base::may_nest(deep)) deep = Value::list({deep});
  flow.script("a", {{State::success, deep}});
  flow.run();
  EXPECT_EQ(flow.tree(), "a:FAILED");
  EXPECT_TRUE(flow.find("a")->run.outputs.is_null());
  EXPECT_THAT(flow.log_messages(), Contains(HasSubstr("have 256 levels of lists and maps; at most 220 are allowed")));
}

TEST(ExecutionLimits, TooLargeOutputsOfTheFlowFailIt) {  // FLOW-46
  Harness flow(R"(
tasks:
  - {id: a, type: test.Echo, text: "x"}
outputs:
  - {id: long, type: STRING, value: "{{ inputs.long }}"}
)");
  flow.settings.execution.run_outputs_bytes = 1'000;
  flow.set_inputs(Value::map({{"long", Value::string(std::string(2'000, 'y'))}}));
  flow.run();
  EXPECT_EQ(flow.history(), "CREATED RUNNING FAILED");
  EXPECT_TRUE(flow.state().execution().outputs.is_null());
  EXPECT_THAT(flow.log_messages(), Contains(HasSubstr("Failed to render output values")));
}

constexpr std::string_view calls_another = R"(
tasks:
  - {id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: n, flowId: other, inputs: {a: "{{ inputs.long }}"}}
)";

TEST(ExecutionLimits, SubflowsThatStartEachOtherEnd) {  // GYR-E040
  Harness flow(calls_another);
  flow.settings.execution.subflow_depth = 0;
  flow.set_inputs(Value::map({{"long", Value::string("x")}}));
  flow.run();
  EXPECT_THAT(flow.children(), IsEmpty());
  EXPECT_EQ(flow.tree(), "call:FAILED");
  EXPECT_EQ(flow.execution_state(), State::failed);
  EXPECT_THAT(flow.log_messages(), Contains(HasSubstr("[GYR-E040]")));
}

TEST(ExecutionLimits, AChildIsOneDeeper) {  // GYR-E040
  Harness flow(calls_another);
  flow.set_inputs(Value::map({{"long", Value::string("x")}}));
  flow.run();
  ASSERT_EQ(flow.children().size(), 1u);
  EXPECT_EQ(flow.children()[0].depth, 1u);
  EXPECT_THAT(flow.log_messages(), Not(Contains(HasSubstr("GYR-E040"))));
  flow.state().subflow_depth = 7;
  ExecutionState read(flow.state().flow_pointer(), flow.state().execution(), false);
  ASSERT_TRUE(read.restore_engine_state(flow.state().encode_engine_state()).has_value());
  EXPECT_EQ(read.subflow_depth, 7u) << "it is stored";
}

TEST(ExecutionLimits, TooLargeInputsOfASubflowFailTheTask) {
  Harness flow(calls_another);
  flow.settings.execution.run_outputs_bytes = 1'000;
  flow.set_inputs(Value::map({{"long", Value::string(std::string(2'000, 'y'))}}));
  flow.run();
  EXPECT_THAT(flow.children(), IsEmpty());
  EXPECT_EQ(flow.tree(), "call:FAILED");
  EXPECT_THAT(flow.log_messages(), Contains(HasSubstr("inputs of the subflow")));
}

TEST(ExecutionLimits, AnAttemptThatReachedNoWorkerFailsWithItsReason) {  // STOR-14: a context that is too large
  Harness flow(R"(
tasks:
  - {id: a, type: test.Work}
)");
  flow.hold_work();
  flow.run();
  const RunState* run = flow.find("a");
  WorkerFinished failed;
  failed.attempt = {run->run.id, 0, run->epoch};
  failed.state = State::failed;
  failed.error = "too large for a worker";
  flow.deliver(failed);
  EXPECT_EQ(flow.tree(), "a:FAILED");
  EXPECT_EQ(flow.states_of("a"), "CREATED SUBMITTED RUNNING FAILED");
  EXPECT_THAT(flow.log_messages(), ElementsAre("too large for a worker"));
}

}  // namespace
}  // namespace gyr::engine
