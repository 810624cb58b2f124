// Which flows start which others (API-103).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "syntax/json.h"
#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Value;
using test::Harness;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

struct Dependencies : ::testing::Test {
  Dependencies() {
    server.deploy(
        "id: top\nnamespace: a.b\ntasks:\n  - {id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: a.b, "
        "flowId: middle}\n");
    server.deploy(
        "id: middle\nnamespace: a.b\ntasks:\n  - id: seq\n    type: io.kestra.plugin.core.flow.Sequential\n    tasks:\n"
        "      - {id: each, type: io.kestra.plugin.core.flow.ForEachItem, items: \"{{ inputs.x }}\", namespace: c, "
        "flowId: bottom}\n"
        "      - {id: who, type: io.kestra.plugin.core.flow.Subflow, namespace: c, flowId: \"{{ inputs.flow }}\"}\n");
    server.deploy(test::log_flow("c", "bottom"));
    server.deploy(test::log_flow("c", "listener",
                                 "triggers:\n  - id: after\n    type: io.kestra.plugin.core.trigger.Flow\n    "
                                 "preconditions:\n      id: p\n      flows: [{namespace: "
                                 "c, flowId: bottom, states: [SUCCESS]}]\n"));
    server.deploy(
        "id: caller-of-none\nnamespace: c\ntasks:\n  - {id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: "
        "x, flowId: missing}\n");
  }
  /// `source>target RELATION` of each edge.
  std::vector<std::string> edges(std::string_view path) {
    const auto reply = server.get(std::string(path));
    EXPECT_EQ(reply.status, 200) << reply.body;
    std::vector<std::string> found;
    for (const Value& edge : reply.at({"edges"}).items()) {
      found.push_back(fmt::format("{}>{} {}", edge.find("source")->text(), edge.find("target")->text(),
                                  edge.find("relation")->text()));
    }
    return found;
  }
  Harness server;
};

TEST_F(Dependencies, AreTheNeighboursOfAFlow) {  // FLOW-93
  EXPECT_THAT(edges("flows/a.b/middle/dependencies"), UnorderedElementsAre("main_a.b_top>main_a.b_middle FLOW_TASK",
                                                                           "main_a.b_middle>main_c_bottom FLOW_TASK"));
  EXPECT_THAT(edges("flows/c/bottom/dependencies"), UnorderedElementsAre("main_a.b_middle>main_c_bottom FLOW_TASK",
                                                                         "main_c_bottom>main_c_listener FLOW_TRIGGER"));
  EXPECT_THAT(edges("flows/c/listener/dependencies"), ElementsAre("main_c_bottom>main_c_listener FLOW_TRIGGER"));
}

TEST_F(Dependencies, OnlyDownstream) {
  EXPECT_THAT(edges("flows/a.b/middle/dependencies?destinationOnly=true"),
              ElementsAre("main_a.b_middle>main_c_bottom FLOW_TASK"));
  EXPECT_THAT(edges("flows/c/listener/dependencies?destinationOnly=true"), IsEmpty());
}

TEST_F(Dependencies, AllThatCanBeReached) {
  EXPECT_THAT(edges("flows/a.b/top/dependencies?expandAll=true"),
              UnorderedElementsAre("main_a.b_top>main_a.b_middle FLOW_TASK", "main_a.b_middle>main_c_bottom FLOW_TASK",
                                   "main_c_bottom>main_c_listener FLOW_TRIGGER"));
  EXPECT_EQ(server.get("flows/a.b/top/dependencies?expandAll=true").at({"nodes"}).size(), 4u);
  EXPECT_EQ(server.get("flows/a.b/top/dependencies").at({"nodes"}).size(), 2u);
}

TEST_F(Dependencies, OfANamespaceAndOfAll) {
  EXPECT_THAT(edges("namespaces/a.b/dependencies"), UnorderedElementsAre("main_a.b_top>main_a.b_middle FLOW_TASK",
                                                                         "main_a.b_middle>main_c_bottom FLOW_TASK"));
  EXPECT_THAT(edges("namespaces/c/dependencies?destinationOnly=true"),
              UnorderedElementsAre("main_c_bottom>main_c_listener FLOW_TRIGGER",
                                   "main_c_caller-of-none>main_x_missing FLOW_TASK"));
  EXPECT_EQ(edges("dependencies").size(), 4u);
}

