// ForEachItem in the engine: its three tasks, one execution a batch, exact counts (TASK-55, TASK-56, EXEC-94).
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/reaches.h"
#include "engine/testing/harness.h"

namespace gyr::engine {
namespace {

using base::Value;
using model::State;
using ::testing::Contains;
using testing::Harness;
using ::testing::HasSubstr;

std::string each(std::string_view options = "") {
  return fmt::format(R"(
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEachItem
    items: kestra:///file.txt
    namespace: company.team
    flowId: child
    inputs: {{nr: "{{{{ taskrun.iteration }}}}", file: "{{{{ taskrun.items }}}}"}}
{})",
                     options);
}

/// A flow whose file makes so many batches.
struct Items {
  explicit Items(size_t batches, std::string_view options = "") : flow(each(options)) {
    for (size_t i = 0; i < batches; ++i) list += fmt::format("kestra:///b-{}.txt\n", i);
    flow.script("each_split", {{State::success, Value::map({{"splits", Value::string("kestra:///splits.txt")}})}});
    flow.on_render = [this](const RenderRequest& request) -> base::Result<Value> {
      EXPECT_EQ(request.source.text(), "{{ read('kestra:///splits.txt') }}");
      return Value::string(list);
    };
  }
  const StartChild& child(size_t batch) const { return flow.children()[batch]; }
  void end(size_t batch, State state, Value outputs = {}) {
    flow.deliver(ChildEnded{child(batch).task_run, child(batch).child, state, std::move(outputs), 1});
    flow.run();
  }
  /// `CREATED=1 SUCCESS=2`
  std::string counts() const {
    std::string text;
    const Value* iterations = flow.find("each_items")->run.outputs.find("iterations");
    for (const auto& entry : iterations->entries())
      text += fmt::format("{}{}={}", text.empty() ? "" : " ", entry.name(), entry.value.as_integer());
    return text;
  }

