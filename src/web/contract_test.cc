// What clients of both generations of the interface rely on: paths, fields and frames (API-1, API-46, API-66, API-71,
// API-72, API-108).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "syntax/json.h"
#include "syntax/time.h"
#include "web/http/limits.h"
#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Value;
using test::Harness;
using test::Reply;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::StartsWith;

std::vector<std::string> keys_of(const Value& map) {
  std::vector<std::string> keys;
  for (const auto& entry : map.entries()) keys.emplace_back(entry.key.text());
  return keys;
}

const Value& first(const Value& list) { return list.items()[0]; }

TEST(Contract, ServesBothGenerations) {  // API-1, API-3
  Harness harness;
  harness.deploy(test::waiting_flow("a.b", "nap"));
  EXPECT_THAT(harness.get("/api/v1/configs").text({"version"}), StartsWith("1.3"))
      << "where semantics differ, 1.3 wins (API-2)";
  // Where a path differs, both are there: with and without the tenant, the action's own path and that below `actions`.
  for (const char* path : {"/api/v1/main/flows/a.b/nap", "/api/v1/flows/a.b/nap"})
    EXPECT_EQ(harness.get(path).text({"id"}), "nap") << path;
  for (const char* path : {"executions/{}/kill", "executions/{}/actions/kill"}) {
    const std::string id = harness.run("a.b", "nap");
    harness.workers().take("nap");
    const int status = harness.send("DELETE", fmt::format(fmt::runtime(path), id)).status;
    EXPECT_TRUE(status == 200 || status == 202) << path << " " << status;
    EXPECT_EQ(harness.wait_for_end(id).find_path({"state", "current"})->text(), "KILLED") << path;
  }
  // Where a body differs, it has the fields of both.
  const Reply bulk =
      harness.send("DELETE", "flows/delete/by-ids", R"([{"namespace":"a.b","id":"nap"}])", "application/json");
  EXPECT_THAT(keys_of(bulk.json()), IsSupersetOf({"count", "operationId", "totalItems"}));
}

TEST(Contract, TriggersHaveTheNamesOfBothGenerations) {  // API-66
  Harness harness;
  harness.clock().set(*syntax::parse_api_instant("2030-01-01T08:30:00Z"));
  harness.deploy(test::waiting_flow(
      "a.b", "nap",
      "triggers: [{id: t, type: io.kestra.plugin.core.trigger.Schedule, cron: '0 * * * *', stopAfter: [FAILED]}]\n"));
  const auto row = [&] { return first(harness.get("triggers/a.b/nap").at({"results"})); };
  const Value fresh = row();
  EXPECT_THAT(keys_of(fresh),
              IsSupersetOf({"tenantId", "namespace", "flowId", "triggerId", "nextExecutionDate", "nextEvaluationDate",
                            "updatedDate", "updatedAt", "disabled", "locked", "stopAfter", "kind"}));
  EXPECT_FALSE(fresh.find("locked")->as_boolean());
  harness.clock().set(*syntax::parse_api_instant("2030-01-01T09:00:00Z"));
  harness.send("POST", "triggers/a.b/nap/x/unlock");  // lets its partition look at the clock, whatever comes first
  harness.workers().take("nap");
  const Value fired = row();
  EXPECT_THAT(keys_of(fired), IsSupersetOf({"date", "evaluatedAt", "executionId", "lastTriggeredDate"}));
  EXPECT_EQ(*fired.find("date"), *fired.find("evaluatedAt"));
  EXPECT_EQ(*fired.find("nextExecutionDate"), *fired.find("nextEvaluationDate"));
  EXPECT_EQ(*fired.find("updatedDate"), *fired.find("updatedAt"));
  EXPECT_TRUE(fired.find("locked")->as_boolean()) << "an execution holds it";
  const std::string name = R"("namespace":"a.b","flowId":"nap","triggerId":"t")";
  const Reply filled = harness.send(
      "PUT", "triggers/backfill/create",
      "{" + name +
          R"(,"backfill":{"start":"2029-01-01T00:00:00Z","inputs":{"a":1},"labels":[{"key":"k","value":"v"}]}})",
      "application/json");
  EXPECT_THAT(keys_of(*filled.json().find("backfill")),
              IsSupersetOf({"start", "end", "currentDate", "paused", "inputs", "labels", "previousNextExecutionDate"}));
}

