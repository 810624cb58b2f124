#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Value;
using test::Harness;
using ::testing::HasSubstr;

TEST(FlowOverview, HasTheLastRunsTheTriggersAndTheNextDate) {  // UI-261
  Harness harness;
  harness.deploy(test::log_flow("a.b", "f", R"(
triggers:
  - {id: hourly, type: io.kestra.plugin.core.trigger.Schedule, cron: "0 * * * *"}
  - {id: later, type: io.kestra.plugin.core.trigger.Schedule, cron: "0 0 1 1 *"}
  - {id: off, type: io.kestra.plugin.core.trigger.Schedule, cron: "* * * * *", disabled: true}
  - {id: hook, type: io.kestra.plugin.core.trigger.Webhook, key: abcdefgh}
)"));
  harness.deploy(test::waiting_flow("a.b", "slow", "concurrency: {limit: 1, behavior: QUEUE}\n"));
  harness.wait_for_end(harness.run("a.b", "f"));
  const std::string newest = harness.run("a.b", "f");
  harness.wait_for_end(newest);
  harness.run("a.b", "slow");
  auto job = harness.workers().take("nap");
  harness.run("a.b", "slow");
  const auto answer = harness.post_json(
      "flows/overview",
      R"({"flows": [{"namespace": "a.b", "id": "f"}, {"namespace": "a.b", "id": "slow"}, {"namespace": "x", "id": "none"}]})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const Value all = answer.json();
  const auto rows = all.items();
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].find_path({"last", "id"})->text(), newest);
  EXPECT_EQ(rows[0].find("runs")->size(), 2u);
  EXPECT_NE(rows[0].find_path({"last", "duration"}), nullptr);
  EXPECT_EQ(rows[0].find_path({"next", "triggerId"})->text(), "hourly");
  ASSERT_EQ(rows[0].find("triggers")->size(), 4u);
  EXPECT_EQ(rows[0].find("triggers")->items()[0].find("text")->text(), "0 * * * *");
  EXPECT_TRUE(rows[0].find("triggers")->items()[2].find("disabled")->as_boolean());
  EXPECT_EQ(rows[0].find("triggers")->items()[3].find("text")->text(), "Webhook");
  EXPECT_EQ(rows[0].find("waiting"), nullptr);
  EXPECT_EQ(rows[1].find_path({"waiting", "for"})->text(), "slot") << answer.body;
  EXPECT_EQ(rows[1].find_path({"last", "duration"}), nullptr) << "it has not ended";
  EXPECT_EQ(rows[2].find("last"), nullptr);
  EXPECT_EQ(rows[2].find("triggers")->size(), 0u);
  const auto none = harness.post_json("flows/overview", R"({"flows": [{"namespace": "a.b", "id": "f"}], "last": 0})");
  EXPECT_EQ(none.json().items()[0].find("runs")->size(), 0u);
  EXPECT_NE(none.json().items()[0].find("last"), nullptr);
}

TEST(FlowOverview, RefusesGarbage) {
  Harness harness;
  for (const char* body :
       {"", "[]", "null", "{}", R"({"flows": null})", R"({"flows": {}})", R"({"flows": [1]})",
        R"({"flows": [{"id": "f"}]})", R"({"flows": [{"namespace": 1, "id": "f"}]})", R"({"flows": [], "last": -1})",
        R"({"flows": [], "last": 51})", R"({"flows": [], "last": "2"})", R"({"flows": [)"}) {
    EXPECT_GE(harness.post_json("flows/overview", body).status, 400) << body;
    EXPECT_LT(harness.post_json("flows/overview", body).status, 500) << body;
  }
  EXPECT_EQ(harness.post_json("flows/overview", R"({"flows": []})").json().size(), 0u);
  std::string many = R"({"flows": [)";
  for (int i = 0; i < 501; ++i) many += fmt::format(R"({}{{"namespace": "n", "id": "f{}"}})", i == 0 ? "" : ",", i);
  EXPECT_EQ(harness.post_json("flows/overview", many + "]}").status, 422);
  const std::string odd = R"({"flows": [{"namespace": "'; DROP TABLE flows; --", "id": "\u0000<b>"}]})";
  EXPECT_EQ(harness.post_json("flows/overview", odd).status, 200);
}

TEST(ExecutionCounts, CountByStateAndTimeWithTheFiltersOfTheList) {  // UI-591, UI-1062
  Harness harness;
  EXPECT_EQ(harness.get("executions/counts").at({"total"}).as_integer(), 0);
  harness.deploy(test::log_flow("a.b", "f", "labels: {team: x}\n"));
  harness.deploy("id: ko\nnamespace: a\ntasks:\n  - {id: ko, type: io.kestra.plugin.core.execution.Fail}\n");
  harness.wait_for_end(harness.run("a.b", "f"));
  harness.wait_for_end(harness.run("a.b", "f"));
  harness.wait_for_end(harness.run("a", "ko"));
  const auto all = harness.get("executions/counts?interval=PT1H");
  ASSERT_EQ(all.status, 200) << all.body;
  EXPECT_EQ(all.at({"total"}).as_integer(), 3);
  EXPECT_FALSE(all.at({"about"}).as_boolean());
  EXPECT_EQ(all.at({"byState", "SUCCESS"}).as_integer(), 2);
  ASSERT_EQ(all.at({"buckets"}).size(), 1u);
  EXPECT_EQ(all.at({"buckets"}).items()[0].find_path({"byState", "FAILED"})->as_integer(), 1);
  const auto some = harness.get("executions/counts?filters[namespace][PREFIX]=a.b&filters[state][EQUALS]=SUCCESS");
  EXPECT_EQ(some.at({"total"}).as_integer(), 2) << some.body;
  const auto labelled = harness.get("executions/counts?filters[labels][EQUALS][team]=x");
  EXPECT_EQ(labelled.at({"total"}).as_integer(), 2);
  EXPECT_FALSE(labelled.at({"about"}).as_boolean()) << "all of them were looked at";
  const auto by_body = harness.post_json(
      "executions/counts",
      R"({"filters": [{"field": "namespace", "operation": "EQUALS", "value": "a"}], "interval": "PT1M"})");
  ASSERT_EQ(by_body.status, 200) << by_body.body;
  EXPECT_EQ(by_body.at({"total"}).as_integer(), 1);
  EXPECT_EQ(harness.post_json("executions/counts", "{}").at({"total"}).as_integer(), 3);
}

TEST(ExecutionCounts, RefuseGarbage) {
  Harness harness;
  for (const char* query : {"interval=", "interval=x", "interval=-PT1H", "interval=PT0S", "interval=P", "interval=%00",
                            "filters[namespace][REGEX]=%28"})
    EXPECT_EQ(harness.get(std::string("executions/counts?") + query).status, 422) << query;
  for (const char* query : {"filters[nothing][EQUALS]=1", "filters[state][EQUALS]=NO", "filters[state]=x"})
    EXPECT_EQ(harness.get(std::string("executions/counts?") + query).status, 400) << query;
  EXPECT_EQ(harness.get("executions/counts?interval=PT0.000000001S").status, 200);
  EXPECT_EQ(harness.get("executions/counts?interval=P1000000D").status, 200);
  for (const char* body : {"[]", "1", R"({"filters": 1})", R"({"filters": [1]})", R"({"interval": 1})",
                           R"({"interval": "x"})", R"({"filters": [{"field": "x"}]})"}) {
    EXPECT_GE(harness.post_json("executions/counts", body).status, 400) << body;
    EXPECT_LT(harness.post_json("executions/counts", body).status, 500) << body;
  }
}

}  // namespace
}  // namespace gyr::web