  std::string list;
  Harness flow;
};

TEST(ForEachItem, CreatesAnExecutionForEachBatchAndCountsThem) {  // TASK-55
  Items items(3);
  items.flow.run();
  EXPECT_EQ(items.flow.tree(), "each:RUNNING each_split:SUCCESS each_items:RUNNING");
  ASSERT_EQ(items.flow.children().size(), 3u);
  EXPECT_EQ(*items.child(2).inputs.find("nr"), Value::string("2"));
  EXPECT_EQ(*items.child(2).inputs.find("file"), Value::string("kestra:///b-2.txt"));
  EXPECT_EQ(items.child(1).trigger.id, "each_items");
  EXPECT_EQ(items.child(1).trigger.type, "io.kestra.plugin.core.flow.ForEachItem$ForEachItemExecutable");
  EXPECT_EQ(items.child(1).trigger.variables.find("taskRunIteration")->as_integer(), 1);
  EXPECT_EQ(items.counts(), "CREATED=3");
  items.end(0, State::running);
  EXPECT_EQ(items.counts(), "CREATED=2 RUNNING=1") << "TASK-54";
  items.end(0, State::success);
  items.end(1, State::success);
  EXPECT_EQ(items.counts(), "CREATED=1 RUNNING=0 SUCCESS=2");
  items.end(2, State::success);
  EXPECT_EQ(items.counts(), "CREATED=0 RUNNING=0 SUCCESS=3") << "a state that was left stays";
  EXPECT_EQ(items.flow.tree(), "each:SUCCESS each_split:SUCCESS each_items:SUCCESS each_merge:SUCCESS");
  EXPECT_EQ(items.flow.find("each_items")->run.outputs.find("numberOfBatches")->as_integer(), 3);
  EXPECT_EQ(items.flow.find("each_items")->run.attempts.size(), 1u);
}

TEST(ForEachItem, ReportsTheLocationOfTheOutputsAtTheEnd) {  // TASK-55
  Items items(2);
  items.flow.run();
  items.end(0, State::success);
  EXPECT_EQ(items.flow.find("each_items")->run.outputs.find("subflowOutputsBaseUri"), nullptr);
  items.end(1, State::success);
  const RunState* run = items.flow.find("each_items");
  const std::string folder = fmt::format("/tasks/each-items/{}", run->run.id.to_text());
  const Value* told = run->run.outputs.find("subflowOutputsBaseUri");
  ASSERT_NE(told, nullptr);
  EXPECT_THAT(std::string(told->text()),
              ::testing::AllOf(::testing::StartsWith("/company/team/flow/executions/"), ::testing::EndsWith(folder)));
  EXPECT_EQ(run->run.outputs.find("iterations")->find("SUCCESS")->as_integer(), 2);
}

TEST(ForEachItem, OutputsThatCannotBeStoredCountAsAFailure) {  // TASK-55
  Items items(2);
  items.flow.run();
  items.flow.deliver(ChildEnded{items.child(0).task_run, items.child(0).child, State::failed,
                                Value::map({{"n", Value::integer(1)}}), 1, "no room"});
  items.flow.run();
  EXPECT_EQ(items.counts(), "CREATED=1 FAILED=1");
  EXPECT_THAT(items.flow.log_messages(), Contains("no room"));
  items.end(1, State::success);
  EXPECT_EQ(items.flow.execution_state(), State::failed);
}

TEST(ForEachItem, DuplicateReportsOfAnExecutionCountOnce) {  // TASK-56
  const base::testing::Reaches reaches("the state of an item is told twice");
  Items items(2);
  items.flow.run();
  for (int i = 0; i < 3; ++i) items.end(0, State::success);
  items.end(0, State::failed);
  EXPECT_EQ(items.counts(), "CREATED=1 SUCCESS=1");
  EXPECT_EQ(items.flow.tree(), "each:RUNNING each_split:SUCCESS each_items:RUNNING");
}

TEST(ForEachItem, ASeparatelyRestartedChildCountsByItsNextEnd) {  // EXEC-94
  Items items(2);
  items.flow.run();
  items.end(0, State::failed);
  items.end(0, State::restarted);
  items.end(0, State::running);
  items.end(0, State::success);
  EXPECT_EQ(items.counts(), "CREATED=1 RUNNING=0 RESTARTED=0 SUCCESS=1 FAILED=0");
  items.end(1, State::success);
  EXPECT_EQ(items.flow.execution_state(), State::success);
}

TEST(ForEachItem, TheReplacementOfAChildCounts) {  // EXEC-156, TASK-53
  Items items(2);
  items.flow.run();
  const base::Id other = base::make_id(items.flow.now());
  items.end(0, State::success);
  items.end(1, State::retried);
  EXPECT_EQ(items.flow.find("each_items")->run.state.current(), State::running) << "not an end";
  items.flow.deliver(ChildReplaced{items.child(1).task_run, items.child(1).child, other});
  items.flow.crash();
  items.flow.run();
  EXPECT_EQ(items.counts(), "CREATED=1 SUCCESS=1");
  items.end(1, State::failed);
  EXPECT_EQ(items.counts(), "CREATED=1 SUCCESS=1") << "the first one has no say any more";
  items.flow.deliver(ChildEnded{items.child(1).task_run, other, State::success, {}, 1});
  items.flow.run();
  EXPECT_EQ(items.counts(), "CREATED=0 SUCCESS=2");
  EXPECT_EQ(items.flow.execution_state(), State::success);
}

TEST(ForEachItem, AnEmptyFileCreatesNoExecution) {  // TASK-55
  Items items(0);
  items.flow.run();
  EXPECT_TRUE(items.flow.children().empty());
  EXPECT_EQ(items.flow.tree(), "each:SUCCESS each_split:SUCCESS each_items:SUCCESS each_merge:SUCCESS");
  EXPECT_EQ(items.flow.find("each_items")->run.outputs.find("numberOfBatches")->as_integer(), 0);
}

TEST(ForEachItem, TakesTheWorstFinalStateOfItsChildren) {  // TASK-55
  Items items(3);
  items.flow.run();
  items.end(0, State::warning);
  items.end(1, State::failed);
  items.end(2, State::killed);
  EXPECT_EQ(items.flow.tree(), "each:FAILED each_split:SUCCESS each_items:FAILED") << "nothing is merged";
  Items quiet(2, "    transmitFailed: false\n");
  quiet.flow.run();
  quiet.end(0, State::failed);
  quiet.end(1, State::failed);
  EXPECT_EQ(quiet.flow.tree(), "each:SUCCESS each_split:SUCCESS each_items:SUCCESS each_merge:SUCCESS");
}

TEST(ForEachItem, WithoutWaitingItEndsAfterAllExecutionsAreCreated) {  // TASK-55
  Items items(2, "    wait: false\n");
  items.flow.run();
  items.flow.deliver(ChildStarted{items.child(0).task_run, items.child(0).child, true, {}});
  items.flow.run();
  EXPECT_EQ(items.flow.tree(), "each:RUNNING each_split:SUCCESS each_items:RUNNING");
  items.flow.deliver(ChildStarted{items.child(1).task_run, items.child(1).child, true, {}});
  items.flow.run();
  EXPECT_EQ(items.flow.tree(), "each:SUCCESS each_split:SUCCESS each_items:SUCCESS each_merge:SUCCESS");
}

TEST(ForEachItem, AChildThatCannotBeStartedFailsItImmediately) {  // TASK-55
  Items items(3);
  items.flow.run();
  items.flow.deliver(ChildStarted{items.child(1).task_run, items.child(1).child, false, "Unable to find flow"});
  items.flow.run();
  EXPECT_EQ(items.flow.tree(), "each:FAILED each_split:SUCCESS each_items:FAILED");
  EXPECT_THAT(items.flow.log_messages(), Contains("Unable to find flow"));
}

TEST(ForEachItem, ManyBatchesTakeManySteps) {  // TASK-55: bounded
  Items items(10'000);
  items.flow.reload = false;
  items.flow.run();
  EXPECT_EQ(items.flow.children().size(), 10'000u);
  EXPECT_GT(items.flow.steps(), 10'000 / StepLimits().task_runs);
  for (size_t i = 0; i < 10'000; ++i) {
    items.flow.deliver(ChildEnded{items.child(i).task_run, items.child(i).child, State::success, {}, 1});
  }
  items.flow.run();
  EXPECT_EQ(items.counts(), "CREATED=0 SUCCESS=10000");
  EXPECT_EQ(items.flow.execution_state(), State::success);
}

TEST(ForEachItem, AfterACrashTheRestIsCreatedOnce) {  // EXEC-130
  Items items(600);
  items.flow.settings.step.task_runs = 100;
  items.flow.hold_work();
  items.flow.run();
  const RunState* split = items.flow.find("each_split");
  items.flow.deliver(WorkerFinished{{split->run.id, 0, split->epoch},
                                    State::success,
                                    Value::map({{"splits", Value::string("kestra:///splits.txt")}}),
                                    base::Instant::of_millis(1'700'000'001'000),
                                    0,
                                    {}});
  items.flow.crash();  // while the list is being read
  items.flow.run();
  ASSERT_EQ(items.flow.children().size(), 600u);
  std::set<base::Id> ids;
  for (const auto& child : items.flow.children()) ids.insert(child.child);
  EXPECT_EQ(ids.size(), 600u) << "each once";
  items.end(0, State::success);
  items.flow.crash();
  items.flow.run();
  EXPECT_EQ(items.flow.children().size(), 600u);
  for (size_t i = 0; i < 600; ++i) items.end(i, State::success);
  EXPECT_EQ(items.counts(), "CREATED=0 SUCCESS=600");
}

TEST(ForEachItem, ARestartOnlyRestartsFailedExecutions) {  // EXEC-94
  Items items(3);
  items.flow.run();
  items.end(0, State::success);
  items.end(1, State::failed);
  items.end(2, State::success);
  ASSERT_EQ(items.flow.tree(), "each:FAILED each_split:SUCCESS each_items:FAILED");
  items.flow.deliver(RestartRequested{});
  items.flow.run();
  EXPECT_EQ(items.flow.children().size(), 3u) << "no new one";
  ASSERT_EQ(items.flow.restarted_children().size(), 1u);
  EXPECT_EQ(items.flow.restarted_children()[0].child, items.child(1).child);
  EXPECT_EQ(items.counts(), "CREATED=1 SUCCESS=2 FAILED=0");
  items.end(1, State::success);
  EXPECT_EQ(items.flow.tree(), "each:SUCCESS each_split:SUCCESS each_items:SUCCESS each_merge:SUCCESS");
  EXPECT_EQ(items.flow.find("each_items")->run.attempts.size(), 2u);
}

TEST(ForEachItem, ARestartCanCreateNewExecutions) {  // EXEC-94
  Items items(2, "    restartBehavior: NEW_EXECUTION\n");
  items.flow.run();
  items.end(0, State::failed);
  items.end(1, State::success);
  items.flow.deliver(RestartRequested{});
  items.flow.run();
  EXPECT_TRUE(items.flow.restarted_children().empty());
  ASSERT_EQ(items.flow.children().size(), 3u);
  EXPECT_EQ(*items.child(2).inputs.find("nr"), Value::string("0"));
  EXPECT_NE(items.child(2).child, items.child(0).child);
  items.end(2, State::success);
  EXPECT_EQ(items.flow.execution_state(), State::success);
}

TEST(ForEachItem, ADeletedFailedExecutionIsCreatedAgain) {  // EXEC-94
  Items items(2);
  items.flow.run();
  items.end(0, State::failed);
  items.end(1, State::success);
  items.flow.deliver(RestartRequested{});
  items.flow.run();
  items.flow.deliver(ChildNotRestarted{items.child(0).task_run, items.child(0).child});
  items.flow.run();
  ASSERT_EQ(items.flow.children().size(), 3u);
  items.end(2, State::success);
  EXPECT_EQ(items.flow.execution_state(), State::success);
}

TEST(ForEachItem, AKillReachesEveryChild) {  // EXEC-81
  Items items(3);
  items.flow.run();
  items.end(0, State::success);
  items.flow.deliver(KillRequested{});
  items.flow.run();
  EXPECT_EQ(items.flow.killed_children().size(), 2u) << "the one that has ended is left alone";
  EXPECT_EQ(items.flow.tree(), "each:KILLED each_split:SUCCESS each_items:KILLED");
}

TEST(ForEachItem, EndsWhenItsExecutionIsEndedBetweenItsRestartAndItsStart) {  // EXEC-81, EXEC-94, OPS-13
  const std::vector<EventBody> ends{KillRequested{}, StopRequested{State::cancelled, "switch", "a kill switch"}};
  for (const EventBody& end : ends) {
    Items items(2);
    items.flow.run();
    items.end(0, State::failed);
    items.end(1, State::success);
    items.flow.deliver(RestartRequested{});
    ASSERT_EQ(items.flow.find("each_items")->run.state.current(), State::restarted);
    items.flow.deliver(end);
    items.flow.run();
    EXPECT_EQ(items.flow.find("each_items")->run.state.current(), State::killed);
    EXPECT_TRUE(model::is_terminated(items.flow.execution_state()));
    EXPECT_TRUE(items.flow.restarted_children().empty());
  }
}

TEST(ForEachItem, ManyAreKilledInManySteps) {  // EXEC-81: bounded
  Items items(300);
  items.flow.settings.step.task_runs = 50;
  items.flow.run();
  ASSERT_EQ(items.flow.children().size(), 300u);
  size_t steps = items.flow.steps();
  items.flow.deliver(KillRequested{});
  EXPECT_EQ(items.flow.execution_state(), State::killing);
  EXPECT_LT(items.flow.killed_children().size(), 100u);
  items.flow.crash();
  items.flow.run(false);
  EXPECT_EQ(items.flow.execution_state(), State::killed);
  EXPECT_GE(items.flow.steps() - steps, 6u);
  std::set<base::Id> told;
  for (const auto& kill : items.flow.killed_children()) told.insert(kill.child);
  EXPECT_EQ(told.size(), 300u);
}

TEST(ForEachItem, AKillWithoutCascadeKeepsItsExecutionsRunning) {  // EXEC-81
  Items items(3);
  items.flow.run();
  items.flow.deliver(KillRequested{false});
  items.flow.run();
  EXPECT_EQ(items.flow.execution_state(), State::killed);
  EXPECT_TRUE(items.flow.killed_children().empty());
}

TEST(ForEachItem, EachBatchMayHaveItsOwnFlow) {  // TASK-55: namespace and flowId are expressions
  Harness flow(R"(
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEachItem
    items: kestra:///file.txt
    namespace: "company.{{ taskrun.iteration }}"
    flowId: "{{ taskrun.iteration == 1 ? 'odd' : 'even' }}"
)");
  flow.script("each_split", {{State::success, Value::map({{"splits", Value::string("kestra:///splits.txt")}})}});
  flow.on_render = [](const RenderRequest&) -> base::Result<Value> {
    return Value::string("kestra:///a\nkestra:///b\nkestra:///c\n");
  };
  flow.run();
  ASSERT_EQ(flow.children().size(), 3U);
  const std::vector<std::string> wanted = {"company.0.even", "company.1.odd", "company.2.even"};
  for (size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_EQ(flow.children()[i].flow->namespace_ + "." + flow.children()[i].flow->id, wanted[i]);
    EXPECT_EQ(flow.children()[i].child.slot(), model::slot_of(*flow.children()[i].flow)) << "not that of the first";
    flow.deliver(ChildEnded{
        flow.children()[i].task_run, flow.children()[i].child, i == 0 ? State::success : State::failed, {}, 1});
  }
  flow.run();
  ASSERT_EQ(flow.execution_state(), State::failed);
  flow.crash();
  flow.deliver(RestartRequested{});
  flow.run(false);
  ASSERT_EQ(flow.restarted_children().size(), 2U);
  EXPECT_EQ(flow.restarted_children()[0].flow->id, "odd");
  EXPECT_EQ(flow.restarted_children()[1].flow->namespace_, "company.2");
  flow.deliver(KillRequested{});
  flow.run();
  ASSERT_EQ(flow.killed_children().size(), 2U);
  EXPECT_EQ(flow.killed_children()[0].flow->namespace_, "company.1");
  EXPECT_EQ(flow.killed_children()[1].flow->namespace_, "company.2");
}

TEST(ForEachItem, TheIdsOfItsTasksAreReserved) {  // TASK-55
  try {
    Harness flow(each() + "  - {id: each_items, type: test.Echo, text: x}\n");
    FAIL() << "accepted";
  } catch (const std::exception& refused) {
    EXPECT_THAT(refused.what(), HasSubstr("Duplicate task id with name [each_items]"));
  }
}

}  // namespace
}  // namespace gyr::engine
