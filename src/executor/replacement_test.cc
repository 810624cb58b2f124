// Executions that take the place of RETRIED ones: made once, whatever dies (EXEC-52, EXEC-130, EXEC-156).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/reaches.h"
#include "executor/testing/harness.h"

namespace gyr::executor {
namespace {

using model::State;
using test::Harness;
using ::testing::SizeIs;

constexpr std::string_view failing = R"(
retry: {type: constant, interval: PT0.05S, maxAttempts: 2, behavior: CREATE_NEW_EXECUTION}
tasks:
  - {id: work, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H}
)";

std::vector<store::ExecutionRow> all_of(Harness& server, std::string_view flow) {
  auto reader = server.store().open_reader();
  store::ExecutionQuery query{store::Visible::internal("a test")};
  query.tenant = "main";
  query.flow_ids = {{store::Operator::equals, {std::string(flow)}}};
  query.order = {{"id", false}};
  auto page = (*reader)->search_executions(query);
  EXPECT_TRUE(page.has_value());
  return page ? page->results : std::vector<store::ExecutionRow>();
}

TEST(Replacement, IsCreatedOnceWhereverTheProcessDies) {  // EXEC-52, EXEC-130
  for (size_t commits = 0; commits < 4; ++commits) {
    SCOPED_TRACE(commits);
    Harness server;
    server.deploy(failing, "failing");
    base::Id first = server.run("failing");
    auto job = server.workers().take("work");
    server.store().die_after(commits);
    server.workers().finish(job, State::failed);
    if (commits > 0)
      server.wait_until(first, [](const auto& row) { return row.execution.state.current() == State::retried; });
    server.crash();
    server.start();
    auto again = server.workers().take("work");
    if (again.origin.execution == first) {  // its end was not stored: it ran again
      server.workers().finish(again, State::failed);
      again = server.workers().take("work");
    }
    const base::Id second = again.origin.execution;
    EXPECT_NE(second, first);
    server.workers().finish(again, State::failed);
    EXPECT_EQ(server.wait_for_end(second), State::failed);
    auto all = all_of(server, "failing");
    ASSERT_THAT(all, SizeIs(2)) << "one takes its place, whatever happened";
    EXPECT_EQ(all[0].execution.state.current(), State::retried);
    const model::Execution& last = all[1].execution;
    EXPECT_EQ(last.parent_id, first);
    EXPECT_EQ(last.original_id, first);
    EXPECT_EQ(last.attempt_number, 2);
    EXPECT_EQ(last.original_created, all[0].execution.original_created);
    EXPECT_GE(last.state.started(), all[0].execution.state.last_date() + base::Duration::of_millis(40))
        << "not before its date";
  }
}

TEST(Replacement, TheCallerFollowsIt) {  // EXEC-156, TASK-53
  Harness server;
  server.deploy(failing, "failing");
  server.deploy(
      "tasks:\n  - {id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: company.team, flowId: failing}\n",
      "parent");
  base::Id parent = server.run("parent");
  server.workers().finish(server.workers().take("work"), State::failed);
  auto again = server.workers().take("work");
  EXPECT_EQ(server.tree(parent), "call:RUNNING");
  server.workers().finish(again);
  EXPECT_EQ(server.wait_for_end(parent), State::success);
  EXPECT_THAT(server.children(parent), SizeIs(2));
}

TEST(Replacement, AKillBeforeItsDateEndsTheChainAndInformsTheCaller) {  // EXEC-80, EXEC-81
  Harness server;
  server.deploy(std::string(failing).replace(failing.find("PT0.05S"), 7, "PT1H"), "failing");
  server.deploy(
      "tasks:\n  - {id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: company.team, flowId: failing}\n",
      "parent");
  base::Id parent = server.run("parent");
  auto job = server.workers().take("work");
  server.workers().finish(job, State::failed);
  server.wait_until(job.origin.execution,
                    [](const auto& row) { return row.execution.state.current() == State::retried; });
  ASSERT_TRUE(server.submit(KillExecution{job.origin.execution}).has_value());
  EXPECT_EQ(server.wait_for_end(parent), State::killed);
  EXPECT_FALSE(server.row(job.origin.execution)->wake_at.has_value());
}

TEST(Replacement, ADeletionBeforeItsDateTellsTheCaller) {  // EXEC-52, EXEC-156
  const base::testing::Reaches reaches("an execution is deleted before its replacement is born");
  Harness server;
  server.deploy(std::string(failing).replace(failing.find("PT0.05S"), 7, "PT1H"), "failing");
  server.deploy(
      "tasks:\n  - {id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: company.team, flowId: failing}\n",
      "parent");
  base::Id parent = server.run("parent");
  auto job = server.workers().take("work");
  server.workers().finish(job, State::failed);
  server.wait_until(job.origin.execution,
                    [](const auto& row) { return row.execution.state.current() == State::retried; });
  ASSERT_TRUE(server.submit(DeleteExecution{.id = job.origin.execution}).has_value());
  EXPECT_EQ(server.wait_for_end(parent), State::killed);
}

}  // namespace
}  // namespace gyr::executor
