// Acting on one execution over the interface (API-84).
#include <gtest/gtest.h>

#include "model/execution.h"
#include "store/store.h"
#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Value;
using test::Harness;

constexpr std::string_view failing = R"(
id: once
namespace: a.b
tasks:
  - {id: before, type: io.kestra.plugin.core.log.Log, message: hi}
  - id: seq
    type: io.kestra.plugin.core.flow.Sequential
    tasks:
      - {id: ko, type: io.kestra.plugin.core.execution.Fail}
    errors:
      - {id: handler, type: io.kestra.plugin.core.log.Log, message: handled}
)";

std::string runs_of(const Value& execution) {
  std::string out;
  const Value* runs = execution.find("taskRunList");
  if (runs == nullptr) return out;
  for (const Value& run : runs->items()) {
    out += fmt::format("{}{}:{}", out.empty() ? "" : " ", run.find("taskId")->text(),
                       run.find_path({"state", "current"})->text());
  }
  return out;
}

TEST(Restart, ReturnsTheExecutionAtThatTime) {  // EXEC-84
  Harness harness;
  harness.deploy(failing);
  const std::string id = harness.run("a.b", "once");
  ASSERT_EQ(runs_of(harness.wait_for_end(id)), "before:SUCCESS seq:FAILED ko:FAILED handler:SUCCESS");
  for (std::string_view path : {"executions/{}/restart", "executions/{}/actions/restart"}) {
    const auto answer = harness.send("POST", fmt::format(fmt::runtime(path), id));
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.text({"id"}), id);
    EXPECT_EQ(answer.text({"state", "current"}), "RESTARTED") << "whatever became of it meanwhile";
    EXPECT_EQ(runs_of(answer.json()), "before:SUCCESS seq:RUNNING ko:RESTARTED") << "the runs of `errors` are dropped";
    EXPECT_EQ(runs_of(harness.wait_for_end(id)), "before:SUCCESS seq:FAILED ko:FAILED handler:SUCCESS");
  }
}

TEST(Release, IsForExecutionsInQuarantine) {  // principle: quarantine
  Harness harness;
  harness.deploy(test::waiting_flow("a.b", "nap"));
  const std::string id = harness.run("a.b", "nap");
  const auto refused = harness.send("POST", "executions/" + id + "/release");
  EXPECT_EQ(refused.status, 409) << refused.body;
  EXPECT_EQ(harness.send("POST", "executions/0350tXGoneGoneGoneGone/release").status, 404);
}

TEST(Release, ContinuesAnExecution) {  // principle: quarantine
  Harness harness;
  harness.deploy(test::log_flow("a.b", "flow"));
  const std::string model_id = harness.run("a.b", "flow");
  harness.wait_for_end(model_id);
  // One that was found in flight at two aborts, as the executor marks it when it starts.
  auto reader = harness.store().open_reader();
  ASSERT_TRUE(reader.has_value());
  auto row = (*reader)->execution(*base::Id::parse(model_id));
  ASSERT_TRUE(row.has_value() && row->has_value());
  store::ExecutionRow held = **row;
  held.execution.id = base::make_id(harness.clock().now());
  held.execution.original_id = held.execution.id;
  held.execution.state = model::StateHistory(model::State::created, harness.clock().now());
  held.execution.error = "in quarantine: the server aborted twice while it processed this execution [GYR-E038]";
  held.engine_state.clear();
  held.activity = store::Activity::idle;
  held.quarantined = true;
  held.aborts = 2;
  const std::string id = held.execution.id.to_text();
  store::Batch batch;
  batch.executions.push_back(std::move(held));
  ASSERT_TRUE(harness.store().commit_and_wait(std::move(batch)).has_value());

  EXPECT_EQ(runs_of(harness.get("executions/" + id).json()), "");
  const auto released = harness.send("POST", "executions/" + id + "/release");
  ASSERT_EQ(released.status, 200) << released.body;
  const Value ended = harness.wait_for_end(id);
  EXPECT_EQ(runs_of(ended), "say:SUCCESS");
  EXPECT_EQ(ended.find("error"), nullptr);
  EXPECT_EQ(harness.send("POST", "executions/" + id + "/release").status, 409) << "once";
}

}  // namespace
}  // namespace gyr::web
