// Flowable tasks in the engine: branches, loops, limits (TASK-22 to TASK-35).
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

TEST(Flowables, LocalErrorsComeBeforeTheFlows) {  // TASK-24
  Harness flow(R"(
tasks:
  - id: outer
    type: io.kestra.plugin.core.flow.Sequential
    tasks:
      - id: inner
        type: io.kestra.plugin.core.flow.Sequential
        tasks:
          - {id: a, type: test.Fail, text: x}
        errors:
          - {id: inner_error, type: test.Echo, text: x}
        finally:
          - {id: inner_finally, type: test.Echo, text: x}
    errors:
      - {id: outer_error, type: test.Echo, text: x}
errors:
  - {id: flow_error, type: test.Echo, text: x}
)");
  flow.run();
  EXPECT_EQ(flow.tree(),
            "outer:FAILED inner:FAILED a:FAILED inner_error:SUCCESS inner_finally:SUCCESS outer_error:SUCCESS "
            "flow_error:SUCCESS");
}

TEST(Flowables, ParallelStartsAllAndHonoursItsLimit) {  // TASK-31
  Harness flow(R"(
tasks:
  - id: p
    type: io.kestra.plugin.core.flow.Parallel
    concurrent: 2
    tasks:
      - {id: a, type: test.Work}
      - {id: b, type: test.Work}
      - {id: c, type: test.Work}
)");
  flow.hold_work();
  flow.run();
  EXPECT_EQ(flow.tree(), "p:RUNNING a:SUBMITTED b:SUBMITTED");
  flow.finish_work("b");
  EXPECT_EQ(flow.tree(), "p:RUNNING a:SUBMITTED b:SUCCESS c:SUBMITTED");
  flow.finish_work("a");
  flow.finish_work("c");
  EXPECT_EQ(flow.execution_state(), State::success);
}

TEST(Flowables, ParallelFailsFastAndKeepsLateResults) {  // TASK-27, TASK-31, EXEC-153
  Harness flow(R"(
tasks:
  - id: p
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - {id: a, type: test.Work}
      - {id: b, type: test.Work}
)");
  flow.hold_work();
  flow.run();
  flow.finish_work("a", {State::failed, {}});
  EXPECT_EQ(flow.tree(), "p:FAILED a:FAILED b:FAILED");
  EXPECT_EQ(flow.execution_state(), State::failed);
  flow.finish_work("b", {State::success, Value::map({{"late", Value::integer(1)}})});
  EXPECT_EQ(flow.tree(), "p:FAILED a:FAILED b:SUCCESS");  // its own run alone
  EXPECT_EQ(flow.execution_state(), State::failed);
}

TEST(Flowables, IfTakesOneBranch) {  // TASK-33
  Harness flow(R"(
inputs:
  - {id: yes, type: BOOL}
tasks:
  - id: choice
    type: io.kestra.plugin.core.flow.If
    condition: "{{ inputs.yes }}"
    then:
      - {id: t, type: test.Echo, text: x}
    else:
      - {id: e, type: test.Echo, text: x}
  - id: nothing
    type: io.kestra.plugin.core.flow.If
    condition: "{{ not inputs.yes }}"
    then:
      - {id: t2, type: test.Echo, text: x}
    finally:
      - {id: f2, type: test.Echo, text: x}
)");
  flow.set_inputs(Value::map({{"yes", Value::boolean(true)}}));
  flow.run();
  EXPECT_EQ(flow.tree(), "choice:SUCCESS t:SUCCESS nothing:SUCCESS");
  EXPECT_EQ(flow.find("choice")->run.outputs, Value::map({{"evaluationResult", Value::boolean(true)}}));
}

