// Kill switches, maintenance mode and ignored executions over the interface (OPS-12, OPS-13, EXEC-99).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/service.h"
#include "store/store.h"
#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Value;
using test::Harness;
using ::testing::HasSubstr;

constexpr const char* switches = "/api/v1/kill-switches";

std::string put_switch(Harness& server, std::string_view more) {
  const auto made =
      server.post_json(switches, fmt::format(R"({{"name": "Stop", "tenantId": "main", "namespace": "a", {}}})", more));
  EXPECT_EQ(made.status, 200) << made.body;
  return made.text({"id"});
}

TEST(KillSwitches, AreCreatedChangedAndArchived) {  // OPS-13, API-76
  Harness server;
  const auto made = server.post_json(
      switches, R"({"name": "Stop", "tenantId": "main", "namespace": "a.b", "flowId": "f", "evaluationType": "IGNORE",
                    "startDate": "2030-01-01T00:00:00Z", "endDate": "2030-01-02T00:00:00Z", "description": "INC-1"})");
  ASSERT_EQ(made.status, 200) << made.body;
  const std::string id = made.text({"id"});
  EXPECT_EQ(made.text({"startDate"}), "2030-01-01T00:00:00Z");
  EXPECT_TRUE(made.at({"enabled"}).as_boolean());
  EXPECT_FALSE(made.at({"deleted"}).as_boolean());
  EXPECT_EQ(server.get("/api/v1/configs").at({"killSwitches"}).size(), 0u) << "its time has not come";

  const std::string one = std::string(switches) + "/" + id;
  const auto changed = server.send(
      "PUT", one,
      R"({"name": "Other", "tenantId": "main", "evaluationType": "PASS", "startDate": "2020-01-01T00:00:00Z"})",
      "application/json");
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(changed.text({"id"}), id);
  EXPECT_EQ(changed.text({"evaluationType"}), "PASS");
  EXPECT_TRUE(changed.at({"endDate"}).is_null());
  EXPECT_TRUE(changed.at({"namespace"}).is_null());
  const auto configs = server.get("/api/v1/configs");
  ASSERT_EQ(configs.at({"killSwitches"}).size(), 1u);
  EXPECT_EQ(configs.at({"killSwitches"}).items()[0].find("name")->text(), "Other");

  EXPECT_EQ(server.send("DELETE", one).status, 200);
  EXPECT_EQ(server.send("DELETE", one).status, 200) << "once more does nothing";
  const auto all = server.get(std::string(switches) + "/search");
  ASSERT_EQ(all.json().size(), 1u);
  EXPECT_TRUE(all.json().items()[0].find("deleted")->as_boolean());
  EXPECT_EQ(server.get("/api/v1/configs").at({"killSwitches"}).size(), 0u);
  EXPECT_EQ(
      server.send("PUT", one, R"({"name": "n", "tenantId": "main", "evaluationType": "KILL"})", "application/json")
          .status,
      409);
  EXPECT_EQ(server.send("DELETE", std::string(switches) + "/none").status, 404);
  EXPECT_EQ(server
                .post_json(switches,
                           fmt::format(R"({{"id": "{}", "name": "n", "tenantId": "m", "evaluationType": "KILL"}})", id))
                .status,
            409);
}

TEST(KillSwitches, WithoutATenantAreAboutTheInstallation) {  // OPS-13
  Harness server;
  server.deploy("id: f\nnamespace: any.where\ntasks:\n  - {id: t, type: io.kestra.plugin.core.debug.Return}\n");
  const auto made = server.post_json(
      switches,
      R"({"name": "All", "evaluationType": "IGNORE", "startDate": "2020-01-01T00:00:00Z", "enabled": false})");
  ASSERT_EQ(made.status, 200) << made.body;
  EXPECT_TRUE(made.at({"tenantId"}).is_null());
  EXPECT_EQ(server.call({"POST", "executions/any.where/f", {}, {}, {}}).status, 200) << "it is not enabled";
  ASSERT_EQ(server
                .send("PUT", std::string(switches) + "/" + made.text({"id"}),
                      R"({"name": "All", "evaluationType": "IGNORE", "enabled": true})", "application/json")
                .status,
            200);
  EXPECT_EQ(server.call({"POST", "executions/any.where/f", {}, {}, {}}).status, 409);
}

TEST(KillSwitches, InvalidBodiesAreRefused) {  // OPS-13
  Harness server;
  for (
      const char* body : {
          "[]",
          "null",
          "{}",
          R"({"name": " ", "tenantId": "main", "evaluationType": "KILL"})",
          R"({"name": "n", "tenantId": "main"})",
          R"({"name": "n", "tenantId": "main", "evaluationType": "kill"})",
          R"({"name": "n", "tenantId": "main", "evaluationType": 3})",
          R"({"name": 5, "tenantId": "main", "evaluationType": "KILL"})",
          R"({"name": "n", "namespace": "a", "evaluationType": "KILL"})",
          R"({"name": "n", "tenantId": "main", "flowId": "f", "evaluationType": "KILL"})",
          R"({"name": "n", "executionIds": ["no id"], "evaluationType": "KILL"})",
          R"({"name": "n", "executionIds": "x", "evaluationType": "KILL"})",
          R"({"name": "n", "tenantId": "main", "evaluationType": "KILL", "startDate": "soon"})",
          R"({"name": "n", "tenantId": "main", "evaluationType": "KILL", "enabled": "yes"})",
          R"({"name": "n", "tenantId": "main", "evaluationType": "KILL", "id": ""})",
          R"({"name": "n", "tenantId": "main", "evaluationType": "KILL", "id": "a/b\n"})",
          R"({"name": "n", "tenantId": "main", "evaluationType": "KILL", "startDate": "2024-01-02T00:00:00Z", "endDate": "2024-01-02T00:00:00Z"})",
      }) {
    EXPECT_EQ(server.post_json(switches, body).status, 422) << body;
  }
  const std::string long_name(300, 'x');
  EXPECT_EQ(
      server.post_json(switches, R"({"tenantId": "main", "evaluationType": "KILL", "name": ")" + long_name + "\"}")
          .status,
      422);
  EXPECT_EQ(server.get(std::string(switches) + "/search").json().size(), 0u);
}

