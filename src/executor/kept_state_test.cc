// What the executor keeps besides an execution, messages and counts of its children: all of it while the execution is
// paused or being killed, nothing behind its end (EXEC-136).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "executor/testing/harness.h"

namespace gyr::executor {
namespace {

using base::Value;
using model::State;
using test::Harness;
using test::ManualWorkers;
using ::testing::Each;
using ::testing::SizeIs;

constexpr std::string_view kept_child = R"(
tasks:
  - {id: nap, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H}
)";

constexpr std::string_view kept_parent = R"(
tasks:
  - id: both
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - id: each
        type: io.kestra.plugin.core.flow.ForEachItem
        items: kestra:///file.txt
        namespace: company.team
        flowId: child
      - {id: hold, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H}
)";

/// Only the splitting is done by itself: a child and `hold` wait for the test.
ManualWorkers::Script split_alone() {
  return {[](ManualWorkers& workers, const ManualWorkers::Job& job) {
            if (job.dispatch.task_id == "nap" || job.dispatch.task_id == "hold") return false;
            workers.finish(job, State::success, Value::map({{"splits", Value::string("kestra:///splits.txt")}}));
            return true;
          },
          [](const engine::RenderRequest&) -> base::Result<Value> {
            return Value::string("kestra:///a\nkestra:///b\nkestra:///c\n");
          }};
}

base::Id begin_three(Harness& server) {
  server.set_script(split_alone());
  server.deploy(kept_child, "child");
  server.deploy(kept_parent, "parent");
  const base::Id id = server.run("parent");
  EXPECT_TRUE(server.wait_for([&](store::Reader&) { return server.children(id).size() == 3; }));
  return id;
}

/// Executions in this state that the `_items` run of the parent has counted.
int64_t counted(store::Reader& reader, base::Id parent, std::string_view state) {
  auto runs = reader.task_runs(parent, 0, 100);
  if (!runs) return -1;
  for (const auto& run : *runs) {
    if (run.run.task_id != "each_items") continue;
    const Value* counts = run.run.outputs.find("iterations");
    const Value* count = counts == nullptr ? nullptr : counts->find(state);
    return count == nullptr ? 0 : count->as_integer();
  }
  return 0;
}

size_t messages(store::Reader& reader) {
  auto all = reader.inbox(0, store::slot_count - 1, 0, 1'000);
  EXPECT_TRUE(all.has_value());
  return all ? all->size() : 0;
}

TEST(KeptState, CountsOfChildrenOutliveAPauseAndNothingOutlivesTheEnd) {  // EXEC-136, TASK-56
  Harness server;
  const base::Id id = begin_three(server);
  server.workers().finish(server.workers().take("nap"));
  ASSERT_TRUE(server.wait_for([&](store::Reader& reader) { return counted(reader, id, "SUCCESS") == 1; }));
  ASSERT_TRUE(server.submit(PauseExecution{id}).has_value());
  server.crash();
  server.start();
  ASSERT_EQ(server.row(id)->execution.state.current(), State::paused);
  server.workers().finish(server.workers().take("nap"));
  ASSERT_TRUE(server.wait_for([&](store::Reader& reader) { return counted(reader, id, "SUCCESS") == 2; }))
      << "it counts on while paused";
  server.crash();
  server.start();
  server.workers().finish(server.workers().take("nap"));
  server.workers().finish(server.workers().take("hold"));
  ASSERT_TRUE(server.wait_for([&](store::Reader& reader) { return counted(reader, id, "SUCCESS") == 3; }));
  EXPECT_EQ(server.row(id)->execution.state.current(), State::paused);
  ASSERT_TRUE(server.submit(ResumeExecution{id, {}, {}, {}}).has_value());
  EXPECT_EQ(server.wait_for_end(id), State::success);
  EXPECT_THAT(server.children(id), SizeIs(3)) << "none was made twice";
  EXPECT_TRUE(server.wait_for([](store::Reader& reader) { return messages(reader) == 0; }));
}

TEST(KeptState, AKillReachesEveryChildOverTheDeathOfTheProcess) {  // EXEC-136, EXEC-81
  Harness server;
  const base::Id id = begin_three(server);
  const auto held = server.workers().take("hold");
  ASSERT_TRUE(server.submit(KillExecution{id}).has_value());
  server.crash();
  server.start();
  const State after = server.row(id)->execution.state.current();
  EXPECT_TRUE(after == State::killing || after == State::killed) << model::to_text(after);
  // Whatever is still with a worker ends as a worker ends what it is told to kill.
  server.workers().set_script({[](ManualWorkers& workers, const ManualWorkers::Job& job) {
                                 workers.finish(job, State::killed);
                                 return true;
                               },
                               {}});
  server.workers().finish(held, State::killed);
  EXPECT_EQ(server.wait_for_end(id), State::killed);
  std::vector<State> ends;
  for (base::Id child : server.children(id)) ends.push_back(server.wait_for_end(child));
  EXPECT_THAT(ends, SizeIs(3));
  EXPECT_THAT(ends, Each(State::killed));
  EXPECT_TRUE(server.wait_for([](store::Reader& reader) { return messages(reader) == 0; }));
}

}  // namespace
}  // namespace gyr::executor