TEST(Flowables, AnUnrenderableDecisionFailsWithoutItsOwnHandlers) {  // TASK-26
  Harness flow(R"(
tasks:
  - id: choice
    type: io.kestra.plugin.core.flow.If
    allowFailure: true
    condition: "{{ nothing }}"
    then:
      - {id: t, type: test.Echo, text: x}
    errors:
      - {id: own, type: test.Echo, text: x}
errors:
  - {id: flows, type: test.Echo, text: x}
)");
  flow.run();
  EXPECT_EQ(flow.tree(), "choice:FAILED flows:SUCCESS");
  EXPECT_EQ(flow.states_of("choice"), "CREATED RUNNING FAILED");
  EXPECT_THAT(flow.log_messages(), Contains(HasSubstr("Unable to resolve state from the Flowable task: ")));
}

TEST(Flowables, SwitchChoosesByText) {  // TASK-34
  std::string yaml = R"(
inputs:
  - {id: v, type: STRING}
tasks:
  - id: s
    type: io.kestra.plugin.core.flow.Switch
    value: "{{ inputs.v }}"
    cases:
      a:
        - {id: ta, type: test.Echo, text: x}
      1:
        - {id: t1, type: test.Echo, text: x}
    errors:
      - {id: own, type: test.Echo, text: x}
)";
  auto run = [&](const char* value) {
    Harness flow(yaml);
    flow.set_inputs(Value::map({{"v", Value::string(value)}}));
    flow.run();
    return flow.tree();
  };
  EXPECT_EQ(run("a"), "s:SUCCESS ta:SUCCESS");
  EXPECT_EQ(run("1"), "s:SUCCESS t1:SUCCESS");
  EXPECT_EQ(run("z"), "s:FAILED");
}

TEST(ForEach, ReferenceSampleHas23Runs) {  // TASK-35
  Harness flow(R"(
tasks:
  - id: outer
    type: io.kestra.plugin.core.flow.ForEach
    values: ["x", "y", "z"]
    tasks:
      - {id: A, type: test.Echo, text: "{{ taskrun.value }}"}
      - id: inner
        type: io.kestra.plugin.core.flow.ForEach
        values: '["p", "q"]'
        tasks:
          - {id: B, type: test.Echo, text: "{{ parent.taskrun.value }} {{ taskrun.value }}"}
          - {id: C, type: test.Echo, text: "{{ outputs.B[parent.taskrun.value][taskrun.value].value }}"}
      - {id: D, type: test.Echo, text: "{{ outputs.A[taskrun.value].value }}"}
  - {id: E, type: test.Echo, text: "{{ outputs.C.y.q.value }}"}
)");
  flow.run();
  EXPECT_EQ(flow.state().run_count(), 23u);
  EXPECT_EQ(flow.execution_state(), State::success);
  EXPECT_EQ(flow.find("E")->run.outputs.find("value")->text(), "y q");
  EXPECT_EQ(flow.find("D", "z")->run.outputs.find("value")->text(), "z");
  EXPECT_EQ(flow.find("inner")->run.iteration, 0);
}

TEST(ForEach, ValuesAreDistinctTexts) {  // TASK-35
  Harness flow(R"(
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: '[1, "1", {"k": [1, 2]}, 1, true, 1.5]'
    tasks:
      - {id: t, type: test.Echo, text: "{{ taskrun.iteration }}"}
)");
  flow.run();
  EXPECT_EQ(flow.tree(),
            R"(each:SUCCESS t[1]:SUCCESS t[1]:SUCCESS t[{"k":[1,2]}]:SUCCESS t[true]:SUCCESS t[1.5]:SUCCESS)");
}

TEST(ForEach, AnInlineListMayHoldAnyScalarAndLists) {  // EXEC-163
  Harness flow(R"(
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: [a, 1, 2.5, true, {k: v}, [x, 1]]
    tasks:
      - {id: t, type: test.Echo, text: x}
)");
  flow.run();
  EXPECT_EQ(
      flow.tree(),
      R"(each:SUCCESS t[a]:SUCCESS t[1]:SUCCESS t[2.5]:SUCCESS t[true]:SUCCESS t[{"k":"v"}]:SUCCESS t[["x",1]]:SUCCESS)");
}

