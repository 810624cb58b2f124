// Writing flows over the interface, what their writing changes elsewhere, and the labels and places that are hidden.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Value;
using test::Harness;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* yaml = "application/x-yaml";

std::vector<std::string> ids(const Value& flows) {
  std::vector<std::string> found;
  for (const Value& flow : flows.items()) found.push_back(std::string(flow.find("id")->text()));
  std::ranges::sort(found);
  return found;
}

TEST(FlowWrites, CreateAndUpdateExistingAndMissingFlows) {  // FLOW-92, FLOW-4
  Harness server;
  const std::string source = test::log_flow("a.b", "one");
  EXPECT_EQ(server.send("PUT", "flows/a.b/one", source, yaml).status, 404);
  EXPECT_EQ(server.send("POST", "flows", source, yaml).status, 200);
  EXPECT_EQ(server.send("POST", "flows", source, yaml).status, 422);
  EXPECT_EQ(server.send("PUT", "flows/a.b/one", source + "\ndescription: new\n", yaml).at({"revision"}).as_integer(),
            2);
  EXPECT_EQ(server.send("PUT", "flows/a.b/two", source, yaml).status, 422) << "the id in the path is another one";
  EXPECT_EQ(server.send("POST", "flows", source, "image/png").status, 415);
}

TEST(FlowWrites, DraftsAreNeverExecuted) {  // API-60, API-op:createFlow
  Harness server;
  const auto write = [&server](const std::string& method, const std::string& path, const std::string& more) {
    return server.send(method, path, test::log_flow("a.b", "one") + "\n" + more, yaml);
  };
  const auto start = [&server](const std::string& query) {
    return server.send("POST", "executions/a.b/one" + query, "", "multipart/form-data");
  };
  const auto created = write("POST", "flows?draft=true", "");
  ASSERT_EQ(created.status, 200) << created.body;
  EXPECT_TRUE(created.at({"draft"}).as_boolean());
  EXPECT_EQ(write("POST", "flows?draft=true", "").status, 422) << "it exists";
  EXPECT_TRUE(server.get("flows/a.b/one").at({"draft"}).as_boolean()) << "it is the only revision";
  const auto refused = start("");
  EXPECT_EQ(refused.status, 409);
  EXPECT_THAT(refused.body, HasSubstr("is a draft"));
  EXPECT_THAT(server.get("flows/export/by-query").body, ::testing::Not(HasSubstr("a.b.one")));
  EXPECT_THAT(server.post_json("flows/export/by-ids", R"([{"namespace":"a.b","id":"one"}])").body,
              ::testing::Not(HasSubstr("a.b.one")));

  EXPECT_EQ(write("PUT", "flows/a.b/one", "").at({"revision"}).as_integer(), 2) << "published";
  EXPECT_EQ(start("").status, 200);
  const auto draft = write("PUT", "flows/a.b/one?draft=true", "description: next\n");
  EXPECT_EQ(draft.at({"revision"}).as_integer(), 3);
  EXPECT_TRUE(draft.at({"draft"}).as_boolean());
  EXPECT_EQ(write("PUT", "flows/a.b/one?draft=true", "description: next\n").at({"revision"}).as_integer(), 3)
      << "nothing has changed";
  EXPECT_EQ(server.get("flows/a.b/one").at({"revision"}).as_integer(), 2) << "what runs";
  EXPECT_FALSE(server.get("flows/a.b/one").at({"draft"}).as_boolean());
  EXPECT_TRUE(server.get("flows/a.b/one?revision=3").at({"draft"}).as_boolean());
  EXPECT_EQ(server.get("flows/a.b/one/revisions").json().size(), 3u);
  const auto running = start("");
  EXPECT_EQ(running.at({"flowRevision"}).as_integer(), 2);
  EXPECT_EQ(start("?revision=3").status, 409);
  server.wait_for_end(running.text({"id"}));
  EXPECT_EQ(server.send("POST", "executions/" + running.text({"id"}) + "/replay?revision=3").status, 409);
  EXPECT_EQ(server.get("flows/search").at({"results"}).items()[0].find("revision")->as_integer(), 2);

  EXPECT_EQ(server.send("DELETE", "flows/a.b/one/revisions?revisions=3").status, 200) << "a draft is not current";
  EXPECT_EQ(write("PUT", "flows/a.b/one", "description: next\n").at({"revision"}).as_integer(), 4);
  EXPECT_EQ(server.send("DELETE", "flows/a.b/one").status, 204);
  EXPECT_EQ(server.get("flows/a.b/one").status, 404);
  EXPECT_EQ(write("POST", "flows?draft=true", "").at({"revision"}).as_integer(), 6) << "after its deletion";
  EXPECT_EQ(start("").status, 409);
}

