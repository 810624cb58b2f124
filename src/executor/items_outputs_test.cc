// Outputs of the executions of a ForEachItem, as files below its base URI (TASK-55).
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "base/testing/reaches.h"
#include "executor/testing/items.h"

namespace gyr::executor {
namespace {

using base::Value;
using model::State;
using test::Harness;
using test::ManualWorkers;
using test::napping_child;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr std::string_view child_without_outputs = R"(
inputs:
  - {id: nr, type: INT}
tasks:
  - {id: nap, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H}
)";

/// Its further output tells whether it was restarted.
constexpr std::string_view child_that_tells_of_a_restart = R"(
inputs:
  - {id: nr, type: INT}
tasks:
  - {id: nap, type: io.kestra.plugin.core.flow.Sleep, duration: PT1H}
outputs:
  - {id: nr, type: INT, value: "{{ inputs.nr }}"}
  - {id: again, type: STRING, required: false, value: "{{ labels.system.restarted }}"}
)";

struct ItemsOutputs : ::testing::Test {
  void begin(std::string_view child_source, std::string_view options = "") {
    server.set_script(test::three_batches());
    server.deploy(child_source, "child");
    server.deploy(test::parent_of_items("ea_ch", options), "parent");
    parent = server.run("parent");
    ASSERT_TRUE(server.wait_for([&](store::Reader&) { return server.children(parent).size() == 3; }));
  }
  void finish_all(State state = State::success) {
    for (int i = 0; i < 3; ++i) server.workers().finish(server.workers().take("nap"), state);
  }
  /// A run of the parent.
  model::TaskRun run(std::string_view task_id) {
    std::optional<model::TaskRun> found;
    EXPECT_TRUE(server.wait_for([&](store::Reader& reader) {
      auto rows = reader.task_runs(parent, 0, 100);
      if (!rows) return false;
      for (const auto& row : *rows) {
        if (row.run.task_id == task_id) found = row.run;
      }
      return found.has_value();
    }));
    return *found;
  }
  std::string folder() {
    return fmt::format("/company/team/parent/executions/{}/tasks/ea-ch-items/{}", parent.to_text(),
                       run("ea_ch_items").id.to_text());
  }
  std::string base_uri() {
    const model::TaskRun items = run("ea_ch_items");
    const Value* told = items.outputs.find("subflowOutputsBaseUri");
    return told == nullptr ? "<none>" : std::string(told->text());
  }
  std::string content(std::string_view path) {
    auto source = server.storage().get("main", path, 0);
    if (!source) return "<none>";
    std::string bytes(1'000, '\0');
    bytes.resize((*source)->read(bytes.data(), bytes.size()).value_or(0));
    return bytes;
  }
  std::string stored(int batch) { return content(fmt::format("{}/{}/outputs.ion", folder(), batch)); }
  std::string merged() {
    auto answer = server.host_call("parent", parent, "for-each-item.outputs", Value::map({{"from", Value::integer(0)}}),
                                   run("ea_ch_merge").id);
    EXPECT_TRUE(answer.has_value()) << answer.error().to_string();
    const Value* lines = answer ? answer->find("lines") : nullptr;
    return lines == nullptr ? "<none>" : std::string(lines->text());
  }
  int64_t count(std::string_view state) {
    auto reader = server.store().open_reader();
    EXPECT_TRUE(reader.has_value());
    return reader ? test::counted_items(**reader, parent, state) : 0;
  }

  Harness server;
  base::Id parent;
};

TEST_F(ItemsOutputs, EachIsAFileBelowTheBaseUriAndTheMergeReadsThem) {  // TASK-55
  begin(napping_child);
  EXPECT_EQ(base_uri(), "<none>") << "told at the end only";
  finish_all();
  EXPECT_EQ(server.wait_for_end(parent), State::success);
  EXPECT_EQ(base_uri(), folder()) << "a path without scheme";
  for (int batch = 0; batch < 3; ++batch) EXPECT_EQ(stored(batch), fmt::format("{{nr:{}}}\n", batch));
  EXPECT_EQ(merged(), "{nr:0}\n{nr:1}\n{nr:2}\n");
}

TEST_F(ItemsOutputs, TheMergeOnlyNeedsTheFiles) {  // TASK-55
  begin(napping_child);
  finish_all();
  EXPECT_EQ(server.wait_for_end(parent), State::success);
  for (base::Id id : server.children(parent)) ASSERT_TRUE(server.submit(DeleteExecution{id}).has_value());
  EXPECT_EQ(merged(), "{nr:0}\n{nr:1}\n{nr:2}\n");
}

TEST_F(ItemsOutputs, OutputsWithoutAFileAreMergedFromTheRow) {  // TASK-55
  begin(napping_child);
  finish_all();
  EXPECT_EQ(server.wait_for_end(parent), State::success);
  ASSERT_TRUE(server.storage().remove("main", folder() + "/1").value_or(false));
  EXPECT_EQ(merged(), "{nr:0}\n{nr:1}\n{nr:2}\n");
}

TEST_F(ItemsOutputs, WithoutOutputsThereAreNoFiles) {  // TASK-55
  begin(child_without_outputs);
  finish_all();
  EXPECT_EQ(server.wait_for_end(parent), State::success);
  EXPECT_EQ(base_uri(), folder());
  EXPECT_FALSE(server.storage().exists("main", folder()).value_or(true));
  EXPECT_EQ(merged(), "");
}

TEST_F(ItemsOutputs, OutputsOfAFailedExecutionAreKept) {  // TASK-55
  begin(napping_child);
  finish_all(State::failed);
  EXPECT_EQ(server.wait_for_end(parent), State::failed);
  EXPECT_EQ(base_uri(), folder());
  EXPECT_EQ(stored(2), "{nr:2}\n");
}

TEST_F(ItemsOutputs, WithoutWaitingNoOutputsAreStored) {  // TASK-55
  begin(napping_child, "    wait: false\n");
  EXPECT_EQ(server.wait_for_end(parent), State::success);
  EXPECT_EQ(base_uri(), folder());
  finish_all();
  for (base::Id id : server.children(parent)) EXPECT_EQ(server.wait_for_end(id), State::success);
  EXPECT_FALSE(server.storage().exists("main", folder()).value_or(true));
  EXPECT_EQ(merged(), "") << "whatever they have given since";
}

TEST_F(ItemsOutputs, OutputsThatCannotBeStoredFailAndARestartRepeatsThem) {  // TASK-55, EXEC-94
  begin(napping_child);
  const std::string in_the_way = fmt::format("/company/team/parent/executions/{}/tasks/ea-ch-items", parent.to_text());
  auto sink = server.storage().put("main", in_the_way);
  ASSERT_TRUE(sink.has_value() && (*sink)->finish().has_value());
  finish_all();
  EXPECT_EQ(server.wait_for_end(parent), State::failed);
  EXPECT_EQ(count("FAILED"), 3);
  EXPECT_THAT(server.log_messages(parent), Contains(HasSubstr("Cannot store the outputs")));
  ASSERT_TRUE(server.storage().remove("main", in_the_way).value_or(false));
  ASSERT_TRUE(server.submit(RestartExecution{parent, 0, {}}).has_value());
  EXPECT_EQ(server.wait_for_end(parent), State::success);
  EXPECT_THAT(server.children(parent), SizeIs(3)) << "their work is done";
  EXPECT_EQ(merged(), "{nr:0}\n{nr:1}\n{nr:2}\n");
}

TEST_F(ItemsOutputs, AnEndWhoseCommitFailedIsCountedOnce) {  // TASK-56; principle: failed commits
  begin(napping_child);
  for (int i = 0; i < 3; ++i) {
    server.store().refuse_one(static_cast<size_t>(i));
    server.workers().finish(server.workers().take("nap"));
  }
  EXPECT_EQ(server.wait_for_end(parent), State::success);
  EXPECT_EQ(count("SUCCESS"), 3);
  EXPECT_EQ(merged(), "{nr:0}\n{nr:1}\n{nr:2}\n");
}

TEST_F(ItemsOutputs, MessagesDuringTheWriteOfOutputsAreAppliedAfterTheEnd) {  // TASK-56, EXEC-94
  const base::testing::Reaches reaches("an item tells more while its outputs are stored");
  begin(child_that_tells_of_a_restart);
  std::promise<void> written;
  server.files().post([wait = written.get_future().share()] { wait.wait(); });
  const auto first = server.workers().take("nap");
  server.workers().finish(first, State::failed);
  const base::Id restarted = first.origin.execution;
  EXPECT_EQ(server.wait_for_end(restarted), State::failed);
  ASSERT_TRUE(server.submit(RestartExecution{restarted, 0, {}}).has_value());
  ManualWorkers::Job again = server.workers().take("nap");
  std::vector<ManualWorkers::Job> others;
  while (again.origin.execution != restarted) {
    others.push_back(again);
    again = server.workers().take("nap");
  }
  server.workers().finish(again);
  EXPECT_EQ(server.wait_for_end(restarted), State::success);
  EXPECT_EQ(count("FAILED") + count("SUCCESS"), 0) << "nothing is counted before it is stored";
  written.set_value();
  for (const auto& job : others) server.workers().finish(job);
  while (others.size() < 2) {
    others.push_back(server.workers().take("nap"));
    server.workers().finish(others.back());
  }
  EXPECT_EQ(server.wait_for_end(parent), State::success);
  EXPECT_EQ(count("SUCCESS"), 3);
  EXPECT_EQ(count("FAILED"), 0);
  EXPECT_THAT(merged(), HasSubstr("again")) << "the outputs of its last end";
}

}  // namespace
}  // namespace gyr::executor
