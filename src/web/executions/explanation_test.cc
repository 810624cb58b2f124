// What an execution waits for, and what a person can do (principle: explains itself).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/event.h"
#include "store/store.h"
#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Value;
using test::Harness;
using ::testing::HasSubstr;

struct Explaining : ::testing::Test {
  Harness harness;
  Value explained(const std::string& id) {
    const auto reply = harness.get("executions/" + id + "/explain");
    EXPECT_EQ(reply.status, 200) << reply.body;
    return reply.json();
  }
  static std::string text(const Value& map, std::string_view key) {
    const Value* value = map.find(key);
    return value == nullptr || !value->is_string() ? std::string() : std::string(value->text());
  }
  static std::string commands(const Value& of) {
    std::string out;
    for (const Value& action : of.find("actions")->items()) out += text(action, "command") + ";";
    return out;
  }
  static const Value& wait(const Value& explanation) { return explanation.find("waits")->items()[0]; }
};

TEST_F(Explaining, ATaskThatNoWorkerHasTaken) {
  harness.deploy(test::waiting_flow("a.b", "nap"));
  const std::string id = harness.run("a.b", "nap");
  harness.workers().take("nap");
  harness.clock().advance(base::Duration::of_seconds(300));
  const Value found = explained(id);
  EXPECT_EQ(text(found, "state"), "RUNNING");
  EXPECT_TRUE(found.find("waiting")->as_boolean());
  ASSERT_EQ(found.find("waits")->size(), 1u);
  EXPECT_EQ(text(wait(found), "for"), "queue");
  EXPECT_EQ(text(wait(found), "taskId"), "nap");
  EXPECT_EQ(text(wait(found), "text"), "task `nap` has waited 5 min for a worker");
  EXPECT_EQ(text(found, "summary"), text(wait(found), "text"));
  EXPECT_EQ(commands(found), "gyr execution kill " + id + ";");
}

TEST_F(Explaining, AChild) {
  harness.deploy(test::waiting_flow("a.b", "nap"));
  harness.deploy(
      "id: parent\nnamespace: a.b\ntasks: [{id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: a.b, "
      "flowId: nap}]\n");
  const std::string id = harness.run("a.b", "parent");
  const std::string child = harness.workers().take("nap").origin.execution.to_text();
  const Value found = explained(id);
  ASSERT_EQ(found.find("waits")->size(), 1u);
  EXPECT_EQ(text(wait(found), "for"), "child");
  EXPECT_EQ(text(wait(found), "text"),
            "task `call` waits for execution " + child + " of flow a.b.nap, which is RUNNING");
  EXPECT_EQ(wait(found).find_path({"owner", "id"})->text(), child);
  EXPECT_EQ(commands(wait(found)), "gyr execution explain " + child + ";");
}

TEST_F(Explaining, ARetry) {
  harness.deploy(R"(
id: again
namespace: a.b
tasks:
  - {id: ko, type: io.kestra.plugin.core.execution.Fail, retry: {type: constant, interval: PT1H, maxAttempts: 3}}
)");
  const std::string id = harness.run("a.b", "again");
  const auto job = harness.workers().take("ko");
  harness.workers().report(
      job, engine::WorkerFinished{job.dispatch.attempt, model::State::failed, {}, harness.clock().now(), 0, {}});
  Value found;
  for (int i = 0;
       i < 500 && (found.is_null() || text(found, "state") != "RETRYING" || found.find("waits")->size() == 0); ++i)
    found = explained(id);
  ASSERT_EQ(found.find("waits")->size(), 1u);
  EXPECT_EQ(text(wait(found), "for"), "retry");
  EXPECT_THAT(text(wait(found), "text"), HasSubstr("task `ko` has failed 1 times and is retried in "));
  EXPECT_FALSE(text(wait(found), "until").empty());
}

