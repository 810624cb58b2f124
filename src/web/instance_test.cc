// Services of servers, metrics of flows, revisions that are forgotten.
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

std::string add_service(Harness& server, model::ServiceType type, model::ServiceState state, int64_t second,
                        std::string host) {
  model::Service service;
  service.id = base::make_id(server.clock().now() + base::Duration::of_seconds(second));
  service.type = type;
  service.state = state;
  service.server = {"server-" + host, false, "1.2.3", std::move(host)};
  service.created = server.clock().now() + base::Duration::of_seconds(second);
  service.updated = server.clock().now() - base::Duration::of_seconds(second);
  service.sequence = 1;
  service.events.push_back({service.created, state, "registered"});
  store::Batch batch;
  batch.services.push_back(service);
  EXPECT_TRUE(server.store().commit_and_wait(std::move(batch)).has_value());
  return service.id.to_text();
}

std::string types_of(const test::Reply& reply) {
  std::string types;
  for (const Value& service : reply.at({"results"}).items()) types += std::string(service.find("type")->text()) + " ";
  return types;
}

TEST(Services, AreListedCountedAndShown) {  // EXEC-132, OPS-11
  Harness server;
  const std::string worker = add_service(server, model::ServiceType::worker, model::ServiceState::running, 1, "alpha");
  add_service(server, model::ServiceType::executor, model::ServiceState::running, 2, "Beta");
  add_service(server, model::ServiceType::worker, model::ServiceState::maintenance, 3, "beta");
  add_service(server, model::ServiceType::webserver, model::ServiceState::inactive, 4, "beta");

  const std::string root = "/api/v1/instance/services/";
  const auto all = server.get(root + "search");
  ASSERT_EQ(all.status, 200) << all.body;
  EXPECT_EQ(all.at({"total"}).as_integer(), 4);
  EXPECT_EQ(types_of(all), "WEBSERVER WORKER EXECUTOR WORKER ") << "the newest first";
  EXPECT_EQ(all.at({"results"}).items()[1].find_path({"server", "hostname"})->text(), "beta");
  EXPECT_EQ(types_of(server.get(root + "search?sort=updatedAt:desc&size=2")), "WORKER EXECUTOR ");
  EXPECT_EQ(types_of(server.get(root + "search?sort=createdAt:asc&size=2&page=2")), "WORKER WEBSERVER ");
  EXPECT_EQ(types_of(server.get(root + "search?filters[q][EQUALS]=BETA&sort=createdAt")), "EXECUTOR WORKER WEBSERVER ");
  EXPECT_EQ(types_of(server.get(root + "search?filters[state][IN]=RUNNING,EMPTY&sort=createdAt")),
            "WORKER EXECUTOR WEBSERVER ");
  EXPECT_EQ(types_of(server.get(root + "search?filters[state][NOT_EQUALS]=RUNNING&sort=createdAt")),
            "WORKER WEBSERVER ");
  EXPECT_EQ(types_of(server.get(root + "search?state=RUNNING&state=MAINTENANCE&type=WORKER&sort=createdAt")),
            "WORKER WORKER ")
      << "as older clients ask (API-31)";
  EXPECT_EQ(types_of(server.get(root + "search?state=RUNNING&filters[q][EQUALS]=alpha")), "WORKER ");
  EXPECT_EQ(types_of(server.get(root + "search?state=INACTIVE&filters[q][EQUALS]=alpha")), "WORKER ");
  EXPECT_EQ(server.get(root + "search?state=SUCCESS").status, 422);
  EXPECT_EQ(server.get(root + "search?filters[state][EQUALS]=SUCCESS").status, 422);
  EXPECT_EQ(server.get(root + "search?filters[labels][EQUALS]=a").status, 400);
  EXPECT_EQ(server.get(root + "search?sort=colour").status, 422);

  const auto active = server.get(root + "active");
  EXPECT_EQ(active.at({"total"}).as_integer(), 3);
  EXPECT_EQ(active.body, R"({"total":3,"services":[{"type":"EXECUTOR","total":1},{"type":"WORKER","total":2}]})");

  const auto one = server.get(root + worker);
  EXPECT_EQ(one.text({"id"}), worker);
  EXPECT_EQ(one.text({"server", "type"}), "SERVER");
  EXPECT_EQ(one.text({"config", "liveness", "timeout"}), "PT45S");
  EXPECT_EQ(one.at({"events"}).items()[0].find("value")->text(), "registered");
  EXPECT_EQ(one.at({"seqId"}).as_integer(), 1);
  EXPECT_EQ(server.get("/api/v1/cluster/services/" + worker).text({"id"}), worker) << "the old path";
  EXPECT_EQ(server.get(root + "nothing").status, 404);
  EXPECT_EQ(server.get(root + base::make_id(server.clock().now()).to_text()).status, 404);
}

