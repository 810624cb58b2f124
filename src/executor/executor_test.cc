// The executor over a real store: starting, idempotency, back-pressure, failed commits, subflows and kills.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/reaches.h"
#include "command/errors.h"
#include "executor/testing/harness.h"

namespace gyr::executor {
namespace {

using base::Value;
using model::State;
using test::Harness;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr std::string_view greet = R"(
tasks:
  - {id: values, type: io.kestra.plugin.core.output.OutputValues, values: {name: world}}
  - {id: say, type: io.kestra.plugin.core.log.Log, message: "hello {{ outputs.values.values.name }}"}
outputs:
  - {id: who, type: STRING, value: "{{ outputs.values.values.name }}"}
)";

constexpr std::string_view work = R"(
tasks:
  - {id: nap, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H}
)";

constexpr std::string_view parent = R"(
tasks:
  - {id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: company.team, flowId: child}
  - {id: after, type: io.kestra.plugin.core.log.Log, message: "{{ outputs.call.outputs.who }}"}
)";

TEST(Executor, RunsAFlowOfPureTasksInOneCommit) {  // EXEC-4; principle: pure tasks run ahead
  Harness server;
  server.deploy(greet, "greet");
  size_t before = server.store().commits();
  base::Id id = server.run("greet");
  EXPECT_EQ(server.wait_for_end(id), State::success);
  EXPECT_EQ(server.tree(id), "values:SUCCESS say:SUCCESS");
  EXPECT_EQ(*server.row(id)->execution.outputs.find("who"), Value::string("world"));
  EXPECT_THAT(server.log_messages(id), ElementsAre("hello world"));
  EXPECT_EQ(server.store().commits(), before + 1);
}

TEST(Executor, RefusesFlowsThatCannotBeStarted) {  // FLOW-94, FLOW-95
  Harness server;
  auto unknown = server.submit(server.create("nothing"));
  ASSERT_FALSE(unknown.has_value());
  EXPECT_EQ(unknown.error().code(), flow_not_found);
  server.deploy(std::string(greet) + "disabled: true\n", "off");
  auto disabled = server.submit(server.create("off"));
  ASSERT_FALSE(disabled.has_value());
  EXPECT_EQ(disabled.error().code(), flow_disabled);
}

TEST(Executor, TheSameIdempotencyKeyIsTheSameExecution) {  // principle: idempotency keys
  Harness server;
  server.deploy(greet, "greet");
  CreateExecution first = server.create("greet", "order-7");
  auto created = server.submit(first);
  ASSERT_TRUE(created.has_value());
  EXPECT_FALSE(created->existed);
  auto again = server.submit(server.create("greet", "order-7"));
  ASSERT_TRUE(again.has_value());
  EXPECT_TRUE(again->existed);
  EXPECT_EQ(again->execution.id, first.id);
  auto other = server.submit(server.create("greet", "order-8"));
  EXPECT_FALSE(other->existed);

  server.stop();
  server.start();
  auto later = server.submit(server.create("greet", "order-7"));
  ASSERT_TRUE(later.has_value());
  EXPECT_EQ(later->execution.id, first.id) << "also after a restart of the server";
}

TEST(Executor, TheSameIdempotencyKeyTwiceInOneBatchIsOneExecution) {  // principle: idempotency keys
  const base::testing::Reaches reaches("an idempotency key is met again in the same batch");
  Harness server({.threads = 1, .partitions = 1});
  server.deploy(greet, "greet");
  server.store().hold();
  auto blocking = server.begin(server.create("greet"));
  server.store().wait_until_held();
  auto one = server.begin(server.create("greet", "k"));
  auto two = server.begin(server.create("greet", "k"));
  server.store().release();
  ASSERT_TRUE(blocking.wait().has_value());
  auto first = one.wait();
  auto second = two.wait();
  ASSERT_TRUE(first.has_value() && second.has_value());
  const auto& made = std::get<ExecutionCreated>(*first);
  const auto& met = std::get<ExecutionCreated>(*second);
  EXPECT_FALSE(made.existed);
  EXPECT_TRUE(met.existed);
  EXPECT_EQ(made.execution.id, met.execution.id);
}