TEST(ForEach, NullsAndNonListsFail) {  // TASK-35
  for (auto [values, message] :
       {std::pair{"'[\"a\", null, null]'", "Found '1' null values on Each, with values=[a, null, null]"},
        std::pair{"'no list'", "Unable to resolve state"}, std::pair{"'{\"a\": 1}'", "Unable to resolve state"}}) {
    Harness flow("tasks:\n  - id: each\n    type: io.kestra.plugin.core.flow.ForEach\n    values: " +
                 std::string(values) + "\n    tasks:\n      - {id: t, type: test.Echo, text: x}\n");
    flow.run();
    EXPECT_EQ(flow.tree(), "each:FAILED") << values;
    EXPECT_THAT(flow.log_messages(), Contains(HasSubstr(message)));
  }
}

TEST(ForEach, SequentialGoesValueByValueAndStopsAtAFailure) {  // TASK-35
  Harness flow(R"(
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: ["a", "b"]
    tasks:
      - {id: t1, type: test.Work}
      - {id: t2, type: test.Work}
    errors:
      - {id: e, type: test.Echo, text: x}
)");
  flow.script("t2", {{State::failed, {}}});
  flow.run();
  EXPECT_EQ(flow.tree(), "each:FAILED t1[a]:SUCCESS t2[a]:FAILED e:SUCCESS");
  EXPECT_FALSE(flow.find("e")->run.value.has_value());
}

TEST(ForEach, ConcurrentGroupsAreBounded) {  // TASK-35
  Harness flow(R"(
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: ["a", "b", "c"]
    concurrencyLimit: 2
    tasks:
      - {id: t1, type: test.Work}
      - {id: t2, type: test.Work}
)");
  flow.hold_work();
  flow.run();
  EXPECT_EQ(flow.tree(), "each:RUNNING t1[a]:SUBMITTED t1[b]:SUBMITTED");
  flow.finish_work("t1");
  EXPECT_EQ(flow.tree(), "each:RUNNING t1[a]:SUCCESS t1[b]:SUBMITTED t2[a]:SUBMITTED");
  flow.finish_work("t2");
  EXPECT_EQ(flow.tree(), "each:RUNNING t1[a]:SUCCESS t1[b]:SUBMITTED t2[a]:SUCCESS t1[c]:SUBMITTED");
  flow.finish_work("t1");
  flow.finish_work("t1");
  flow.finish_work("t2");
  flow.finish_work("t2");
  EXPECT_EQ(flow.execution_state(), State::success);
  EXPECT_EQ(flow.state().run_count(), 7u);
}

TEST(ForEach, TakesBoundedSteps) {  // principle: bounded steps
  Harness flow(R"(
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: "{{ range(1, 1000) }}"
    concurrencyLimit: 0
    tasks:
      - {id: t1, type: test.Echo, text: x}
      - {id: t2, type: test.Echo, text: "{{ outputs.t1[taskrun.value].value }}"}
)");
  flow.reload = false;
  flow.run();
  EXPECT_EQ(flow.execution_state(), State::success);
  EXPECT_EQ(flow.state().run_count(), 2001u);
  EXPECT_GT(flow.steps(), 2001u / flow.settings.step.task_runs);
}

TEST(ForEach, ContinuesAfterACrash) {  // EXEC-130, EXEC-131
  Harness flow(R"(
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: "{{ range(1, 600) }}"
    concurrencyLimit: 0
    tasks:
      - {id: t, type: test.Echo, text: x}
)");
  flow.settings.step.task_runs = 100;
  flow.reload = true;
  flow.run();
  EXPECT_EQ(flow.state().run_count(), 601u);
  EXPECT_EQ(flow.execution_state(), State::success);
}

}  // namespace
}  // namespace gyr::engine