TEST(FlowWrites, ADraftLeavesTheTriggersOfWhatRunsAlone) {  // API-60
  Harness server;
  const std::string hook = "triggers:\n  - {id: t, type: io.kestra.plugin.core.trigger.Webhook, key: ";
  server.deploy(test::log_flow("a.b", "one", hook + "old}\n"));
  EXPECT_EQ(server.send("PUT", "flows/a.b/one?draft=true", test::log_flow("a.b", "one", hook + "new}\n"), yaml).status,
            200);
  EXPECT_EQ(server.send("POST", "executions/webhook/a.b/one/old").status, 200);
  EXPECT_EQ(server.send("POST", "executions/webhook/a.b/one/new").status, 404);
  EXPECT_EQ(server.send("PUT", "flows/a.b/one", test::log_flow("a.b", "one", hook + "new}\n"), yaml).status, 200);
  EXPECT_EQ(server.send("POST", "executions/webhook/a.b/one/new").status, 200);
}

TEST(FlowWrites, OfANamespaceDeleteWhatIsMissing) {  // FLOW-92
  Harness server;
  const auto write = [&server](std::initializer_list<const char*> names, const std::string& query) {
    std::string body;
    for (const char* name : names) body += (body.empty() ? "" : "---\n") + test::log_flow("a.b", name) + "\n";
    return server.send("POST", "flows/a.b" + query, body, yaml);
  };
  server.deploy(test::log_flow("a.b.child", "other"));
  EXPECT_EQ(write({"one", "two"}, "").status, 200);
  EXPECT_THAT(ids(server.get("flows/a.b").json()), ElementsAre("one", "two"));
  EXPECT_EQ(write({"three"}, "?delete=false").status, 200);
  EXPECT_THAT(ids(server.get("flows/a.b").json()), ElementsAre("one", "three", "two"));
  EXPECT_EQ(write({"three"}, "?delete=true").status, 200);
  EXPECT_THAT(ids(server.get("flows/a.b").json()), ElementsAre("three"));
  EXPECT_THAT(ids(server.get("flows/a.b.child").json()), ElementsAre("other"));
}

TEST(FlowWrites, AnArchiveNamesItsFlows) {  // FLOW-92
  Harness server;
  server.deploy(test::log_flow("a.b", "one"));
  const auto archive = server.post_json("flows/export/by-ids", R"([{"namespace": "a.b", "id": "one"}])");
  EXPECT_EQ(archive.status, 200);
  EXPECT_THAT(archive.body, HasSubstr("a.b.one.yml"));
}

TEST(FlowWrites, ChangeDependenciesAtOnce) {  // FLOW-93
  Harness server;
  server.deploy(test::log_flow("a.b", "called"));
  const auto caller = [](const std::string& task) {
    return "id: caller\nnamespace: a.b\ntasks:\n  - {id: t, type: io.kestra.plugin.core." + task + "}\n";
  };
  server.deploy(caller("flow.Subflow, namespace: a.b, flowId: called"));
  const auto edges = [&server] { return server.get("flows/a.b/caller/dependencies").at({"edges"}).size(); };
  EXPECT_EQ(edges(), 1u);
  EXPECT_EQ(server.send("PUT", "flows/a.b/caller", caller("log.Log, message: none"), yaml).status, 200);
  EXPECT_EQ(edges(), 0u);
  EXPECT_EQ(
      server.send("PUT", "flows/a.b/caller", caller("flow.ForEachItem, items: x, namespace: a.b, flowId: called"), yaml)
          .status,
      200);
  EXPECT_EQ(edges(), 1u);
  EXPECT_EQ(server.send("DELETE", "flows/a.b/caller").status, 204);
  EXPECT_EQ(server.get("flows/a.b/called/dependencies").at({"edges"}).size(), 0u);
}

/// The value of a label of an execution; empty where it has none.
std::string label(const Value& execution, std::string_view key) {
  const Value* labels = execution.find("labels");
  for (size_t i = 0; labels != nullptr && i < labels->size(); ++i) {
    if (labels->at(i)->find("key")->text() == key) return std::string(labels->at(i)->find("value")->text());
  }
  return "";
}

