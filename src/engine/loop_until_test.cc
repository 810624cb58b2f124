// LoopUntil in the engine: rounds, limits, waits that hold nobody up (TASK-38, EXEC-154).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/testing/harness.h"

namespace gyr::engine {
namespace {

using base::Duration;
using base::Value;
using model::State;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::Harness;
using ::testing::HasSubstr;

std::string loop(std::string_view options, std::string_view more = {}) {
  return R"(
tasks:
  - id: loop
    type: io.kestra.plugin.core.flow.LoopUntil
)" + std::string(options) +
         R"(
    tasks:
      - {id: say, type: test.Echo, text: "round {{ taskrun.iteration }} of {{ outputs.loop.iterationCount }}"}
)" + std::string(more);
}

TEST(LoopUntil, CountsRoundsUntilTheConditionHolds) {  // TASK-38: counts 1 in the first round, n + 1 after n
  Harness flow(
      loop("    condition: \"{{ outputs.loop.iterationCount >= 3 }}\"\n    checkFrequency: {interval: PT10S}"));
  flow.run();
  EXPECT_EQ(flow.tree(), "loop:SUCCESS say:SUCCESS");
  EXPECT_THAT(flow.log_messages(), ElementsAre("round 0 of 1", "round 1 of 2"));
  EXPECT_EQ(flow.find("loop")->run.outputs, Value::map({{"iterationCount", Value::integer(3)}}));
  EXPECT_EQ(flow.find("loop")->run.iteration, 1);
  EXPECT_EQ(flow.find("say")->run.iteration, 1);
  EXPECT_EQ(flow.find("loop")->run.attempts.size(), 1U);
  EXPECT_EQ(flow.states_of("loop"), "CREATED RUNNING SUCCESS");
  EXPECT_EQ(flow.history(), "CREATED RUNNING SUCCESS");  // never PAUSED
}

TEST(LoopUntil, EndsAfterTheFirstRound) {  // TASK-38
  Harness flow(loop("    condition: \"{{ outputs.say.value is defined }}\""));
  flow.run(false);
  EXPECT_EQ(flow.tree(), "loop:SUCCESS say:SUCCESS");
  EXPECT_EQ(flow.find("loop")->run.iteration, std::nullopt);
}

TEST(LoopUntil, WaitsItsIntervalThroughACrash) {                                    // TASK-38, EXEC-135
  Harness flow(loop("    condition: \"{{ outputs.loop.iterationCount >= 3 }}\""));  // PT1M
  flow.run(false);
  EXPECT_EQ(flow.tree(), "loop:RUNNING say:SUCCESS");
  EXPECT_TRUE(flow.state().open_waits_are_durable());
  flow.crash();
  flow.advance_time(Duration::of_seconds(59));
  flow.deliver(TimerDue{});
  EXPECT_THAT(flow.log_messages(), ElementsAre("round 0 of 1"));
  flow.advance_time(Duration::of_seconds(2));
  flow.deliver(TimerDue{});
  EXPECT_EQ(flow.tree(), "loop:SUCCESS say:SUCCESS");
}

TEST(LoopUntil, OtherBranchesContinueWhileItWaits) {  // EXEC-154
  Harness flow(R"(
tasks:
  - id: both
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - id: loop
        type: io.kestra.plugin.core.flow.LoopUntil
        condition: "{{ outputs.work.result is defined }}"
        tasks:
          - {id: say, type: test.Echo, text: x}
      - id: right
        type: io.kestra.plugin.core.flow.Sequential
        tasks:
          - {id: work, type: test.Work}
          - {id: next, type: test.Echo, text: x}
)");
  flow.hold_work();
  flow.run(false);
  EXPECT_EQ(flow.tree(), "both:RUNNING loop:RUNNING right:RUNNING say:SUCCESS work:SUBMITTED");
  flow.finish_work("work", {State::success, Value::map({{"result", Value::integer(1)}})});
  EXPECT_EQ(flow.tree(), "both:RUNNING loop:RUNNING right:SUCCESS say:SUCCESS work:SUCCESS next:SUCCESS");
  flow.run();
  EXPECT_EQ(flow.execution_state(), State::success);
}

