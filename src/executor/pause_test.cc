// Pauses on a real store: rows instead of memory, races, crashes (TASK-39, TASK-38, EXEC-83, EXEC-91, EXEC-135).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "command/errors.h"
#include "executor/testing/harness.h"

namespace gyr::executor {
namespace {

using base::Value;
using model::State;
using test::Harness;
using ::testing::HasSubstr;

constexpr std::string_view pause = R"(
tasks:
  - {id: pause, type: io.kestra.plugin.core.flow.Pause}
  - {id: after, type: io.kestra.plugin.core.log.Log, message: "{{ outputs.pause.onResume.who }} {{ vars.mood }}"}
)";

constexpr std::string_view nap = R"(
tasks:
  - {id: nap, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H}
  - {id: after, type: io.kestra.plugin.core.log.Log, message: done}
)";

std::function<bool(const store::ExecutionRow&)> is(State state) {
  return [state](const store::ExecutionRow& row) { return row.execution.state.current() == state; };
}

base::Id run_of(Harness& server, base::Id execution, std::string_view task) {
  auto reader = server.store().open_reader();
  auto runs = (*reader)->task_runs(execution, 0, 100);
  for (const auto& run : *runs) {
    if (run.run.task_id == task) return run.run.id;
  }
  ADD_FAILURE() << "no run of " << task;
  return {};
}

std::string history(Harness& server, base::Id execution) {
  std::string text;
  for (const auto& change : server.row(execution)->execution.state.changes()) {
    if (!text.empty()) text += " ";
    text += model::to_text(change.state);
  }
  return text;
}

base::ErrorCode code_of(const base::Result<Answer>& answer) {
  return answer ? base::ErrorCode{""} : answer.error().code();
}

TEST(Pauses, AreOnlyRows) {  // principle: idle executions are rows
  Harness server;
  server.deploy(pause, "approval");
  base::Id id = server.run("approval");
  server.wait_until(id, is(State::paused));
  EXPECT_EQ(server.row(id)->activity, store::Activity::idle);
  ASSERT_EQ(code_of(server.submit(PauseExecution{id})),
            wrong_state);  // a refused command leaves nothing in memory either
  // What the rows say now is what counts: nothing of it is in memory any more.
  store::ExecutionRow changed = *server.row(id);
  changed.execution.variables = Value::map({{"mood", Value::string("calm")}});
  store::Batch batch;
  batch.executions.push_back(changed);
  std::promise<void> stored;
  server.store().commit(std::move(batch), [&stored](base::Result<void> outcome) {
    EXPECT_TRUE(outcome.has_value());
    stored.set_value();
  });
  stored.get_future().wait();
  ASSERT_TRUE(
      server
          .submit(ResumeExecution{id, run_of(server, id, "pause"), Value::map({{"who", Value::string("Ada")}}), "ada"})
          .has_value());
  EXPECT_EQ(server.wait_for_end(id), State::success);
  EXPECT_THAT(server.log_messages(id), ::testing::Contains("Ada calm"));
}

TEST(Pauses, OneOfTwoResumesWins) {  // EXEC-93
  Harness server;
  server.deploy(pause, "approval");
  base::Id id = server.run("approval");
  server.wait_until(id, is(State::paused));
  const base::Id run = run_of(server, id, "pause");
  server.store().hold();
  auto first = server.begin(ResumeExecution{id, run, Value::map({{"who", Value::string("x")}}), {}});
  server.store().wait_until_held();
  auto second = server.begin(ResumeExecution{id, run, {}, {}});
  server.store().release();
  EXPECT_TRUE(first.wait().has_value());
  auto refused = second.wait();
  ASSERT_EQ(code_of(refused), wrong_state);
  EXPECT_EQ(refused.error().message(), "Execution '" + id.to_text() + "' is not paused, can't resume it");
  server.wait_for_end(id);
}

TEST(Pauses, AFailedCommitRevertsTheResume) {  // principle: failed commits
  Harness server;
  server.deploy(pause, "approval");
  base::Id id = server.run("approval");
  server.wait_until(id, is(State::paused));
  const base::Id run = run_of(server, id, "pause");
  const Value inputs = Value::map({{"who", Value::string("x")}});
  server.store().refuse_one();
  EXPECT_FALSE(server.submit(ResumeExecution{id, run, inputs, {}}).has_value());
  EXPECT_EQ(history(server, id), "CREATED RUNNING PAUSED");
  EXPECT_TRUE(server.submit(ResumeExecution{id, run, inputs, {}}).has_value());
  server.wait_for_end(id);
  EXPECT_EQ(history(server, id), "CREATED RUNNING PAUSED RESTARTED RUNNING FAILED");  // `vars.mood` is not there
}

// The date of a pause and of a loop's next round is in the rows; the process may die at any commit.
TEST(Pauses, DatesComeWhereverTheProcessDies) {  // EXEC-135, EXEC-130
  Harness server;
  server.deploy(R"(
tasks:
  - {id: pause, type: io.kestra.plugin.core.flow.Pause, pauseDuration: PT0.05S, behavior: WARN}
  - id: loop
    type: io.kestra.plugin.core.flow.LoopUntil
    condition: "{{ outputs.loop.iterationCount >= 4 }}"
    checkFrequency: {interval: PT0.02S}
    tasks:
      - {id: say, type: io.kestra.plugin.core.log.Log, message: "round {{ taskrun.iteration }}"}
)",
                "timed");
  constexpr size_t max_commits = 6;  // created, pause over, three rounds; one more
  for (size_t commits = 1; commits < max_commits; ++commits) {
    SCOPED_TRACE(commits);
    const base::Id id = server.run_until_death("timed", commits);
    server.stop();
    server.start();
    EXPECT_EQ(server.wait_for_end(id), State::warning);
    EXPECT_EQ(history(server, id), "CREATED RUNNING PAUSED RESTARTED RUNNING WARNING");
    EXPECT_EQ(server.tree(id), "pause:WARNING loop:SUCCESS say:SUCCESS");
    EXPECT_THAT(server.log_messages(id), ::testing::ElementsAre("round 0", "round 1", "round 2"));
  }
}