TEST(Contract, GraphsHaveTheirFourLists) {  // API-71
  Harness harness;
  harness.deploy(test::log_flow("a.b", "leaf"));
  harness.deploy(
      "id: top\nnamespace: a.b\ntasks:\n  - id: seq\n    type: io.kestra.plugin.core.flow.Sequential\n    tasks:\n"
      "      - {id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: a.b, flowId: leaf}\n");
  const Value graph = harness.get("flows/a.b/top/graph").json();
  for (const char* list : {"nodes", "edges", "clusters", "flowables"})
    ASSERT_TRUE(graph.find(list) != nullptr && graph.find(list)->is_list()) << list;
  EXPECT_EQ(graph.find("clusters")->size(), 1u);
  EXPECT_EQ(first(*graph.find("flowables")).text(), "root.seq");
  const Value topology = harness.get("flows/a.b/top/dependencies").json();
  const Value& node = first(*topology.find("nodes"));
  EXPECT_THAT(keys_of(node), IsSupersetOf({"uid", "namespace", "id"}));
  EXPECT_EQ(node.find("uid")->text(),
            fmt::format("main_{}_{}", node.find("namespace")->text(), node.find("id")->text()));
  const Value& edge = first(*topology.find("edges"));
  EXPECT_EQ(edge.find("source")->text(), "main_a.b_top");
  EXPECT_EQ(edge.find("target")->text(), "main_a.b_leaf");
  EXPECT_EQ(edge.find("relation")->text(), "FLOW_TASK");
}

TEST(Contract, ViolationsOmitEmptyFields) {  // API-72
  Harness harness;
  const std::string body = test::log_flow("a.b", "fine") + "---\n" + "id: old\nnamespace: a.b\nrevision: 7\ntasks:\n" +
                           "  - {id: say, type: io.kestra.core.tasks.log.Log, message: hi}\n" +
                           "---\nid: wrong\nnamespace: a.b\ntasks: []\n";
  const Value found = harness.send("POST", "flows/validate", body, "application/x-yaml").json();
  ASSERT_EQ(found.size(), 3u);
  const Value &fine = found.items()[0], &old = found.items()[1], &wrong = found.items()[2];
  EXPECT_THAT(keys_of(fine), ::testing::UnorderedElementsAre("index", "namespace", "flow", "outdated"));
  EXPECT_EQ(fine.find("index")->as_integer(), 0);
  EXPECT_FALSE(fine.find("outdated")->as_boolean());
  EXPECT_TRUE(old.find("outdated")->as_boolean()) << "there is no revision 6";
  EXPECT_THAT(first(*old.find("infos")).text(), HasSubstr("io.kestra.core.tasks.log.Log"));
  EXPECT_EQ(wrong.find("index")->as_integer(), 2);
  EXPECT_EQ(wrong.find("flow")->text(), "wrong");
  EXPECT_THAT(wrong.find("constraints")->text(), HasSubstr("tasks"));
  for (const char* list : {"deprecationPaths", "warnings", "infos"}) EXPECT_EQ(wrong.find(list), nullptr) << list;
  const Value files = harness.call(test::form("POST", "flows/validate", {{"flows", "id: a\n", "a.yaml"}})).json();
  EXPECT_EQ(first(files).find("filename")->text(), "a.yaml");
}

TEST(Contract, NamespacesExistThroughTheirContent) {  // API-108
  Harness harness;
  EXPECT_EQ(harness.get("namespaces/company.team").status, 404);
  harness.deploy(test::log_flow("company.team", "f"));
  EXPECT_EQ(harness.get("namespaces/company.team").text({"id"}), "company.team");
  EXPECT_FALSE(harness.get("namespaces/company.team").at({"deleted"}).as_boolean());
  EXPECT_EQ(harness.get("namespaces/company").status, 200) << "above one with flows";
  EXPECT_EQ(harness.get("namespaces/comp").status, 404);
  EXPECT_EQ(harness.get("namespaces/company.team.more").status, 404);
  EXPECT_EQ(harness.send("PUT", "namespaces/keys/kv/k", "1", "text/plain").status, 200);
  EXPECT_EQ(harness.get("namespaces/keys").status, 200);
  EXPECT_EQ(
      harness.call(test::form("POST", "namespaces/files/files?path=/a.txt", {{"fileContent", "x", "a.txt"}})).status,
      200);
  EXPECT_EQ(harness.get("namespaces/files").status, 200);
}

