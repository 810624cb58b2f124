#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/service.h"
#include "store/store.h"
#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Value;
using model::ServiceState;
using model::ServiceType;
using test::Harness;
using ::testing::HasSubstr;

struct InstallationHealth : ::testing::Test {
  base::Id add(ServiceType type, ServiceState state = ServiceState::running) {
    model::Service service;
    service.id = base::make_id(server.clock().now());
    service.type = type;
    service.state = state;
    service.created = service.updated = service.changed = server.clock().now();
    service.sequence = 1;
    store::Batch batch;
    batch.services.push_back(service);
    EXPECT_TRUE(server.store().commit_and_wait(std::move(batch)));
    return service.id;
  }
  Value part(std::string_view name) {
    const auto reply = server.get("/api/v1/instance/health");
    EXPECT_EQ(reply.status, 200) << reply.body;
    for (const Value& one : reply.at({"parts"}).items()) {
      if (one.find("name")->text() == name) return one;
    }
    ADD_FAILURE() << name << " is missing";
    return {};
  }
  std::string state(std::string_view name) { return std::string(part(name).find("state")->text()); }
  Harness server;
};

TEST_F(InstallationHealth, EveryPartHasAState) {  // UI-891
  EXPECT_EQ(state("database"), "ok");
  EXPECT_NE(part("database").find_path({"figures", "answeredAfterMillis"}), nullptr);
  EXPECT_EQ(state("storage"), "ok");
  EXPECT_EQ(state("queue"), "ok");
  for (const char* name : {"scheduler", "executor", "workers"}) EXPECT_EQ(state(name), "down") << name;
  add(ServiceType::scheduler);
  add(ServiceType::executor);
  add(ServiceType::worker);
  for (const char* name : {"scheduler", "executor", "workers"}) EXPECT_EQ(state(name), "ok") << name;
}

TEST_F(InstallationHealth, WorkersThatDoNotReportAreSeen) {  // UI-892
  add(ServiceType::worker);
  server.clock().advance(base::Duration::of_seconds(44));
  add(ServiceType::worker);
  EXPECT_EQ(state("workers"), "ok");
  server.clock().advance(base::Duration::of_seconds(5));
  EXPECT_EQ(state("workers"), "degraded") << "one has missed its heartbeats";
  EXPECT_EQ(part("workers").find_path({"figures", "known"})->as_integer(), 2);
  EXPECT_EQ(part("workers").find_path({"figures", "working"})->as_integer(), 1);
  server.clock().advance(base::Duration::of_seconds(60));
  EXPECT_EQ(state("workers"), "down");
  add(ServiceType::worker, ServiceState::maintenance);
  EXPECT_EQ(state("workers"), "degraded");
  add(ServiceType::worker, ServiceState::inactive);
  EXPECT_EQ(part("workers").find_path({"figures", "known"})->as_integer(), 3) << "what has ended does not count";
}

TEST_F(InstallationHealth, TheOldestQueuedExecutionIsShown) {  // UI-891
  server.deploy(test::waiting_flow("a.b", "slow", "concurrency: {limit: 1, behavior: QUEUE}\n"));
  server.run("a.b", "slow");
  server.workers().take("nap");
  server.run("a.b", "slow");
  server.clock().advance(base::Duration::of_seconds(90));
  const Value queue = part("queue");
  EXPECT_EQ(queue.find_path({"figures", "queuedExecutions"})->as_integer(), 1);
  EXPECT_GE(queue.find_path({"figures", "oldestQueuedSeconds"})->as_integer(), 90);
  EXPECT_THAT(std::string(queue.find("text")->text()), HasSubstr("1 executions wait"));
}

}  // namespace
}  // namespace gyr::web
