// Graphs of flows and executions (API-100 to API-102).
#include <gtest/gtest.h>

#include <set>

#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Value;
using test::Harness;

constexpr std::string_view branches = R"(
id: branches
namespace: a.b
tasks:
  - id: par
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - {id: p1, type: io.kestra.plugin.core.log.Log, message: hi}
      - {id: p2, type: io.kestra.plugin.core.log.Log, message: hi}
  - id: maybe
    type: io.kestra.plugin.core.flow.If
    condition: "{{ true }}"
    then: [{id: yes1, type: io.kestra.plugin.core.log.Log, message: hi}]
    else: [{id: no1, type: io.kestra.plugin.core.log.Log, message: hi}]
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: [x, y]
    tasks: [{id: inner, type: io.kestra.plugin.core.log.Log, message: "{{ taskrun.value }}"}]
errors: [{id: rescue, type: io.kestra.plugin.core.log.Log, message: hi}]
finally: [{id: last, type: io.kestra.plugin.core.log.Log, message: hi}]
)";

/// `source>target TYPE[ value]` of edges between tasks, and that the graph is whole.
std::set<std::string> edges_of(const Value& graph) {
  std::set<std::string> uids;
  for (const Value& node : graph.find("nodes")->items())
    EXPECT_TRUE(uids.emplace(node.find("uid")->text()).second) << node.find("uid")->text();
  for (const Value& cluster : graph.find("clusters")->items()) {
    for (const Value& uid : cluster.find("nodes")->items()) EXPECT_TRUE(uids.contains(std::string(uid.text())));
    EXPECT_TRUE(uids.contains(std::string(cluster.find("start")->text())) &&
                uids.contains(std::string(cluster.find("end")->text())));
  }
  std::set<std::string> edges;
  for (const Value& edge : graph.find("edges")->items()) {
    const std::string source(edge.find("source")->text()), target(edge.find("target")->text());
    EXPECT_TRUE(uids.contains(source) && uids.contains(target)) << source << " " << target;
    const Value* value = edge.find("relation")->find("value");
    edges.insert(fmt::format("{}>{} {}{}", source, target, edge.find("relation")->find("relationType")->text(),
                             value == nullptr ? "" : " " + std::string(value->text())));
  }
  return edges;
}

TEST(FlowGraph, ShowsHowTasksFollowEachOther) {  // API-100, API-101
  Harness harness;
  harness.deploy(branches);
  const auto stored = harness.get("flows/a.b/branches/graph");
  ASSERT_EQ(stored.status, 200) << stored.body;
  const auto edges = edges_of(stored.json());
  EXPECT_TRUE(edges.contains("root.par>root.par.p1 PARALLEL"));
  EXPECT_TRUE(edges.contains("root.par>root.par.p2 PARALLEL"));
  EXPECT_TRUE(edges.contains("root.maybe>root.maybe.yes1 CHOICE then"));
  EXPECT_TRUE(edges.contains("root.maybe>root.maybe.no1 CHOICE else"));
  EXPECT_TRUE(edges.contains("root.each>root.each.inner DYNAMIC"));
  EXPECT_TRUE(edges.contains("GraphClusterRoot-1>root.rescue ERROR"));
  size_t finals = 0;
  for (const auto& edge : edges) finals += edge.ends_with(">root.last FINALLY") ? 1 : 0;
  EXPECT_EQ(finals, 1u);
  EXPECT_EQ(stored.json().find("flowables")->size(), 3u);
  const auto posted = harness.send("POST", "flows/graph", std::string(branches), "application/x-yaml");
  ASSERT_EQ(posted.status, 200) << posted.body;
  EXPECT_EQ(edges_of(posted.json()), edges);
  EXPECT_EQ(harness.send("POST", "flows/graph", "id: [broken", "application/x-yaml").status, 422);
  EXPECT_EQ(harness.get("flows/a.b/none/graph").status, 404);
}

TEST(FlowGraph, OfAnExecutionCarriesItsTaskRuns) {  // API-102
  Harness harness;
  harness.deploy(branches);
  const std::string id = harness.run("a.b", "branches");
  harness.wait_for_end(id);
  const auto reply = harness.get("executions/" + id + "/graph");
  ASSERT_EQ(reply.status, 200) << reply.body;
  const Value graph = reply.json();
  EXPECT_TRUE(edges_of(graph).contains("root.each>root.each.inner_y DYNAMIC y"));
  std::set<std::string> states;
  for (const Value& node : graph.find("nodes")->items()) {
    const Value* run = node.find("taskRun");
    if (run != nullptr)
      states.insert(fmt::format("{} {}", node.find("uid")->text(), run->find_path({"state", "current"})->text()));
    if (const Value* task = node.find("task")) EXPECT_EQ(task->size(), 2u) << "id and type, no more (API-61)";
  }
  EXPECT_EQ(states,
            (std::set<std::string>{"root.par SUCCESS", "root.par.p1 SUCCESS", "root.par.p2 SUCCESS",
                                   "root.maybe SUCCESS", "root.maybe.yes1 SUCCESS", "root.each SUCCESS",
                                   "root.each.inner_x SUCCESS", "root.each.inner_y SUCCESS", "root.last SUCCESS"}));
  EXPECT_EQ(harness.get("executions/0350tXGoneGoneGoneGone/graph").status, 404);
}

}  // namespace
}  // namespace gyr::web