TEST_F(Explaining, ADate) {
  harness.deploy(test::log_flow("a.b", "flow"));
  const auto started = harness.send("POST", "executions/a.b/flow?scheduleDate=2099-01-01T00:00:00Z");
  ASSERT_EQ(started.status, 200) << started.body;
  const Value found = explained(started.text({"id"}));
  EXPECT_EQ(text(wait(found), "for"), "timer");
  EXPECT_EQ(text(wait(found), "until"), "2099-01-01T00:00:00Z");
}

TEST_F(Explaining, AnEnd) {
  harness.deploy("id: ko\nnamespace: a.b\ntasks: [{id: ko, type: io.kestra.plugin.core.execution.Fail}]\n");
  const std::string id = harness.run("a.b", "ko");
  harness.wait_for_end(id);
  const Value found = explained(id);
  EXPECT_FALSE(found.find("waiting")->as_boolean());
  EXPECT_THAT(text(found, "summary"), HasSubstr("the execution ended with FAILED"));
  EXPECT_EQ(commands(found), "gyr execution restart " + id + ";gyr execution replay " + id + ";");
  EXPECT_EQ(harness.get("executions/0350tXGoneGoneGoneGone/explain").status, 404);
}

TEST_F(Explaining, AQuarantine) {
  harness.deploy(test::log_flow("a.b", "flow"));
  const std::string model_id = harness.run("a.b", "flow");
  harness.wait_for_end(model_id);
  auto reader = harness.store().open_reader();
  auto row = (*reader)->execution(*base::Id::parse(model_id));
  store::ExecutionRow held = **row;
  held.execution.id = base::make_id(harness.clock().now());
  held.execution.state = model::StateHistory(model::State::created, harness.clock().now());
  held.execution.error = "in quarantine: the server aborted twice while it processed this execution [GYR-E038]";
  held.engine_state.clear();
  held.activity = store::Activity::idle;
  held.quarantined = true;
  const std::string id = held.execution.id.to_text();
  store::Batch batch;
  batch.executions.push_back(std::move(held));
  ASSERT_TRUE(harness.store().commit_and_wait(std::move(batch)).has_value());
  const Value found = explained(id);
  EXPECT_EQ(text(wait(found), "for"), "quarantine");
  EXPECT_EQ(commands(wait(found)), "gyr execution release " + id + ";gyr execution kill " + id + ";");
}

TEST_F(Explaining, APauseHasItsInputsAndWhatEndsIt) {  // UI-672
  harness.deploy(R"(
id: approve
namespace: a.b
tasks:
  - id: wait
    type: io.kestra.plugin.core.flow.Pause
    onResume:
      - {id: reason, type: STRING}
      - {id: approved, type: BOOLEAN, defaults: true}
)");
  harness.deploy("id: plain\nnamespace: a.b\ntasks: [{id: wait, type: io.kestra.plugin.core.flow.Pause}]\n");
  const Value found = explained(harness.run("a.b", "approve"));
  ASSERT_EQ(found.find("waits")->size(), 1u);
  EXPECT_EQ(text(wait(found), "for"), "person");
  EXPECT_EQ(text(wait(found), "action"), "resume");
  EXPECT_EQ(text(wait(found).find("actions")->items()[0], "action"), "resume");
  const Value* inputs = wait(found).find("inputs");
  ASSERT_NE(inputs, nullptr);
  ASSERT_EQ(inputs->size(), 2u);
  EXPECT_EQ(text(inputs->items()[0], "id"), "reason");
  EXPECT_EQ(text(inputs->items()[1], "type"), "BOOLEAN");
  EXPECT_EQ(text(found.find("actions")->items()[0], "action"), "kill");
  const Value plain = explained(harness.run("a.b", "plain"));
  EXPECT_EQ(text(wait(plain), "action"), "resume");
  EXPECT_EQ(wait(plain).find("inputs"), nullptr) << "it asks for nothing";
}

}  // namespace
}  // namespace gyr::web
