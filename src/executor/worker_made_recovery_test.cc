// Directories and items where the process dies at any commit: nothing is lost, nothing is there twice (TASK-40,
// TASK-55, EXEC-130).
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "executor/testing/harness.h"

namespace gyr::executor {
namespace {

using base::Value;
using model::State;
using test::Harness;
using test::ManualWorkers;
using ::testing::SizeIs;

constexpr std::string_view child = R"(
inputs:
  - {id: nr, type: INT}
tasks:
  - {id: nap, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H}
outputs:
  - {id: nr, type: INT, value: "{{ inputs.nr }}"}
)";

constexpr std::string_view items = R"(
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEachItem
    items: kestra:///file.txt
    namespace: company.team
    flowId: child
    inputs: {nr: "{{ taskrun.iteration }}"}
)";

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

bool work(ManualWorkers& workers, const ManualWorkers::Job& job) {
  if (job.dispatch.task_id == "wd") {
    run_directory(workers, job);
  } else if (job.dispatch.task_id == "each_split") {
    workers.finish(job, State::success, Value::map({{"splits", Value::string("kestra:///splits.txt")}}));
  } else {
    workers.finish(job);
  }
  return true;
}

ManualWorkers::Script script() {
  return {work, [](const engine::RenderRequest&) -> base::Result<Value> {
            return Value::string("kestra:///a\nkestra:///b\nkestra:///c\n");
          }};
}

/// Runs the flow in a process that dies after so many commits, and goes on in another one. False where it ended before.
bool dies_and_goes_on(Harness& server, std::string_view flow, size_t commits, base::Id& execution) {
  server.store().hold();
  CreateExecution command = server.create(flow);
  execution = command.id;
  auto answer = server.begin(command);
  server.store().wait_until_held();
  server.store().die_after(commits - 1);  // the first one is held already
  server.store().release();
  EXPECT_TRUE(answer.wait().has_value());
  bool died = server.wait_for_death_or_end(execution);
  server.stop();
  server.start();
  EXPECT_EQ(server.wait_for_end(execution), State::success);
  return died;
}

constexpr size_t most_commits = 40;

TEST(WorkerMade, EveryBatchGetsOneExecutionWhereverTheProcessDies) {  // TASK-55, TASK-56, EXEC-130
  Harness server({.threads = 1, .partitions = 2});
  server.deploy(child, "child");
  server.deploy(items, "items");
  server.set_script(script());
  size_t commits = 1;
  for (bool died = true; died; ++commits) {
    SCOPED_TRACE(commits);
    ASSERT_LT(commits, most_commits);
    base::Id id;
    died = dies_and_goes_on(server, "items", commits, id);
    EXPECT_EQ(server.tree(id), "each:SUCCESS each_split:SUCCESS each_items:SUCCESS each_merge:SUCCESS");
    EXPECT_THAT(server.children(id), SizeIs(3));
    auto files = server.storage().all_by_prefix(
        "main", fmt::format("/company/team/items/executions/{}/tasks/each-items", id.to_text()), false);
    ASSERT_TRUE(files.has_value()) << files.error().to_string();
    EXPECT_THAT(*files, SizeIs(3)) << "the outputs of each";
  }
  EXPECT_GT(commits, 4u) << "there were places to die at";
}

TEST(WorkerMade, ADirectoryRunsToItsEndWhereverTheProcessDies) {  // TASK-40, EXEC-133
  Harness server({.threads = 1, .partitions = 2});
  server.deploy(directory, "directory");
  server.set_script(script());
  size_t commits = 1;
  for (bool died = true; died; ++commits) {
    SCOPED_TRACE(commits);
    ASSERT_LT(commits, most_commits);
    base::Id id;
    died = dies_and_goes_on(server, "directory", commits, id);
    EXPECT_EQ(server.tree(id), "wd:SUCCESS a:SUCCESS b:SUCCESS after:SUCCESS");
  }
  EXPECT_GT(commits, 2u) << "there were places to die at";
}

TEST(WorkerMade, AReportWhoseCommitFailedIsAppliedAgain) {  // DESIGN 7: keep its events
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
