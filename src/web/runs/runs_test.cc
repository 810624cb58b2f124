#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Value;
using test::Harness;

constexpr std::string_view loop = R"(
id: loop
namespace: a.b
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: ["x", "y", "<script>"]
    tasks:
      - {id: say, type: io.kestra.plugin.core.log.Log, message: "{{ taskrun.value }}", level: ERROR}
      - {id: out, type: io.kestra.plugin.core.output.OutputValues, values: {a: 1}}
  - {id: ko, type: io.kestra.plugin.core.execution.Fail}
)";

std::string ids_of(const test::Reply& reply) {
  std::string out;
  for (const Value& run : reply.at({"results"}).items()) {
    const Value* value = run.find("value");
    out += fmt::format("{}{}{}{}", out.empty() ? "" : " ", run.find("taskId")->text(), value == nullptr ? "" : "=",
                       value == nullptr ? "" : value->text());
  }
  return out;
}

TEST(Runs, AreListedByLevelWithCounts) {  // UI-640
  Harness harness;
  harness.deploy(loop);
  const std::string id = harness.run("a.b", "loop");
  harness.wait_for_end(id);
  const auto top = harness.get("executions/" + id + "/runs");
  ASSERT_EQ(top.status, 200) << top.body;
  EXPECT_EQ(ids_of(top), "each ko");
  EXPECT_EQ(top.at({"total"}).as_integer(), 2);
  EXPECT_EQ(top.at({"byState", "FAILED"}).as_integer(), 1);
  EXPECT_GT(top.at({"revision"}).as_integer(), 0);
  const Value each = top.at({"results"}).items()[0];
  EXPECT_EQ(each.find_path({"children", "total"})->as_integer(), 6);
  EXPECT_EQ(each.find_path({"children", "byState", "SUCCESS"})->as_integer(), 6);
  EXPECT_EQ(each.find("taskType")->text(), "io.kestra.plugin.core.flow.ForEach");

  const auto below = harness.get("executions/" + id + "/runs?parent=" + std::string(each.find("id")->text()));
  ASSERT_EQ(below.status, 200) << below.body;
  EXPECT_EQ(below.at({"total"}).as_integer(), 6);
  const Value first = below.at({"results"}).items()[0];
  EXPECT_EQ(first.find("parentId")->text(), each.find("id")->text());
  EXPECT_NE(first.find("startedAt"), nullptr);
  EXPECT_NE(first.find("duration"), nullptr);
  EXPECT_EQ(first.find("attempts")->size(), 1u);
  const auto said = harness.get("executions/" + id + "/runs?parent=*&taskId=say");
  EXPECT_EQ(ids_of(said), "say=x say=y say=<script>");
  EXPECT_EQ(said.at({"results"}).items()[0].find("errors")->as_integer(), 1);
  EXPECT_FALSE(said.at({"results"}).items()[0].find("outputs")->as_boolean());
  EXPECT_EQ(ids_of(harness.get("executions/" + id + "/runs?parent=*&value=%3Cscript%3E&q=OU")), "out=<script>");
  EXPECT_EQ(ids_of(harness.get("executions/" + id + "/runs?parent=*&state=FAILED,KILLED&state=WARNING")), "ko");
  EXPECT_TRUE(harness.get("executions/" + id + "/runs?parent=*&taskId=out")
                  .at({"results"})
                  .items()[0]
                  .find("outputs")
                  ->as_boolean());
}

TEST(Runs, ArePagedByKey) {  // UI-641
  Harness harness;
  harness.deploy(loop);
  const std::string id = harness.run("a.b", "loop");
  harness.wait_for_end(id);
  for (const char* sort : {"start", "duration", "state"}) {
    std::set<std::string> seen;
    std::string after;
    int pages = 0;
    do {
      const auto page = harness.get(fmt::format("executions/{}/runs?parent=*&size=3&sort={}{}", id, sort,
                                                after.empty() ? "" : "&after=" + after));
      ASSERT_EQ(page.status, 200) << page.body;
      EXPECT_EQ(page.at({"total"}).as_integer(), 8);
      for (const Value& run : page.at({"results"}).items()) seen.emplace(run.find("id")->text());
      const Value next = page.at({"next"});
      after = next.is_null() ? "" : std::string(next.text());
    } while (!after.empty() && ++pages < 10);
    EXPECT_EQ(seen.size(), 8u) << sort;
    EXPECT_EQ(pages, 2);
  }
}

TEST(Runs, ShowTheExecutionOfASubflow) {  // UI-624
  Harness harness;
  harness.deploy(test::log_flow("a.b", "child"));
  harness.deploy(R"(
id: caller
namespace: a.b
tasks:
  - {id: call, type: io.kestra.plugin.core.flow.Subflow, namespace: a.b, flowId: child, wait: true}
)");
  const std::string id = harness.run("a.b", "caller");
  harness.wait_for_end(id);
  const auto page = harness.get("executions/" + id + "/runs");
  const Value results = page.at({"results"});
  const Value* subflow = results.items()[0].find("subflow");
  ASSERT_NE(subflow, nullptr) << page.body;
  EXPECT_EQ(subflow->find("flowId")->text(), "child");
  EXPECT_EQ(subflow->find("state")->text(), "SUCCESS");
  EXPECT_EQ(harness.get("executions/" + std::string(subflow->find("executionId")->text())).status, 200);
}

TEST(Runs, RefuseGarbage) {
  Harness harness;
  harness.deploy(test::log_flow("a.b", "f"));
  const std::string id = harness.run("a.b", "f");
  harness.wait_for_end(id);
  const std::string runs = "executions/" + id + "/runs?";
  for (const std::string& query :
       {std::string("parent=%2A%2A"), std::string("parent=a%00b"), std::string("state=failed"), std::string("state=,"),
        std::string("sort=name"), std::string("size=0"), std::string("size=x"), std::string("size=-1"),
        std::string("after=x"), std::string("after=duration_1_1_1"), "q=" + std::string(1'001, 'x'),
        "taskId=" + std::string(1'001, 'x')}) {
    EXPECT_EQ(harness.get(runs + query).status, 422) << query.substr(0, 40);
  }
  EXPECT_EQ(harness.get(runs + "size=100000000").status, 200) << "reduced, as everywhere";
  EXPECT_EQ(harness.get(runs + "parent=0&q=%F0%9F%92%A9&value=%3B--").at({"total"}).as_integer(), 0);
  EXPECT_EQ(harness.get("executions/0350tXGoneGoneGoneGone/runs").status, 404);
}

}  // namespace
}  // namespace gyr::web
