// The end of a Subflow task, and its restart (TASK-53, EXEC-94).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/testing/harness.h"

namespace gyr::engine {
namespace {

using model::State;
using ::testing::Contains;
using testing::Harness;

std::string calling(std::string_view options = "") {
  return "tasks:\n  - {id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: company.team, flowId: child" +
         std::string(options) + "}\n";
}

/// Starts the flow, lets its child fail, and restarts it.
void fail_and_restart(Harness& flow) {
  flow.run();
  flow.deliver(ChildEnded{flow.children()[0].task_run, flow.children()[0].child, State::failed, {}, 1});
  flow.run();
  ASSERT_EQ(flow.tree(), "call:FAILED");
  flow.deliver(RestartRequested{});
  EXPECT_EQ(flow.execution_state(), State::restarted) << "a step of its own (EXEC-84)";
  EXPECT_EQ(flow.states_of("call"), "CREATED RUNNING FAILED RESTARTED");
  flow.run();
}

TEST(SubflowRestart, RestartsTheFailedChildAndKeepsItsId) {  // EXEC-94
  Harness flow(calling());
  fail_and_restart(flow);
  const StartChild first = flow.children()[0];
  EXPECT_EQ(flow.children().size(), 1u) << "no new child";
  ASSERT_EQ(flow.restarted_children().size(), 1u);
  EXPECT_EQ(flow.restarted_children()[0].child, first.child);
  EXPECT_EQ(flow.restarted_children()[0].flow->id, "child");
  EXPECT_EQ(flow.states_of("call"), "CREATED RUNNING FAILED RESTARTED RUNNING");
  EXPECT_EQ(flow.find("call")->run.attempts.size(), 2u);
  flow.crash();  // the message was committed with the state: nothing is sent twice
  EXPECT_EQ(flow.restarted_children().size(), 1u);
  flow.deliver(ChildEnded{first.task_run, first.child, State::success, {}, 1});
  flow.run();
  EXPECT_EQ(flow.tree(), "call:SUCCESS");
  EXPECT_EQ(flow.find("call")->run.outputs.find("executionId")->text(), first.child.to_text());
}

TEST(SubflowRestart, StartsANewChildIfTheTaskAsksForIt) {  // EXEC-94, restartBehavior
  Harness flow(calling(", restartBehavior: NEW_EXECUTION"));
  fail_and_restart(flow);
  EXPECT_TRUE(flow.restarted_children().empty());
  ASSERT_EQ(flow.children().size(), 2u);
  EXPECT_NE(flow.children()[0].child, flow.children()[1].child);
}

TEST(SubflowRestart, StartsANewChildIfTheChildWasDeleted) {
  Harness flow(calling());
  fail_and_restart(flow);
  const StartChild first = flow.children()[0];
  flow.deliver(ChildNotRestarted{first.task_run, first.child});
  flow.run();
  ASSERT_EQ(flow.children().size(), 2u);
  EXPECT_EQ(flow.states_of("call"), "CREATED RUNNING FAILED RESTARTED RUNNING")
      << "the same attempt goes on with the new child";
  EXPECT_EQ(flow.find("call")->run.attempts.size(), 2u);
  flow.deliver(ChildNotRestarted{first.task_run, first.child});  // delivered again: nothing changes
  EXPECT_EQ(flow.children().size(), 2u);
  flow.deliver(ChildEnded{first.task_run, flow.children()[1].child, State::success, {}, 1});
  flow.run();
  EXPECT_EQ(flow.tree(), "call:SUCCESS");
}

TEST(SubflowRestart, StartsAChildThatNeverExisted) {
  Harness flow(calling());
  flow.run();
  flow.deliver(ChildStarted{flow.children()[0].task_run, flow.children()[0].child, false, "no such flow"});
  flow.run();
  ASSERT_EQ(flow.tree(), "call:FAILED");
  flow.deliver(RestartRequested{});
  flow.run();
  EXPECT_TRUE(flow.restarted_children().empty());
  EXPECT_EQ(flow.children().size(), 2u);
}

TEST(SubflowEnd, TheHistoryHoldsTheChildsStateToo) {  // TASK-53
  struct Case {
    const char* options;
    State child;
    const char* states;
  };
  const Case cases[] = {
      {", transmitFailed: false", State::failed, "CREATED RUNNING FAILED SUCCESS"},
      {", allowFailure: true", State::failed, "CREATED RUNNING FAILED WARNING"},
      {"", State::failed, "CREATED RUNNING FAILED"},
      {"", State::cancelled, "CREATED RUNNING CANCELLED SUCCESS"},
      {", transmitFailed: false", State::killed, "CREATED RUNNING KILLED SUCCESS"},
      {", transmitFailed: false", State::warning, "CREATED RUNNING WARNING SUCCESS"},
      {", allowWarning: true", State::warning, "CREATED RUNNING WARNING SUCCESS"},
      {"", State::warning, "CREATED RUNNING WARNING"},
      {"", State::success, "CREATED RUNNING SUCCESS"},
  };
  for (const Case& wanted : cases) {
    Harness flow(calling(wanted.options) + "  - {id: after, type: test.Echo, text: x}\n");
    flow.run();
    flow.deliver(ChildEnded{flow.children()[0].task_run, flow.children()[0].child, wanted.child, {}, 1});
    flow.run();
    EXPECT_EQ(flow.states_of("call"), wanted.states) << wanted.options;
    const bool stops = flow.find("call")->run.state.current() == State::failed;
    EXPECT_EQ(flow.find("after") == nullptr, stops) << wanted.options << ": the last state alone counts";
  }
}

TEST(SubflowEnd, OutputsThatCannotBeExtractedFailIt) {  // TASK-53
  struct Case {
    const char* options;
    State child;
    const char* states;
  };
  const Case cases[] = {
      {"", State::failed, "CREATED RUNNING FAILED"},
      {", transmitFailed: false", State::failed, "CREATED RUNNING FAILED"},
      {", transmitFailed: false, allowFailure: true", State::failed, "CREATED RUNNING FAILED WARNING"},
      {", transmitFailed: false", State::cancelled, "CREATED RUNNING CANCELLED FAILED"},
      {"", State::killed, "CREATED RUNNING KILLED"},
  };
  for (const Case& wanted : cases) {
    Harness flow(calling(wanted.options));
    flow.run();
    const StartChild child = flow.children()[0];
    flow.deliver(ChildEnded{child.task_run, child.child, wanted.child, {}, 1, {}, "no such output"});
    flow.run();
    EXPECT_EQ(flow.states_of("call"), wanted.states) << wanted.options;
    EXPECT_EQ(flow.find("call")->run.outputs.find("outputs"), nullptr);
    EXPECT_EQ(flow.find("call")->run.outputs.find("state")->text(), model::to_text(wanted.child));
    if (wanted.child == State::killed) continue;
    EXPECT_THAT(flow.log_messages(), Contains("Failed to extract outputs with the error: 'no such output'"));
  }
}

TEST(SubflowEnd, AChildWithoutOutputsReturnsNone) {  // TASK-53, EXEC-120
  Harness flow(calling());
  flow.run();
  const StartChild child = flow.children()[0];
  flow.deliver(ChildEnded{child.task_run, child.child, State::success, {}, 1});
  flow.run();
  EXPECT_EQ(flow.find("call")->run.outputs,
            base::Value::map({{"executionId", base::Value::string(child.child.to_text())},
                              {"state", base::Value::string("SUCCESS")}}));
}

TEST(SubflowEnd, TheLineOfTheEndLinksToTheChild) {  // TASK-53
  Harness flow(calling());
  flow.run();
  const base::Id child = flow.children()[0].child;
  flow.deliver(ChildEnded{flow.children()[0].task_run, child, State::failed, {}, 1});
  flow.run();
  EXPECT_THAT(
      flow.log_messages(),
      Contains(fmt::format("Subflow execution [[link execution=\"{}\" flowId=\"child\" namespace=\"company.team\"]] "
                           "ends in FAILED state",
                           child.to_text())));
}

TEST(SubflowEnd, TheLineContainsTheStateOfTheRun) {  // TASK-53
  for (auto [options, child_state, line] :
       {std::tuple{", allowFailure: true", State::failed, "ends in WARNING state"},
        std::tuple{"", State::warning, "ends in WARNING state"}, std::tuple{"", State::failed, "ends in FAILED state"},
        std::tuple{", transmitFailed: false", State::failed, "ends in FAILED state"}}) {
    Harness flow(calling(options));
    flow.run();
    flow.deliver(ChildEnded{flow.children()[0].task_run, flow.children()[0].child, child_state, {}, 1});
    flow.run();
    EXPECT_THAT(flow.log_messages(), Contains(::testing::HasSubstr(line))) << options;
  }
}

}  // namespace
}  // namespace gyr::engine