TEST(KillSwitches, ActOnNewExecutionsUntilTheyAreDisabled) {  // UI-954
  Harness server;
  server.deploy(test::log_flow("a.b", "f"));
  server.deploy(test::log_flow("other", "f"));
  const std::string id = put_switch(server, R"("evaluationType": "KILL")");
  const Value killed = server.wait_for_end(server.run("a.b", "f"));
  EXPECT_EQ(killed.find("state")->find("current")->text(), "KILLED");
  EXPECT_EQ(server.wait_for_end(server.run("other", "f")).find("state")->find("current")->text(), "SUCCESS");
  EXPECT_EQ(server
                .send("PUT", std::string(switches) + "/" + id,
                      R"({"name": "Stop", "tenantId": "main", "evaluationType": "KILL", "enabled": false})",
                      "application/json")
                .status,
            200);
  EXPECT_EQ(server.wait_for_end(server.run("a.b", "f")).find("state")->find("current")->text(), "SUCCESS");
}

TEST(Ignoring, IsExplainedAndCommandsAreRefused) {  // EXEC-99
  Harness server;
  server.deploy(test::waiting_flow("a.b", "f"));
  server.deploy("id: p\nnamespace: a.b\ntasks:\n  - {id: p, type: io.kestra.plugin.core.flow.Pause}\n");
  const std::string id = server.run("a.b", "f"), paused = server.run("a.b", "p");
  auto job = server.workers().take("nap");
  put_switch(server, R"("evaluationType": "IGNORE", "description": "INC-7")");
  const auto why = server.get("executions/" + id + "/explain");
  ASSERT_EQ(why.status, 200) << why.body;
  EXPECT_EQ(why.at({"waits"}).items()[0].find("for")->text(), "ignored");
  EXPECT_THAT(why.text({"summary"}), HasSubstr("kill switch 'Stop': INC-7"));
  for (const auto& call :
       {server.send("DELETE", "executions/" + id + "/kill"), server.send("POST", "executions/" + id + "/pause"),
        server.send("POST", "executions/" + paused + "/resume"), server.send("POST", "executions/" + id + "/restart"),
        server.send("POST", "executions/" + id + "/force-run"), server.send("DELETE", "executions/" + id),
        server.send("POST", "executions/a.b/f")}) {
    EXPECT_EQ(call.status, 409) << call.body;
    EXPECT_THAT(call.body, HasSubstr("GYR-E111"));
  }
  EXPECT_EQ(server.get("executions/" + id).text({"state", "current"}), "RUNNING") << "it can still be read";
}

TEST(Maintenance, IsTurnedOnShownAndTurnedOff) {  // OPS-12
  Harness server;
  server.deploy(test::log_flow("a.b", "f"));
  model::Service service;
  service.id = base::make_id(server.clock().now());
  service.type = model::ServiceType::worker;
  service.state = model::ServiceState::running;
  service.sequence = 1;
  const auto put_service = [&](model::ServiceState state) {
    service.state = state;
    store::Batch batch;
    batch.services.push_back(service);
    ASSERT_TRUE(server.store().commit_and_wait(std::move(batch)).has_value());
    service.sequence += 1;
  };
  put_service(model::ServiceState::running);
  const std::string root = "/api/v1/instance/maintenance/";
  EXPECT_FALSE(server.get(root + "status").at({"maintenance"}).as_boolean());
  EXPECT_EQ(server.get("/health/readiness").status, 200);
  ASSERT_EQ(server.send("POST", root + "enter").status, 200);
  EXPECT_EQ(server.get("/health/readiness").status, 503);
  EXPECT_TRUE(server.get("/api/v1/configs").at({"inMaintenance"}).as_boolean());
  auto status = server.get(root + "status");
  EXPECT_TRUE(status.at({"maintenance"}).as_boolean());
  EXPECT_FALSE(status.at({"ready"}).as_boolean()) << "its worker has not stopped";
  EXPECT_EQ(status.at({"services", "WORKER", "total"}).as_integer(), 1);
  EXPECT_EQ(status.at({"services", "WORKER", "inMaintenance"}).as_integer(), 0);
  put_service(model::ServiceState::maintenance);
  status = server.get("/api/v1/cluster/maintenance/status");
  EXPECT_TRUE(status.at({"ready"}).as_boolean()) << status.body;
  EXPECT_EQ(status.at({"services", "WORKER", "inMaintenance"}).as_integer(), 1);

  const std::string id = server.run("a.b", "f");
  EXPECT_EQ(server.get("executions/" + id).text({"state", "current"}), "CREATED");
  const auto why = server.get("executions/" + id + "/explain");
  EXPECT_EQ(why.at({"waits"}).items()[0].find("for")->text(), "maintenance") << why.body;
  ASSERT_EQ(server.send("POST", root + "exit").status, 200);
  EXPECT_EQ(server.wait_for_end(id).find("state")->find("current")->text(), "SUCCESS");
  EXPECT_EQ(server.get("/health/readiness").status, 200);
  EXPECT_FALSE(server.get(root + "status").at({"ready"}).as_boolean());
}

}  // namespace
}  // namespace gyr::web