TEST_F(Dependencies, UsagesCountFlowsAndExecutions) {  // API-50 (getUsages)
  server.wait_for_end(server.run("c", "listener"));    // nobody listens to it: one execution
  const auto reply = server.get("usages/all");
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(reply.at({"flows", "count"}).as_integer(), 5);
  EXPECT_EQ(reply.at({"flows", "namespacesCount"}).as_integer(), 2);
  EXPECT_EQ(reply.at({"flows", "taskTypeCount", "io.kestra.plugin.core.flow.Subflow"}).as_integer(), 3);
  EXPECT_EQ(reply.at({"flows", "triggerTypeCount", "io.kestra.plugin.core.trigger.Flow"}).as_integer(), 1);
  EXPECT_EQ(reply.at({"flows", "hasTriggersCount"}).as_integer(), 1);
  const Value days = reply.at({"executions", "dailyExecutionsCount"});
  ASSERT_EQ(days.size(), 31u) << "30 days, the first and the last in part";
  EXPECT_EQ(days.items()[30].find("executionCounts")->find("SUCCESS")->as_integer(), 1);
  EXPECT_EQ(days.items()[30].find_path({"duration", "count"})->as_integer(), 1);
  EXPECT_EQ(days.items()[0].find("executionCounts")->find("SUCCESS")->as_integer(), 0);
  for (const char* name : {"min", "avg", "max", "sum"})
    EXPECT_EQ(days.items()[0].find_path({"duration", name})->text(), "PT0S") << name << ": nothing ran";
  EXPECT_EQ(reply.at({"flows", "triggers", "hasWhenCount"}).as_integer(), 0);
  EXPECT_EQ(server.get("usages").body, reply.body);
  EXPECT_EQ(server.get("/api/v1/main-tenant-flows").body, "true");
}

TEST_F(Dependencies, UnknownFlows) {
  EXPECT_EQ(server.get("flows/a.b/nothing/dependencies").status, 404);
  const auto reply = server.get("flows/c/caller-of-none/dependencies");
  for (const Value& node : reply.at({"nodes"}).items()) {
    if (node.find("uid")->text() == "main_x_missing") EXPECT_EQ(node.find("id"), nullptr);
  }
  server.send("DELETE", "flows/c/listener");
  EXPECT_THAT(edges("flows/c/bottom/dependencies"), ElementsAre("main_a.b_middle>main_c_bottom FLOW_TASK"));
}

// API-48: every execution of one correlation, until all have ended.
TEST(FollowDependencies, ReportsTheStatesOfCallerAndChild) {
  Harness server;
  server.deploy(test::log_flow("a.b", "child"));
  server.deploy(
      "id: caller\nnamespace: a.b\ntasks:\n  - {id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: a.b, "
      "flowId: child, wait: true}\n");
  const std::string id = server.run("a.b", "caller");
  auto events = server.follow("executions/" + id + "/follow-dependencies?expandAll=true");
  std::vector<std::string> names, states;
  while (auto event = events.next()) {
    names.push_back(event->id);
    auto data = syntax::parse_json(event->data);
    ASSERT_TRUE(data.has_value()) << event->data;
    if (event->id == "progress")
      states.push_back(
          fmt::format("{} {}", data->find("flowId")->text(), data->find("state")->find("current")->text()));
  }
  EXPECT_EQ(names.front(), "start");
  EXPECT_EQ(names.back(), "end");
  EXPECT_THAT(states, ::testing::Contains("caller SUCCESS"));
  EXPECT_THAT(states, ::testing::Contains("child SUCCESS"));
  EXPECT_EQ(server.get("executions/nothing/follow-dependencies").status, 404);
}

// API-48: one hop in both directions, or only what was started, or all that was started.
TEST(FollowDependencies, OfTheWantedDirectionAndDepth) {
  Harness server;
  server.deploy(test::log_flow("a.b", "bottom"));
  const auto calling = [](std::string_view id, std::string_view called) {
    return fmt::format(
        "id: {}\nnamespace: a.b\ntasks:\n  - {{id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: a.b, "
        "flowId: {}, wait: true}}\n",
        id, called);
  };
  server.deploy(calling("middle", "bottom"));
  server.deploy(calling("top", "middle"));
  const std::string top = server.run("a.b", "top");
  server.wait_for_end(top);
  const Value found = server.get("executions/search?filters[flowId][EQUALS]=middle").at({"results"});
  ASSERT_EQ(found.size(), 1u);
  const std::string middle(found.items()[0].find("id")->text());
  const auto followed = [&](const std::string& id, const std::string& query) {
    auto events = server.follow("executions/" + id + "/follow-dependencies" + query);
    std::vector<std::string> flows;
    while (auto event = events.next()) {
      if (event->id != "progress") continue;
      auto data = syntax::parse_json(event->data);
      if (data) flows.emplace_back(data->find("flowId")->text());
    }
    return flows;
  };
  EXPECT_THAT(followed(middle, ""), UnorderedElementsAre("top", "middle", "bottom"));
  EXPECT_THAT(followed(middle, "?destinationOnly=true"), UnorderedElementsAre("middle", "bottom"));
  EXPECT_THAT(followed(top, ""), UnorderedElementsAre("top", "middle"));
  EXPECT_THAT(followed(top, "?destinationOnly=true&expandAll=true"), UnorderedElementsAre("top", "middle", "bottom"));
}

}  // namespace
}  // namespace gyr::web
