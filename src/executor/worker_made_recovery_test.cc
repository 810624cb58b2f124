// Directories and items where the process dies at any commit: nothing is lost, nothing is there twice (TASK-40,
// TASK-55, EXEC-130).
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "executor/testing/items.h"

namespace gyr::executor {
namespace {

using model::State;
using test::Harness;
using test::ManualWorkers;
using ::testing::SizeIs;

constexpr std::string_view directory = R"(
tasks:
  - id: wd
    type: io.kestra.plugin.core.flow.WorkingDirectory
    tasks:
      - {id: a, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H}
      - {id: b, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H}
  - {id: after, type: io.kestra.plugin.core.log.Log, message: "done"}
)";

engine::ChildReported report(const ManualWorkers::Job& job, base::Id run, std::string task,
                             engine::ChildReported::Kind kind) {
  engine::ChildReported report;
  report.directory = job.dispatch.attempt;
  report.task_run = run;
  report.task_id = std::move(task);
  report.kind = kind;
  report.at = base::SystemClock().now();
  return report;
}

/// Runs a directory as a worker does.
void run_directory(ManualWorkers& workers, const ManualWorkers::Job& job) {
  for (std::string_view task : {"a", "b"}) {
    base::Id run = base::make_id(base::SystemClock().now());
    workers.report(job, report(job, run, std::string(task), engine::ChildReported::Kind::began));
    workers.report(job, report(job, run, std::string(task), engine::ChildReported::Kind::ended));
  }
  workers.finish(job);
}

/// Every job ends by itself.
bool work(ManualWorkers& workers, const ManualWorkers::Job& job) {
  if (job.dispatch.task_id == "wd") {
    run_directory(workers, job);
  } else {
    workers.finish(job);
  }
  return true;
}

/// Lets the process die after one commit, after two … until an execution has ended before; `check` looks at each.
/// Returns how often it died.
size_t die_at_every_commit(Harness& server, std::string_view flow, const std::function<void(base::Id)>& check) {
  constexpr size_t max_commits = 40;
  for (size_t commits = 1; commits < max_commits; ++commits) {
    SCOPED_TRACE(commits);
    const base::Id id = server.run_until_death(flow, commits);
    const bool died = server.wait_for_death_or_end(id);
    server.stop();
    server.start();
    EXPECT_EQ(server.wait_for_end(id), State::success);
    check(id);
    if (!died) return commits - 1;
  }
  ADD_FAILURE() << "more commits than such an execution takes";
  return max_commits;
}

TEST(WorkerMade, EveryBatchGetsOneExecutionWhereverTheProcessDies) {  // TASK-55, TASK-56, EXEC-130
  Harness server({.threads = 1, .partitions = 2});
  server.deploy(test::napping_child, "child");
  server.deploy(test::parent_of_items("each"), "items");
  server.set_script(test::three_batches(work));
  const size_t deaths = die_at_every_commit(server, "items", [&](base::Id id) {
    EXPECT_EQ(server.tree(id), "each:SUCCESS each_split:SUCCESS each_items:SUCCESS each_merge:SUCCESS");
    EXPECT_THAT(server.children(id), SizeIs(3));
    auto files = server.storage().all_by_prefix(
        "main", fmt::format("/company/team/items/executions/{}/tasks/each-items", id.to_text()), false);
    ASSERT_TRUE(files.has_value()) << files.error().to_string();
    EXPECT_THAT(*files, SizeIs(3)) << "the outputs of each";
  });
  EXPECT_GE(deaths, 3u) << "there were places to die at";
}

TEST(WorkerMade, AWorkingDirectoryEndsWhereverTheProcessDies) {  // TASK-40, EXEC-133
  Harness server({.threads = 1, .partitions = 2});
  server.deploy(directory, "directory");
  server.set_script({work, {}});
  const size_t deaths = die_at_every_commit(server, "directory", [&](base::Id id) {
    EXPECT_EQ(server.tree(id), "wd:SUCCESS a:SUCCESS b:SUCCESS after:SUCCESS");
  });
  EXPECT_GE(deaths, 1u) << "there were places to die at";
}

TEST(WorkerMade, AReportWhoseCommitFailedIsAppliedAgain) {  // principle: failed commits
  Harness server;
  server.deploy(directory, "directory");
  base::Id id = server.run("directory");
  auto job = server.workers().take("wd");
  server.store().refuse_one();
  run_directory(server.workers(), job);
  EXPECT_EQ(server.wait_for_end(id), State::success);
  EXPECT_EQ(server.tree(id), "wd:SUCCESS a:SUCCESS b:SUCCESS after:SUCCESS");
}

}  // namespace
}  // namespace gyr::executor