TEST(LoopUntil, LimitsEndIt) {  // TASK-38
  struct Case {
    const char* options;
    const char* tree;
    int64_t count;
    const char* warning;
  };
  const Case cases[] = {
      {"checkFrequency: {interval: PT1S, maxIterations: 3}", "loop:SUCCESS say:SUCCESS own_finally:SUCCESS", 4,
       "Max iterations reached"},
      {"checkFrequency: {interval: PT1S, maxIterations: \"{{ 3 }}\"}\n    failOnMaxReached: true",
       "loop:FAILED say:SUCCESS own_error:SUCCESS own_finally:SUCCESS flows:SUCCESS", 4, "Max iterations reached"},
      {"checkFrequency: {interval: PT10S, maxDuration: PT15S}\n    failOnMaxReached: \"{{ true }}\"\n    allowFailure: "
       "true",
       "loop:FAILED say:SUCCESS own_error:SUCCESS own_finally:SUCCESS flows:SUCCESS", 4, "Max duration reached"},
  };
  for (const Case& wanted : cases) {
    Harness flow(loop("    condition: \"{{ false }}\"\n    " + std::string(wanted.options), R"(
    errors:
      - {id: own_error, type: test.Echo, text: x}
    finally:
      - {id: own_finally, type: test.Echo, text: x}
errors:
  - {id: flows, type: test.Echo, text: x}
)"));
    flow.run();
    EXPECT_EQ(flow.tree(), wanted.tree) << wanted.options;
    EXPECT_EQ(*flow.find("loop")->run.outputs.find("iterationCount"), Value::integer(wanted.count)) << wanted.options;
    EXPECT_THAT(flow.log_messages(), Contains(wanted.warning)) << wanted.options;
  }
}

TEST(LoopUntil, AllowFailureCoversItsTasks) {  // TASK-38, TASK-4
  Harness flow(R"(
tasks:
  - id: loop
    type: io.kestra.plugin.core.flow.LoopUntil
    condition: "{{ false }}"
    failOnMaxReached: true
    allowFailure: true
    tasks: [{id: fails, type: test.Fail}]
)");
  flow.run();
  EXPECT_EQ(flow.tree(), "loop:WARNING fails:FAILED");
}

TEST(LoopUntil, ItsErrorsAndFinallyBelongToTheRound) {  // TASK-38
  Harness flow(R"(
tasks:
  - id: loop
    type: io.kestra.plugin.core.flow.LoopUntil
    condition: "{{ false }}"
    checkFrequency: {interval: PT1S}
    tasks:
      - {id: work, type: test.Work}
    errors:
      - {id: own_error, type: test.Echo, text: "round {{ taskrun.iteration }}"}
    finally:
      - {id: own_finally, type: test.Echo, text: "end of {{ taskrun.iteration }}"}
)");
  flow.script("work", {{State::success, {}}, {State::failed, {}}});
  flow.run();
  EXPECT_EQ(flow.tree(), "loop:FAILED work:FAILED own_error:SUCCESS own_finally:SUCCESS");
  EXPECT_EQ(flow.find("own_error")->run.iteration, 1);
  EXPECT_EQ(flow.find("own_finally")->run.iteration, 1);
  EXPECT_THAT(flow.log_messages(), ::testing::AllOf(Contains("round 1"), Contains("end of 1")));
}

TEST(LoopUntil, AFailedChildEndsItBeforeTheCondition) {  // TASK-38
  Harness flow(R"(
tasks:
  - id: loop
    type: io.kestra.plugin.core.flow.LoopUntil
    condition: "{{ nothing }}"
    tasks:
      - {id: ko, type: test.Fail, text: x}
    errors:
      - {id: own, type: test.Echo, text: x}
)");
  flow.run();
  EXPECT_EQ(flow.tree(), "loop:FAILED ko:FAILED own:SUCCESS");
  EXPECT_EQ(flow.find("loop")->run.outputs, Value::map({{"iterationCount", Value::integer(1)}}));
}

TEST(LoopUntil, AConditionThatCannotBeRenderedFailsIt) {  // TASK-38, TASK-26
  for (const char* options :
       {"condition: \"{{ nothing }}\"", "condition: \"{{ false }}\", checkFrequency: {interval: soon}",
        "condition: \"{{ false }}\", checkFrequency: {interval: \"{{ nothing }}\"}"}) {
    Harness flow(
        "\ntasks:\n  - id: each\n    type: io.kestra.plugin.core.flow.ForEach\n    values: [a]\n    tasks:\n"
        "      - {id: loop, type: io.kestra.plugin.core.flow.LoopUntil, allowFailure: true, tasks: [{id: say, type: "
        "test.Echo, text: x}], "
        "errors: [{id: own, type: test.Echo, text: x}], " +
        std::string(options) + "}\n");
    flow.run();
    EXPECT_EQ(flow.tree(), "each:FAILED loop[a]:FAILED say:SUCCESS") << options;
    EXPECT_THAT(flow.log_messages(), Contains(HasSubstr("Unable to resolve state from the Flowable task: ")))
        << options;
  }
}

TEST(LoopUntil, AskingTheServerInItsCondition) {  // the rendering leaves the engine, and may be lost
  Harness flow(loop("    condition: \"{{ kv('state') == 'done' }}\"\n    checkFrequency: {interval: PT1S}"));
  flow.run();
  EXPECT_EQ(flow.tree(), "loop:RUNNING say:SUCCESS");  // nobody answers
  int asked = 0;
  flow.on_render = [&asked](const RenderRequest&) {
    return base::Result<Value>(Value::string(++asked < 3 ? "false" : "true"));
  };
  flow.crash();
  flow.run();
  EXPECT_EQ(flow.execution_state(), State::success);
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(flow.find("loop")->run.outputs, Value::map({{"iterationCount", Value::integer(4)}}));
}

TEST(LoopUntil, InsideALoopAndAroundOne) {  // TASK-38: the whole subtree of a round goes; values of the loops stay
  Harness flow(R"(
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: [a, b]
    concurrencyLimit: 0
    tasks:
      - id: loop
        type: io.kestra.plugin.core.flow.LoopUntil
        condition: "{{ taskrun.value == 'a' or outputs.loop['b'].iterationCount == 3 }}"
        checkFrequency: {interval: PT1S}
        tasks:
          - id: inner
            type: io.kestra.plugin.core.flow.ForEach
            values: [x, y]
            tasks:
              - {id: say, type: test.Echo, text: "{{ parent.taskrun.value }}{{ taskrun.value }}"}
      - {id: next, type: test.Echo, text: "{{ outputs.say[taskrun.value]['y'].value }}"}
)");
  flow.run();
  EXPECT_EQ(flow.execution_state(), State::success);
  EXPECT_THAT(flow.log_messages(), ::testing::UnorderedElementsAre("ax", "ay", "bx", "by", "ay", "bx", "by", "by"));
  EXPECT_EQ(flow.find("loop", "b")->run.iteration, 1);  // of its value
  EXPECT_EQ(flow.state().run_count(), 1U + 2 * (1 + 1 + 2 + 1));
}

TEST(LoopUntil, AKillBetweenTwoRounds) {  // EXEC-80
  Harness flow(loop("    condition: \"{{ false }}\""));
  flow.run(false);
  flow.deliver(KillRequested{});
  EXPECT_EQ(flow.tree(), "loop:KILLED say:SUCCESS");
  EXPECT_EQ(flow.history(), "CREATED RUNNING KILLING KILLED");
}

TEST(LoopUntil, APauseHoldsItsNextRound) {  // EXEC-83
  Harness flow(loop("    condition: \"{{ outputs.loop.iterationCount >= 3 }}\""));
  flow.run(false);
  flow.deliver(PauseRequested{});
  flow.advance_time(Duration::of_seconds(90));
  flow.deliver(TimerDue{});
  EXPECT_THAT(flow.log_messages(), ElementsAre("round 0 of 1"));
  EXPECT_EQ(flow.execution_state(), State::paused);
  flow.deliver(ResumeRequested{});
  EXPECT_EQ(flow.tree(), "loop:SUCCESS say:SUCCESS");
}

TEST(LoopUntil, ARestartAfterALimitStartsAgain) {  // EXEC-84
  Harness flow(
      loop("    condition: \"{{ false }}\"\n    failOnMaxReached: true\n    checkFrequency: {interval: PT1S, "
           "maxIterations: 1}"));
  flow.run();
  EXPECT_EQ(flow.execution_state(), State::failed);
  flow.deliver(RestartRequested{});
  flow.run();
  EXPECT_EQ(flow.tree(), "loop:FAILED say:SUCCESS");
  EXPECT_THAT(flow.log_messages(),
              ElementsAre("round 0 of 1", "Max iterations reached", "round 0 of 1", "Max iterations reached"));
}

TEST(LoopUntil, ARoundOfManyRunsIsRemovedQuickly) {  // principle: bounded steps
  Harness flow(R"(
tasks:
  - id: loop
    type: io.kestra.plugin.core.flow.LoopUntil
    condition: "{{ outputs.loop.iterationCount == 3 }}"
    tasks:
      - id: each
        type: io.kestra.plugin.core.flow.ForEach
        concurrencyLimit: 0
        values: "{{ range(0, 999) }}"
        tasks: [{id: say, type: io.kestra.plugin.core.execution.SetVariables, variables: {last: "{{ taskrun.value }}"}}]
)");
  flow.reload = false;
  flow.run();
  EXPECT_EQ(flow.execution_state(), State::success);
  EXPECT_EQ(flow.state().run_count(), 1'002U);
  EXPECT_EQ(flow.find("say", "0")->parent, flow.find("each"));
}

TEST(LoopUntil, WithoutTasksItOnlyWaits) {
  Harness flow(R"(
tasks:
  - id: loop
    type: io.kestra.plugin.core.flow.LoopUntil
    condition: "{{ outputs.loop.iterationCount == 3 }}"
    tasks:
      - {id: off, type: test.Echo, text: x, disabled: true}
    finally:
      - {id: last, type: test.Echo, text: x}
)");
  flow.run();
  EXPECT_EQ(flow.tree(), "loop:SUCCESS last:SUCCESS");
}

}  // namespace
}  // namespace gyr::engine