// Between the end of the pause and that of the execution its outputs are rendered elsewhere: nobody has to act
// meanwhile.
TEST(Pauses, ACancelledOneEndsWhereverTheProcessDies) {  // TASK-39, FLOW-46, EXEC-130
  Harness server;
  server.deploy(R"(
tasks:
  - {id: pause, type: io.kestra.plugin.core.flow.Pause, pauseDuration: PT0.001S, behavior: CANCEL}
outputs:
  - {id: one, type: STRING, required: false, value: "{{ kv('one') }}"}
  - {id: two, type: STRING, required: false, value: "{{ kv('two') }}"}
)",
                "cancelled");
  constexpr size_t max_commits = 5;  // created, pause over, two outputs
  for (size_t commits = 1; commits <= max_commits; ++commits) {
    SCOPED_TRACE(commits);
    const base::Id id = server.run_until_death("cancelled", commits);
    server.stop();
    server.start();
    EXPECT_EQ(server.wait_for_end(id), State::cancelled);
    EXPECT_EQ(history(server, id), "CREATED RUNNING PAUSED CANCELLED");
  }
}

TEST(Pauses, ByHandThroughACrash) {  // EXEC-83
  Harness server;
  server.deploy(nap, "nap");
  base::Id id = server.run("nap");
  auto job = server.workers().take("nap");
  ASSERT_TRUE(server.submit(PauseExecution{id}).has_value());
  EXPECT_EQ(code_of(server.submit(PauseExecution{id})), wrong_state);
  server.workers().finish(job);
  server.workers().wait_for_acknowledgements(1);
  EXPECT_EQ(server.tree(id), "nap:SUCCESS");
  server.crash();
  server.start();
  EXPECT_EQ(history(server, id), "CREATED RUNNING PAUSED");
  ASSERT_TRUE(server.submit(ResumeExecution{id, {}, {}, {}}).has_value());
  EXPECT_EQ(server.wait_for_end(id), State::success);
  EXPECT_EQ(history(server, id), "CREATED RUNNING PAUSED RUNNING SUCCESS");
  EXPECT_EQ(code_of(server.submit(ResumeExecution{id, {}, {}, {}})), wrong_state);
  EXPECT_EQ(code_of(server.submit(ResumeExecution{base::make_id(base::Instant::of_millis(1)), {}, {}, {}})),
            execution_not_found);
}

TEST(Pauses, AKillOfAPausedOne) {  // EXEC-80
  Harness server;
  server.deploy(pause, "approval");
  base::Id id = server.run("approval");
  server.wait_until(id, is(State::paused));
  ASSERT_TRUE(server.submit(KillExecution{id}).has_value());
  EXPECT_EQ(server.wait_for_end(id), State::killed);
  EXPECT_EQ(history(server, id), "CREATED RUNNING PAUSED KILLING KILLED");
  EXPECT_EQ(code_of(server.submit(ResumeExecution{id, run_of(server, id, "pause"), {}, {}})), wrong_state);
}

TEST(Pauses, AfterTheEndAreDroppedFromMemoryToo) {  // EXEC-42
  Harness server;
  server.deploy(R"(
tasks:
  - {id: a, type: io.kestra.plugin.core.log.Log, message: a}
afterExecution:
  - {id: pause, type: io.kestra.plugin.core.flow.Pause}
)",
                "after");
  base::Id id = server.run("after");
  server.wait_until(id, [](const store::ExecutionRow& row) { return row.activity == store::Activity::idle; });
  server.crash();
  server.start();
  ASSERT_TRUE(server.submit(ResumeExecution{id, run_of(server, id, "pause"), {}, {}}).has_value());
  server.wait_until(id, [](const store::ExecutionRow& row) { return row.activity == store::Activity::ended; });
  EXPECT_EQ(server.tree(id), "a:SUCCESS pause:SUCCESS");
}

TEST(Breakpoints, ThroughACrash) {  // EXEC-91
  Harness server;
  server.deploy(nap, "nap");
  CreateExecution command = server.create("nap");
  command.breakpoints = {{"after", {}, false}};
  ASSERT_TRUE(server.submit(command).has_value());
  EXPECT_EQ(code_of(server.submit(ResumeFromBreakpoint{command.id, {}})), wrong_state);
  server.workers().finish(server.workers().take("nap"));
  server.wait_until(command.id, is(State::breakpoint));
  server.crash();
  server.start();
  EXPECT_EQ(server.tree(command.id), "nap:SUCCESS after:BREAKPOINT");
  ASSERT_TRUE(server.submit(ResumeFromBreakpoint{command.id, {}}).has_value());
  EXPECT_EQ(server.wait_for_end(command.id), State::success);
  EXPECT_TRUE(server.row(command.id)->execution.breakpoints.empty());
}

}  // namespace
}  // namespace gyr::executor