TEST(SystemLabels, AreOnlySetByThePlatform) {  // FLOW-53, FLOW-52; of restarts and replays: execution_reruns_test.cc
  Harness server;
  server.deploy(test::log_flow("a.b", "one"));
  const std::string id = server.run("a.b", "one");
  EXPECT_EQ(label(server.wait_for_end(id), "system.correlationId"), id);
  for (const char* key : {"system.username", "system.restarted", "system.replay", "system.replayed", "system.from",
                          "system.app", "system.killSwitch", "system.test"}) {
    const auto refused = server.call(test::form("POST", "executions/a.b/one?labels=" + std::string(key) + ":x", {}));
    EXPECT_EQ(refused.status, 422) << key;
    EXPECT_THAT(refused.body, HasSubstr("System labels can only be set by Kestra itself")) << key;
    const auto flow =
        server.send("POST", "flows", test::log_flow("a.b", "two", "labels: {" + std::string(key) + ": x}\n"), yaml);
    EXPECT_EQ(flow.status, 422) << key << flow.body;
  }
  EXPECT_EQ(
      server.send("POST", "flows", test::log_flow("a.b", "two", "labels: {system.readOnly: \"true\"}\n"), yaml).status,
      200)
      << "the author's to set";
}

TEST(SystemLabels, AreHiddenInListsAndFoundByAFilter) {  // FLOW-54
  Harness server;
  EXPECT_EQ(server.get("/api/v1/configs").at({"hiddenLabelsPrefixes"}),
            Value::list({Value::string("system."), Value::string("internal.")}));
  server.deploy(test::log_flow("a.b", "one", "labels: {internal.cost: high}\n"));
  const std::string id = server.run("a.b", "one");
  server.wait_for_end(id);
  EXPECT_EQ(
      server.get("executions/search?filters[labels][EQUALS][system.correlationId]=" + id).at({"total"}).as_integer(),
      1);
  EXPECT_EQ(server.get("executions/search?filters[labels][EQUALS][internal.cost]=high").at({"total"}).as_integer(), 1);
  EXPECT_EQ(server.get("executions/search?filters[labels][EQUALS][internal.cost]=low").at({"total"}).as_integer(), 0);
}

TEST(SystemFlows, AreOrdinaryFlowsWithAScopeOfTheirOwn) {  // FLOW-56
  Harness server;
  server.deploy(test::log_flow("system", "keeper"));
  server.deploy(test::log_flow("a.b", "one"));
  EXPECT_EQ(server.get("/api/v1/configs").text({"systemNamespace"}), "system");
  EXPECT_EQ(server.wait_for_end(server.run("system", "keeper")).find_path({"state", "current"})->text(), "SUCCESS");
  server.wait_for_end(server.run("a.b", "one"));
  for (const char* list : {"flows/search", "executions/search"}) {
    const auto total = [&](const std::string& filter) {
      return server.get(std::string(list) + filter).at({"total"}).as_integer();
    };
    EXPECT_EQ(total(""), 2) << list << ": hidden by whoever lists, not here";
    EXPECT_EQ(total("?filters[scope][EQUALS]=USER"), 1) << list;
    EXPECT_EQ(total("?filters[scope][EQUALS]=SYSTEM"), 1) << list;
  }
}

TEST(ExecutorLogs, NameTheirTask) {  // TASK-11
  Harness server;
  server.deploy(
      "id: logs\nnamespace: a.b\ntasks:\n  - id: group\n    type: io.kestra.plugin.core.flow.Sequential\n    tasks:\n"
      "      - {id: say, type: io.kestra.plugin.core.log.Log, message: hello}\n"
      "      - id: branch\n        type: io.kestra.plugin.core.flow.If\n        condition: \"{{ nothing.there }}\"\n   "
      "     then:\n"
      "          - {id: never, type: io.kestra.plugin.core.log.Log, message: x}\n");
  const std::string id = server.run("a.b", "logs");
  const Value ended = server.wait_for_end(id);
  std::map<std::string, std::string> runs;
  for (const Value& one : ended.find("taskRunList")->items()) {
    runs[std::string(one.find("taskId")->text())] = one.find("id")->text();
  }
  const auto logs = server.get("logs/" + id);
  const Value lines = logs.json();
  std::map<std::string, std::string> found;
  for (const Value& line : lines.items()) {
    const Value* task = line.find("taskId");
    const Value* run = line.find("taskRunId");
    if (task == nullptr || run == nullptr) continue;
    found[std::string(task->text())] = line.find("level")->text();
    EXPECT_EQ(run->text(), runs[std::string(task->text())]) << logs.body;
    EXPECT_EQ(line.find("executionId")->text(), id);
  }
  EXPECT_EQ(found["say"], "INFO") << logs.body;
  EXPECT_EQ(found["branch"], "ERROR") << logs.body;
}

}  // namespace
}  // namespace gyr::web