TEST(Contract, EventsAreFramesOfTwoLines) {  // API-46
  Harness harness;
  harness.deploy(
      "id: big\nnamespace: a.b\ninputs: [{id: text, type: STRING}]\ntasks: [{id: say, type: "
      "io.kestra.plugin.core.log.Log, message: \"a\\nb\"}]\n");
  const Reply started = harness.call(
      test::form("POST", "executions/a.b/big", {{"text", std::string(3'000'000, 'x') + "\n\ndata: forged\n\n", ""}}));
  ASSERT_EQ(started.status, 200) << started.body.substr(0, 500);
  const std::string id = started.text({"id"});
  harness.wait_for_end(id);
  const Reply stream = harness.call({"GET", "executions/" + id + "/follow", {}, {}, {{"Accept", "text/event-stream"}}});
  EXPECT_THAT(stream.header("Content-Type"), StartsWith("text/event-stream"));
  EXPECT_EQ(stream.header("Cache-Control"), "no-cache");
  EXPECT_EQ(stream.header("X-Accel-Buffering"), "no");
  EXPECT_FALSE(stream.cut);
  std::vector<std::string> names;
  std::string_view rest = stream.body;
  while (!rest.empty()) {
    const size_t end = rest.find("\n\n");
    ASSERT_NE(end, std::string_view::npos) << "each frame ends with a blank line";
    const auto lines = base::split(rest.substr(0, end), '\n');
    rest.remove_prefix(end + 2);
    if (lines.size() == 1 && lines[0].starts_with(":")) continue;  // a heartbeat
    ASSERT_EQ(lines.size(), 2u);
    ASSERT_THAT(std::string(lines[0]), StartsWith("id: "));
    ASSERT_TRUE(lines[1].starts_with("data: "));
    EXPECT_LT(lines[1].size(), size_t{1} << 20) << "clients read lines up to 1 MiB";
    EXPECT_TRUE(syntax::parse_json(lines[1].substr(6)).has_value());
    names.emplace_back(lines[0].substr(4));
  }
  ASSERT_GE(names.size(), 2u);
  EXPECT_EQ(names.front(), "start");
  EXPECT_EQ(names.back(), "end");
}

base::Task<std::shared_ptr<net::ServerResponse>> answer_of(net::HttpServer::Handler* handler,
                                                           net::ServerRequest request) {
  co_return std::make_shared<net::ServerResponse>(co_await (*handler)(std::move(request)));
}
base::Task<std::string> piece_of(net::ServerResponse* response) {
  auto piece = co_await response->stream();
  co_return piece ? *piece : std::string();
}

TEST(Contract, StreamsWithoutEventsSendAComment) {  // API-46
  test::HarnessOptions options;
  options.settings.limits.heartbeat = std::chrono::milliseconds(1);
  Harness harness(std::move(options));
  harness.deploy(test::waiting_flow("a.b", "nap"));
  const std::string id = harness.run("a.b", "nap");
  harness.workers().take("nap");
  auto handler = harness.server().handler(harness.thread().loop());
  base::CancelSource gone;
  auto response = harness.thread().await<std::shared_ptr<net::ServerResponse>>([&] {
    net::ServerRequest request;
    request.method = "GET";
    request.target = "/api/v1/main/executions/" + id + "/follow";
    request.headers.add("Host", "gyr.test:8080");
    request.peer = "127.0.0.1";
    request.body = net::body_of("");
    request.gone = gone.token();
    return answer_of(&handler, std::move(request));
  });
  std::string received;
  while (received.find(": heartbeat\n\n") == std::string::npos) {
    const std::string piece = harness.thread().await<std::string>([&] { return piece_of(response.get()); });
    ASSERT_NE(piece, "") << "the stream has ended: " << received;
    received += piece;
  }
  EXPECT_THAT(received, StartsWith("id: start\n"));
  gone.cancel();
}

}  // namespace
}  // namespace gyr::web