TEST(Executor, RefusesCommandsWhenTooManyWait) {  // GYR-E036: 429
  Harness server({.threads = 1, .partitions = 1, .waiting_commands = 2});
  server.deploy(greet, "greet");
  server.store().hold();
  std::vector<Harness::Pending> accepted;
  accepted.push_back(server.begin(server.create("greet")));
  server.store().wait_until_held();
  for (int i = 0; i < 3; ++i) accepted.push_back(server.begin(server.create("greet")));
  auto refused = server.submit(server.create("greet"));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code(), overloaded);
  server.store().release();
  for (auto& pending : accepted) EXPECT_TRUE(pending.wait().has_value()) << "what was accepted is done";
  EXPECT_TRUE(server.submit(server.create("greet")).has_value()) << "and there is room again";
}

TEST(Executor, RefusesNewWorkWhenTheStoreOrTheWorkersAreBehind) {  // GYR-E036, GYR-S002
  Harness server;
  server.deploy(work, "work");
  base::Id running = server.run("work");

  server.store().set_backlog_bytes(1ULL << 30);
  EXPECT_EQ(server.submit(server.create("work")).error().code(), overloaded);
  server.store().set_backlog_bytes(0);

  server.workers().set_queued_bytes(1ULL << 30);
  EXPECT_EQ(server.submit(server.create("work")).error().code(), overloaded);
  EXPECT_TRUE(server.submit(KillExecution{running}).has_value()) << "what makes room is taken";
  server.workers().set_queued_bytes(0);

  server.store().set_writable(false);
  EXPECT_EQ(server.submit(server.create("work")).error().code(), store::store_full);
  server.store().set_writable(true);
  EXPECT_TRUE(server.submit(server.create("work")).has_value());

  server.stop_executor();
  EXPECT_EQ(server.submit(server.create("work")).error().code(), shutting_down);
}

TEST(Executor, AFailedCommitLeavesNothingHalfDone) {  // principle: failed commits
  Harness server;
  server.deploy(work, "work");
  server.store().refuse_one();
  CreateExecution command = server.create("work", "k");
  auto failed = server.submit(command);
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().code(), store::store_failed);
  EXPECT_FALSE(server.row(command.id).has_value());
  EXPECT_EQ(server.workers().waiting(), 0u) << "no effect of it is released";
  auto again = server.submit(server.create("work", "k"));
  ASSERT_TRUE(again.has_value());
  EXPECT_FALSE(again->existed) << "its idempotency key is not taken either";
}

TEST(Executor, AResultWhoseCommitFailedIsAppliedAgain) {  // principle: failed commits
  Harness server;
  server.deploy(work, "work");
  base::Id id = server.run("work");
  auto job = server.workers().take("nap");
  server.store().refuse_one();
  server.workers().finish(job);
  EXPECT_EQ(server.wait_for_end(id), State::success);
  server.workers().wait_for_acknowledgements(1);
  EXPECT_THAT(server.workers().acknowledged(), ElementsAre(job.dispatch.attempt))
      << "once, after the commit that holds it";
}

TEST(Executor, AMessageThatCannotBeStoredDoesNotAffectOthers) {  // principle: quarantine
  const base::testing::Reaches reaches("the only message of a batch cannot be stored");
  Harness server({.threads = 1, .partitions = 1});
  server.deploy(work, "work");
  base::Id poisoned = server.run("work");
  base::Id other = server.run("work");
  auto first = server.workers().take("nap");
  auto second = server.workers().take("nap");
  if (first.origin.execution != poisoned) std::swap(first, second);
  server.store().refuse_one(0, store::batch_too_large);
  server.workers().finish(first);
  server.wait_until(poisoned, [](const store::ExecutionRow& row) { return row.quarantined; });
  EXPECT_THAT(server.row(poisoned)->execution.error, HasSubstr("GYR-E038"));
  server.workers().finish(second);
  EXPECT_EQ(server.wait_for_end(other), State::success);
  EXPECT_THAT(server.log_messages(poisoned), Contains(HasSubstr("in quarantine")));
}

