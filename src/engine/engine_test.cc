// The engine by itself: lists of tasks, their handlers and conditions, outputs of a flow, renderings that leave the
// engine. Each flow also with the execution written to rows and read back after every step.
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

TEST(Engine, AFlowOfPureTasksIsOneStep) {  // principle: pure tasks run ahead
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

TEST(Engine, TheSameEventsGiveTheSameHistory) {  // principle: pure engine
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

TEST(Outputs, OfTheWrongTypeFailTheExecutionEvenIfOptional) {  // FLOW-47
  Harness flow(R"(
outputs:
  - {id: greeting, type: STRING, value: hello}
  - {id: number, type: INT, required: false, value: "{{ outputs.a.value }}"}
tasks:
  - {id: a, type: test.Echo, text: hi}
)");
  flow.run();
  EXPECT_EQ(flow.execution_state(), State::failed);
  EXPECT_TRUE(flow.state().execution().outputs.is_null());
  EXPECT_THAT(flow.log_messages(), Contains("Failed to render output values: Invalid value for output `number`. "
                                            "Cause: For input string: \"hi\""));
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

TEST(HostRequest, ARenderingWithAHostCallIsRequestedAndAnswered) {  // principle: host requests
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

}  // namespace
}  // namespace gyr::engine
