// Subflow: the child it starts and what its end means. Its restarts and messages: subflow_end_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/testing/harness.h"

namespace gyr::engine {
namespace {

using base::Value;
using model::State;
using ::testing::Contains;
using testing::Harness;
using ::testing::IsSupersetOf;

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

TEST(Subflow, InputsThatItsFlowDoesNotDeclareAreLogged) {  // FLOW-29
  for (const bool waits : {true, false}) {
    Harness flow(
        std::string("tasks:\n  - {id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: a, flowId: b, "
                    "wait: ") +
        (waits ? "true}\n" : "false}\n"));
    flow.run();
    const StartChild child = flow.children()[0];
    flow.deliver(ChildStarted{child.task_run, child.child, true, {}, {"one", "two"}});
    const std::string rest = " was provided by parent execution " + flow.state().execution().id.to_text() +
                             " for subflow a.b but isn't declared at the subflow inputs";
    EXPECT_THAT(flow.log_messages(), IsSupersetOf({"Input one" + rest, "Input two" + rest}));
    EXPECT_EQ(flow.states_of("call"), waits ? "CREATED RUNNING" : "CREATED RUNNING SUCCESS");
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

}  // namespace
}  // namespace gyr::engine