TEST(Executor, ASubflowRunsAndItsParentContinues) {  // TASK-51 to TASK-53
  Harness server;
  server.deploy(greet, "child");
  server.deploy(parent, "parent");
  base::Id id = server.run("parent");
  EXPECT_EQ(server.wait_for_end(id), State::success);
  EXPECT_EQ(server.tree(id), "call:SUCCESS after:SUCCESS");
  EXPECT_THAT(server.log_messages(id), Contains("world"));
  ASSERT_THAT(server.children(id), SizeIs(1));
  EXPECT_EQ(server.wait_for_end(server.children(id)[0]), State::success);
}

TEST(Executor, ACallerLogsTheInputsThatItsSubflowDoesNotDeclare) {  // FLOW-29
  for (const auto* declared : {"", "inputs: [{id: x, type: STRING}]\n"}) {
    Harness server;
    server.deploy(declared + std::string(greet), "child");
    server.deploy(R"(
tasks:
  - {id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: company.team, flowId: child, inputs: {x: a, y: b}}
)",
                  "parent");
    base::Id id = server.run("parent");
    EXPECT_EQ(server.wait_for_end(id), State::success);
    const std::string rest = " was provided by parent execution " + id.to_text() +
                             " for subflow company.team.child but isn't declared at the subflow inputs";
    EXPECT_THAT(server.log_messages(id), Contains("Input y" + rest));
    EXPECT_THAT(server.log_messages(id), Contains("Input x" + rest).Times(*declared == '\0' ? 1 : 0));
  }
}

TEST(Executor, OutputsOfASubflowThatCannotBeRenderedFailItsCaller) {  // TASK-53, FLOW-47
  Harness server;
  server.deploy(R"(
tasks:
  - {id: say, type: io.kestra.plugin.core.log.Log, message: x}
outputs:
  - {id: who, type: STRING, value: "{{ outputs.nobody.name }}"}
)",
                "child");
  server.deploy(R"(
tasks:
  - {id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: company.team, flowId: child, transmitFailed: false}
  - {id: after, type: io.kestra.plugin.core.log.Log, message: "not reached"}
)",
                "parent");
  base::Id id = server.run("parent");
  EXPECT_EQ(server.wait_for_end(id), State::failed);
  EXPECT_EQ(server.tree(id), "call:FAILED");
  EXPECT_THAT(server.log_messages(id),
              Contains(HasSubstr("Failed to extract outputs with the error: 'Unable to find")));
}

TEST(Executor, ASubflowIsStartedWithoutItsChecks) {  // FLOW-87, EXEC-157
  Harness server;
  server.deploy("checks:\n  - {condition: \"{{ false }}\", message: no, behavior: BLOCK_EXECUTION}\n" +
                    std::string(greet).substr(1),
                "child");
  server.deploy(
      "tasks:\n  - {id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: company.team, flowId: child}\n",
      "parent");
  base::Id parent = server.run("parent");
  EXPECT_EQ(server.wait_for_end(parent), State::success);
  ASSERT_THAT(server.children(parent), SizeIs(1));
  EXPECT_EQ(server.row(server.children(parent)[0])->execution.state.current(), State::success);
}

TEST(Executor, FlowsThatStartEachOtherEnd) {  // GYR-E040
  Harness server;
  server.deploy(R"(
tasks:
  - {id: next, type: io.kestra.plugin.core.flow.Subflow, namespace: company.team, flowId: pong}
)",
                "ping");
  server.deploy(R"(
tasks:
  - {id: next, type: io.kestra.plugin.core.flow.Subflow, namespace: company.team, flowId: ping}
)",
                "pong");
  base::Id id = server.run("ping");
  EXPECT_EQ(server.wait_for_end(id), State::failed);
  size_t depth = 0;
  for (auto below = server.children(id); !below.empty(); below = server.children(id)) {
    id = below[0];
    depth += 1;
  }
  EXPECT_EQ(depth, 64u);
  EXPECT_THAT(server.log_messages(id), Contains(HasSubstr("[GYR-E040]")));
}