TEST(FlowMetrics, AreNamedAndSummed) {  // API-65, API-105
  Harness server;
  server.deploy(
      "id: sizes\nnamespace: company.team\ntasks:\n  - {id: five, type: io.kestra.plugin.core.debug.Return, format: "
      "'12345'}\n"
      "  - {id: two, type: io.kestra.plugin.core.debug.Return, format: '12'}\n");
  server.wait_for_end(server.run("company.team", "sizes"));
  EXPECT_EQ(server.get("metrics/names/company.team/sizes").body, R"(["duration","length"])");
  EXPECT_EQ(server.get("metrics/names/company.team/sizes/two").body, R"(["duration","length"])");
  EXPECT_EQ(server.get("metrics/names/company.team/sizes/three").body, "[]");
  EXPECT_EQ(server.get("metrics/names/company.team/unknown").body, "[]");
  EXPECT_EQ(server.get("metrics/tasks/company.team/sizes").body, R"(["five","two"])");

  const auto total = [&server](const std::string& path) {
    const auto reply = server.get("metrics/aggregates/company.team/sizes/" + path);
    EXPECT_EQ(reply.status, 200) << reply.body;
    double sum = 0;
    for (const Value& row : reply.at({"aggregations"}).items()) sum += row.find("value")->as_number();
    return sum;
  };
  EXPECT_EQ(total("length"), 7) << "a sum is the default";
  EXPECT_EQ(total("length?aggregation=avg"), 3.5);
  EXPECT_EQ(total("length?aggregation=min"), 2);
  EXPECT_EQ(total("length?aggregation=max"), 5);
  EXPECT_EQ(total("two/length"), 2);
  EXPECT_EQ(total("three/length"), 0);
  EXPECT_EQ(total("length?startDate=2020-01-01T00:00:00Z&endDate=2020-01-02T00:00:00Z"), 0);
  const auto month = server.get("metrics/aggregates/company.team/sizes/length");
  EXPECT_EQ(month.text({"groupBy"}), "day");
  EXPECT_EQ(month.at({"aggregations"}).size(), 31u) << "30 days, the first and last in part";
  const std::string path = "metrics/aggregates/company.team/sizes/length?";
  EXPECT_EQ(server.get(path + "aggregation=median").status, 422);
  EXPECT_EQ(server.get(path + "startDate=yesterday").status, 422);
  EXPECT_EQ(server.get(path + "startDate=2020-01-02T00:00:00Z&endDate=2020-01-01T00:00:00Z").status, 422);
  EXPECT_EQ(server.get(path + "startDate=0001-01-01T00:00:00Z").status, 422);
}

TEST(Revisions, AreDeletedExceptTheCurrentOne) {  // API-92
  Harness server;
  server.deploy(test::waiting_flow("company.team", "changing"));
  const auto change = [&server](const std::string& description) {
    const auto reply = server.send(
        "PUT", "flows/company.team/changing",
        test::waiting_flow("company.team", "changing") + "\ndescription: " + description + "\n", "application/x-yaml");
    ASSERT_EQ(reply.status, 200) << reply.body;
  };
  change("two");
  const std::string running = server.run("company.team", "changing");
  for (const char* description : {"three", "four", "five"}) change(description);
  const auto revisions = [&server] {
    std::string all;
    for (const Value& flow : server.get("flows/company.team/changing/revisions").json().items())
      all += std::to_string(flow.find("revision")->as_integer());
    return all;
  };
  const std::string path = "flows/company.team/changing/revisions";
  EXPECT_EQ(revisions(), "12345");
  const auto current = server.send("DELETE", path + "?revisions=5,1");
  EXPECT_EQ(current.status, 409);
  EXPECT_THAT(current.body, HasSubstr("revision 5 is the current revision"));
  const auto used = server.send("DELETE", path + "?revisions=2");
  EXPECT_EQ(used.status, 409);
  EXPECT_THAT(used.body, HasSubstr(running));
  EXPECT_EQ(revisions(), "12345") << "all or nothing";

  EXPECT_EQ(server.get("flows/company.team/changing?revision=1").status, 200);
  EXPECT_EQ(server.send("DELETE", path + "?revisions=1,3&revisions=4").status, 200);
  EXPECT_EQ(revisions(), "25");
  EXPECT_EQ(server.get("flows/company.team/changing?revision=1").status, 404);
  EXPECT_EQ(
      server.send("POST", "executions/company.team/changing?revision=1", "", "multipart/form-data; boundary=x").status,
      404);
  EXPECT_EQ(server.send("DELETE", path + "?revisions=1,2147483647").status, 200) << "gone already";
  EXPECT_EQ(server.send("DELETE", path + "?revisions=99999999999").status, 422);
  EXPECT_EQ(server.send("DELETE", path).status, 400);
  EXPECT_EQ(server.send("DELETE", path + "?revisions=x").status, 422);
  EXPECT_EQ(server.send("DELETE", "flows/company.team/unknown/revisions?revisions=1").status, 404);
  change("six");
  EXPECT_EQ(revisions(), "256") << "numbers go on";
}

}  // namespace
}  // namespace gyr::web
