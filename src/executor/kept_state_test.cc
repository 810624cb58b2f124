// What the executor keeps besides an execution, messages and counts of its children: all of it while the execution is
// paused or being killed, nothing behind its end (EXEC-136).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "executor/testing/items.h"

namespace gyr::executor {
namespace {

using model::State;
using test::counted_items;
using test::Harness;
using test::ManualWorkers;
using ::testing::Each;
using ::testing::SizeIs;

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
        inputs: {nr: "{{ taskrun.iteration }}"}
      - {id: hold, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H}
)";

/// The children of the items and `hold` wait for the test.
base::Id begin_three(Harness& server) {
  server.set_script(test::three_batches());
  server.deploy(test::napping_child, "child");
  server.deploy(kept_parent, "parent");
  const base::Id id = server.run("parent");
  EXPECT_TRUE(server.wait_for([&](store::Reader&) { return server.children(id).size() == 3; }));
  return id;
}

size_t messages(store::Reader& reader) {
  auto all = reader.inbox(0, model::slot_count - 1, 0, 1'000);
  EXPECT_TRUE(all.has_value());
  return all ? all->size() : 0;
}

TEST(KeptState, CountsOfChildrenOutliveAPauseAndNothingOutlivesTheEnd) {  // EXEC-136, TASK-56
  Harness server;
  const base::Id id = begin_three(server);
  server.workers().finish(server.workers().take("nap"));
  ASSERT_TRUE(server.wait_for([&](store::Reader& reader) { return counted_items(reader, id, "SUCCESS") == 1; }));
  ASSERT_TRUE(server.submit(PauseExecution{id}).has_value());
  server.crash();
  server.start();
  ASSERT_EQ(server.row(id)->execution.state.current(), State::paused);
  server.workers().finish(server.workers().take("nap"));
  ASSERT_TRUE(server.wait_for([&](store::Reader& reader) { return counted_items(reader, id, "SUCCESS") == 2; }))
      << "it counts on while paused";
  server.crash();
  server.start();
  server.workers().finish(server.workers().take("nap"));
  server.workers().finish(server.workers().take("hold"));
  ASSERT_TRUE(server.wait_for([&](store::Reader& reader) { return counted_items(reader, id, "SUCCESS") == 3; }));
  EXPECT_EQ(server.row(id)->execution.state.current(), State::paused);
  ASSERT_TRUE(server.submit(ResumeExecution{id, {}, {}, {}}).has_value());
  EXPECT_EQ(server.wait_for_end(id), State::success);
  EXPECT_THAT(server.children(id), SizeIs(3)) << "none was made twice";
  EXPECT_TRUE(server.wait_for([](store::Reader& reader) { return messages(reader) == 0; }));
}

TEST(KeptState, AKillReachesEveryChildAfterACrash) {  // EXEC-136, EXEC-81
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