// What a worker tells of an execution that is deleted in the same batch does not bring it back.
TEST(Executor, ADeletedExecutionStaysDeleted) {  // EXEC-90
  Harness server;
  server.deploy(work, "work");
  const base::Id first = server.run("work");
  const auto job = server.workers().take("nap");
  const base::Id other = server.run("work");
  const auto holder = server.workers().take("nap");
  server.store().hold();
  server.workers().finish(holder);
  server.store().wait_until_held();
  auto deleted = server.begin(DeleteExecution{.id = first});
  server.workers().report(job, engine::WorkerStarted{job.dispatch.attempt, "w", base::SystemClock().now()});
  server.store().release();
  EXPECT_EQ(server.wait_for_end(other), State::success);
  server.workers().finish(job);
  server.workers().wait_for_acknowledgements(2);
  EXPECT_TRUE(deleted.wait().has_value());
  EXPECT_FALSE(server.row(first).has_value());
}

TEST(Executor, FindsExecutionsWithAndWithoutASlotInTheirId) {  // EXEC-1: ids of an older program carry none
  Harness server;
  server.deploy(work, "work");
  for (const base::Id id : {server.new_id("work"), base::make_id(base::SystemClock().now())}) {
    CreateExecution command = server.create("work");
    command.id = id;
    ASSERT_TRUE(server.submit(std::move(command)).has_value());
    server.crash();
    server.start();
    ASSERT_TRUE(server.submit(KillExecution{id, true}).has_value());
    EXPECT_EQ(server.wait_for_end(id), State::killed);
  }
  for (const base::Id unknown : {server.new_id("work"), base::make_id(base::SystemClock().now())})
    EXPECT_EQ(server.submit(KillExecution{unknown, true}).error().code(), execution_not_found);
}

TEST(Executor, AKillReachesTheChildren) {  // EXEC-81
  Harness server;
  server.deploy(work, "child");
  server.deploy(parent, "parent");
  base::Id id = server.run("parent");
  (void)server.workers().take("nap");
  auto children = server.children(id);
  ASSERT_THAT(children, SizeIs(1));
  ASSERT_TRUE(server.submit(KillExecution{id}).has_value());
  EXPECT_EQ(server.wait_for_end(id), State::killed);
  EXPECT_EQ(server.wait_for_end(children[0]), State::killed);
}

TEST(Executor, WaitingExecutionsAreDroppedFromMemoryAndLoadedAgain) {  // principle: idle executions are rows
  ExecutorOptions options{.threads = 1, .partitions = 1};
  options.limits.live_executions = 2;
  Harness server(options);
  server.deploy(work, "work");
  std::vector<base::Id> ids;
  for (int i = 0; i < 10; ++i) ids.push_back(server.run("work"));
  for (int i = 0; i < 10; ++i) server.workers().finish(server.workers().take("nap"));
  for (base::Id id : ids) EXPECT_EQ(server.wait_for_end(id), State::success);
}

TEST(Executor,
     WhatItsOwnBatchEndedIsNotGivenOut) {  // principle: effects after the commit
  Harness server;
  server.deploy(R"(
tasks:
  - id: both
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - {id: nap, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H}
      - {id: stop, type: io.kestra.plugin.core.execution.Fail}
)",
                "race");
  base::Id id = server.run("race");
  EXPECT_EQ(server.wait_for_end(id), State::failed);
  EXPECT_EQ(server.tree(id), "both:FAILED nap:FAILED stop:FAILED");
  EXPECT_EQ(server.workers().waiting(), 0u);
}

}  // namespace
}  // namespace gyr::executor
