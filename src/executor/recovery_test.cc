// What survives the death of the process, at every place where it can come (principles: nothing lost, recovery).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/testing/reaches.h"
#include "command/errors.h"
#include "executor/testing/harness.h"

namespace gyr::executor {
namespace {

using model::State;
using test::Harness;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr std::string_view child = R"(
inputs:
  - {id: name, type: STRING, defaults: world}
tasks:
  - {id: say, type: io.kestra.plugin.core.log.Log, message: "hello {{ inputs.name }}"}
outputs:
  - {id: who, type: STRING, value: "{{ inputs.name }}"}
)";

constexpr std::string_view parent = R"(
tasks:
  - {id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: company.team, flowId: child}
  - {id: after, type: io.kestra.plugin.core.log.Log, message: "{{ outputs.call.outputs.who }}"}
)";

constexpr std::string_view work = R"(
tasks:
  - {id: nap, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H}
  - {id: after, type: io.kestra.plugin.core.log.Log, message: "done"}
)";

/// Commits of a parent with one child, from its start to its end: create, child created (and ended), its end applied.
constexpr size_t max_commits = 5;

// The process dies after any number of commits, among them the one between the child's end and its parent's wake-up.
TEST(Recovery, AParentContinuesWhereverTheProcessDies) {  // EXEC-130; principle: recovery
  Harness server({.threads = 1, .partitions = 2});
  server.deploy(child, "child");
  server.deploy(parent, "parent");
  bool finished_before_the_crash = false;
  for (size_t commits = 1; commits < max_commits; ++commits) {
    SCOPED_TRACE(commits);
    const base::Id id = server.run_until_death("parent", commits);
    finished_before_the_crash = commits == max_commits - 1;
    if (finished_before_the_crash) EXPECT_EQ(server.wait_for_end(id), State::success);
    server.stop();
    server.start();
    EXPECT_EQ(server.wait_for_end(id), State::success);
    EXPECT_EQ(server.tree(id), "call:SUCCESS after:SUCCESS");
    ASSERT_THAT(server.children(id), SizeIs(1)) << "one child, whatever happened";
    EXPECT_EQ(server.tree(server.children(id)[0]), "say:SUCCESS");
  }
  EXPECT_TRUE(finished_before_the_crash);
}

// The same with a commit that fails instead: nothing is lost although nobody starts anew.
TEST(Recovery, AParentContinuesWhicheverCommitFails) {  // principle: failed commits
  Harness server({.threads = 1, .partitions = 2});
  server.deploy(child, "child");
  server.deploy(parent, "parent");
  for (size_t commit = 1; commit < max_commits; ++commit) {
    SCOPED_TRACE(commit);
    server.store().refuse_one(commit);
    base::Id id = server.run("parent");
    EXPECT_EQ(server.wait_for_end(id), State::success);
    EXPECT_EQ(server.tree(id), "call:SUCCESS after:SUCCESS");
    EXPECT_THAT(server.children(id), SizeIs(1));
    server.store().refuse_one(1'000'000);
  }
}

TEST(Recovery, UnfinishedWorkIsDispatchedAgain) {  // EXEC-133
  Harness server;
  server.deploy(work, "work");
  base::Id id = server.run("work");
  auto job = server.workers().take("nap");
  server.crash();
  server.start();
  auto again = server.workers().take("nap");
  EXPECT_EQ(again.dispatch.attempt.task_run, job.dispatch.attempt.task_run);
  EXPECT_GT(again.dispatch.attempt.epoch, job.dispatch.attempt.epoch);
  server.workers().finish(job, State::failed);  // of the life before: stale, never applied
  server.workers().finish(again);
  EXPECT_EQ(server.wait_for_end(id), State::success);
  EXPECT_EQ(server.tree(id), "nap:SUCCESS after:SUCCESS");
}

