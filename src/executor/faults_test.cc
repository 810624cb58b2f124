// An execution whose state contradicts itself is left alone, and nobody else notices (GYR-E121).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/invariant.h"
#include "base/testing/reaches.h"
#include "executor/testing/harness.h"

namespace gyr::executor {
namespace {

using model::State;
using test::Harness;
using ::testing::Contains;
using ::testing::HasSubstr;

constexpr std::string_view work = R"(
tasks:
  - {id: nap, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H}
)";
constexpr std::string_view pure = R"(
tasks:
  - {id: say, type: io.kestra.plugin.core.log.Log, message: "hello"}
)";

/// Its row says that it waits for a slot, and its engine's part that it holds one.
void contradict(Harness& server, base::Id execution) {
  store::ExecutionRow row = *server.row(execution);
  row.execution.state.set(State::queued, row.execution.state.last_date());
  row.activity = store::Activity::idle;
  store::Batch batch;
  batch.executions.push_back(std::move(row));
  ASSERT_TRUE(server.store().commit_and_wait(std::move(batch)).has_value());
}

TEST(Faults, ABrokenInvariantPutsItsExecutionIntoQuarantine) {  // GYR-E121, GYR-E038; principle: quarantine
  const base::testing::Reaches reaches("an execution is put into quarantine");
  Harness server({.threads = 1, .partitions = 1});
  server.deploy(work, "work");
  server.deploy(pure, "pure");
  const base::Id id = server.run("work");
  (void)server.workers().take("nap");
  contradict(server, id);
  const uint64_t broken = base::broken_invariants();
  server.crash();
  server.start();
  server.wait_until(id, [](const store::ExecutionRow& row) { return row.quarantined; });
  EXPECT_EQ(base::broken_invariants(), broken + 1) << "it is not tried again and again";
  EXPECT_THAT(server.row(id)->execution.error, HasSubstr("an execution in a queue holds no slot"));
  EXPECT_THAT(server.row(id)->execution.error, HasSubstr("GYR-E121"));
  EXPECT_EQ(server.row(id)->execution.state.current(), State::queued) << "nothing of the step is stored";
  EXPECT_THAT(server.log_messages(id), Contains(HasSubstr("gyr execution release " + id.to_text())));
  EXPECT_EQ(server.wait_for_end(server.run("pure")), State::success) << "in the same partition";
}

TEST(Faults, TheSameAfterEachRestart) {  // GYR-E121: a server whose rows are damaged starts
  Harness server({.threads = 1, .partitions = 1});
  server.deploy(work, "work");
  server.deploy(pure, "pure");
  const base::Id id = server.run("work");
  (void)server.workers().take("nap");
  contradict(server, id);
  for (int life = 0; life < 3; ++life) {
    server.crash();
    server.start();
    server.wait_until(id, [](const store::ExecutionRow& row) { return row.quarantined; });
    EXPECT_EQ(server.wait_for_end(server.run("pure")), State::success);
  }
}

}  // namespace
}  // namespace gyr::executor