TEST(Recovery, AnExecutionProcessedAtTwoAbortsIsQuarantined) {  // GYR-E038; principle: quarantine
  const base::testing::Reaches reaches("an execution is released from quarantine");
  Harness server;
  server.deploy(work, "work");
  base::Id poisoned = server.run("work");
  base::Id other = server.run("work");
  server.stop();

  server.mark_abort(poisoned);
  server.start();
  EXPECT_EQ(server.row(poisoned)->aborts, 1);
  EXPECT_FALSE(server.row(poisoned)->quarantined) << "one abort may be chance";
  server.stop();

  server.mark_abort(poisoned);
  server.start();
  EXPECT_TRUE(server.row(poisoned)->quarantined);
  EXPECT_THAT(server.row(poisoned)->execution.error, HasSubstr("GYR-E038"));
  EXPECT_THAT(server.log_messages(poisoned), Contains(HasSubstr("gyr execution release " + poisoned.to_text())));
  auto job = server.workers().take("nap");
  EXPECT_EQ(job.origin.execution, other) << "the rest runs";
  server.workers().finish(job);
  EXPECT_EQ(server.wait_for_end(other), State::success);
  EXPECT_EQ(server.workers().waiting(), 0u) << "and it is left alone";

  ASSERT_TRUE(server.submit(ReleaseExecution{poisoned}).has_value());
  EXPECT_FALSE(server.submit(ReleaseExecution{poisoned}).has_value()) << "it is not in quarantine any more";
  server.workers().finish(server.workers().take("nap"));
  EXPECT_EQ(server.wait_for_end(poisoned), State::success);
}

TEST(Recovery, NoCommandContinuesAQuarantinedExecution) {  // GYR-E038, EXEC-84, EXEC-88
  Harness server;
  server.deploy(
      "concurrency: {limit: 1, behavior: QUEUE}\ntasks:\n  - {id: nap, type: io.kestra.plugin.core.flow.Sleep, "
      "duration: PT1H}\n",
      "one");
  server.deploy("tasks:\n  - {id: hold, type: io.kestra.plugin.core.flow.Pause}\n", "held");
  (void)server.run("one");
  const base::Id queued = server.run("one");
  const base::Id paused = server.run("held");
  for (int abort = 0; abort < 2; ++abort) {
    for (base::Id id : {queued, paused}) {
      server.stop();
      server.mark_abort(id);
      server.start();
    }
  }
  ASSERT_TRUE(server.row(queued)->quarantined);
  ASSERT_TRUE(server.row(paused)->quarantined);
  const auto refused = [](const base::Result<Answer>& answer) {
    return !answer.has_value() && answer.error().code() == quarantined;
  };
  EXPECT_TRUE(refused(server.submit(UnqueueExecution{queued, State::running})));
  EXPECT_TRUE(refused(server.submit(ForceRunExecution{queued})));
  EXPECT_TRUE(refused(server.submit(RestartExecution{paused})));
  EXPECT_TRUE(refused(server.submit(ResumeExecution{paused})));
  EXPECT_EQ(server.row(queued)->execution.state.current(), State::queued);
  EXPECT_EQ(server.row(paused)->execution.state.current(), State::paused);
  ASSERT_TRUE(server.submit(ReleaseExecution{paused}).has_value());
  auto resumed = server.submit(ResumeExecution{paused, {}, {}, {}});
  ASSERT_FALSE(resumed.has_value());
  EXPECT_NE(resumed.error().code(), quarantined) << "a Pause is resumed by its run";
  ASSERT_TRUE(server.submit(KillExecution{paused}).has_value());
  EXPECT_EQ(server.wait_for_end(paused), State::killed);
}

TEST(Recovery, AKillEndsAQuarantine) {  // GYR-E038
  const base::testing::Reaches reaches("a kill ends a quarantine");
  Harness server;
  server.deploy(work, "work");
  base::Id id = server.run("work");
  for (int abort = 0; abort < 2; ++abort) {
    server.stop();
    server.mark_abort(id);
    server.start();
  }
  ASSERT_TRUE(server.row(id)->quarantined);
  ASSERT_TRUE(server.submit(KillExecution{id}).has_value());
  EXPECT_EQ(server.wait_for_end(id), State::killed);
}

TEST(Recovery, TheEndOfAChildOfAQuarantinedParentIsNotLost) {  // principle: durable messages
  Harness server;
  server.deploy(work, "child");
  server.deploy(R"(
tasks:
  - {id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: company.team, flowId: child}
)",
                "parent");
  base::Id id = server.run("parent");
  (void)server.workers().take("nap");
  for (int abort = 0; abort < 2; ++abort) {
    server.stop();
    server.mark_abort(id);
    server.start();
  }
  server.workers().finish(server.workers().take("nap"));
  ASSERT_THAT(server.children(id), SizeIs(1));
  EXPECT_EQ(server.wait_for_end(server.children(id)[0]), State::success);
  ASSERT_TRUE(server.submit(ReleaseExecution{id}).has_value());
  EXPECT_EQ(server.wait_for_end(id), State::success);
}

}  // namespace
}  // namespace gyr::executor
