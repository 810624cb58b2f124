// Statistics and task runs for 0.x clients (API-5).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/execution.h"
#include "store/store.h"
#include "web/statistics/daily.h"
#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Duration;
using base::Instant;
using base::Value;
using test::Harness;
using test::Reply;
using ::testing::HasSubstr;

constexpr Instant noon{1'767'614'400, 0};  // 2026-01-05T12:00:00Z

TEST(Periods, AreDaysOrHours) {
  const Periods days(noon, noon + Duration::of_seconds(3 * 86'400));
  EXPECT_EQ(days.size(), 4u);
  EXPECT_EQ(days.begin(0).seconds, noon.seconds - 12 * 3'600);
  EXPECT_EQ(days.index_of(noon), 0u);
  EXPECT_EQ(days.index_of(noon + Duration::of_seconds(12 * 3'600)), 1u);
  EXPECT_EQ(days.index_of({0, 0}), 0u) << "outside counts to the ends";
  EXPECT_EQ(days.index_of({INT64_MAX / 2, 0}), 3u);
  const Periods hours(noon, noon + Duration::of_seconds(86'400));
  EXPECT_EQ(hours.name(), "hour");
  EXPECT_EQ(hours.size(), 25u);
  const Periods early({-1, 0}, {0, 0});
  EXPECT_EQ(early.begin(0).seconds, -3'600);
  EXPECT_EQ(early.size(), 2u);
  EXPECT_LT(Periods({-62'000'000'000, 0}, {250'000'000'000, 0}).size(), 10'000u) << "a chart is not that long";
}

TEST(DailyCounts, DurationsAreThoseOfWhatHasEnded) {
  DailyCounts counts(Periods(noon, noon + Duration::of_seconds(2 * 86'400)));
  const auto run = [](Instant start, int64_t seconds, model::State end) {
    model::StateHistory state(model::State::created, start);
    state.set(model::State::running, start);
    if (end != model::State::running) state.set(end, start + Duration::of_seconds(seconds));
    return state;
  };
  counts.add(run(noon, 2, model::State::success));
  counts.add(run(noon, 6, model::State::failed));
  counts.add(run(noon, 60, model::State::paused));
  counts.add(run(noon, 0, model::State::running));
  DailyCounts more = counts;
  more.add(counts);
  EXPECT_EQ(more.statistics()[0].duration.count, 4u);
  EXPECT_EQ(more.statistics()[0].duration.sum, Duration::of_seconds(16));
  const auto first = counts.statistics()[0];
  EXPECT_EQ(first.duration.min, Duration::of_seconds(2));
  EXPECT_EQ(first.duration.avg, Duration::of_seconds(4));
  EXPECT_EQ(first.duration.max, Duration::of_seconds(6));
  EXPECT_EQ(first.duration.count, 2u);
  uint64_t all = 0;
  for (const auto& [name, count] : first.execution_counts) all += count;
  EXPECT_EQ(all, 4u);
  EXPECT_EQ(counts.statistics()[1].duration.avg, Duration());
}

class StatisticsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    server.deploy(test::log_flow("a", "one"));
    server.deploy(test::log_flow(
        "a.b", "two", "triggers:\n  - {id: t, type: io.kestra.plugin.core.trigger.Schedule, cron: 0 0 1 1 *}\n"));
    server.deploy(test::log_flow("other", "three"));
    for (const auto& [namespace_, id] : {std::pair{"a", "one"}, {"a", "one"}, {"a.b", "two"}, {"other", "three"}})
      last = server.wait_for_end(server.run(namespace_, id));
  }
  Value post(const std::string& path, const std::string& body) {
    const Reply reply = server.post_json("stats/" + path, body);
    EXPECT_EQ(reply.status, 200) << path << " " << body << " " << reply.body;
    return reply.json();
  }
  /// The number of successful executions of all days.
  static int64_t successes(const Value& days) {
    int64_t sum = 0;
    for (const Value& day : days.items()) sum += day.find_path({"executionCounts", "SUCCESS"})->as_integer();
    return sum;
  }

  Harness server;
  Value last;
};

TEST_F(StatisticsTest, ExecutionsAreCountedByDay) {
  const Value days = post("executions/daily", "{}");
  EXPECT_EQ(days.size(), 31u);
  EXPECT_EQ(successes(days), 4);
  EXPECT_EQ(days.items()[30].find("groupBy")->text(), "day");
  EXPECT_EQ(days.items()[30].find_path({"duration", "count"})->as_integer(), 4);
  EXPECT_EQ(successes(post("executions/daily", R"({"namespace":"a"})")), 3) << "with its child namespaces";
  EXPECT_EQ(successes(post("executions/daily", R"({"namespace":"a","flowId":"two","q":null})")), 1);
  EXPECT_EQ(successes(post("executions/daily", R"({"q":"thr"})")), 1) << "searched for";
  EXPECT_EQ(successes(post("executions/daily", R"({"state":["FAILED"]})")), 0);
  EXPECT_EQ(successes(post("executions/daily", R"({"scope":["SYSTEM"]})")), 0);
  EXPECT_EQ(post("executions/daily", R"({"startDate":"2001-01-01T00:00:00Z","endDate":"2001-01-01T05:00:00Z"})").size(),
            6u)
      << "by hour";
}

TEST_F(StatisticsTest, ExecutionsAreCountedByFlowAndNamespace) {
  const Value flows = post("executions/daily/group-by-flow", "{}");
  EXPECT_EQ(flows.size(), 3u);
  EXPECT_EQ(successes(*flows.find("a")->find("one")), 2);
  const Value wanted = post("executions/daily/group-by-flow", R"({"flows":[{"namespace":"a.b","id":"two"}]})");
  EXPECT_EQ(wanted.size(), 1u);
  EXPECT_EQ(successes(*wanted.find("a.b")->find("two")), 1);
  const Value spaces =
      post("executions/daily/group-by-flow", R"({"namespaceOnly":true,"flows":[{"namespace":"","id":""}]})");
  EXPECT_EQ(successes(*spaces.find("a")->find("*")), 2);
  EXPECT_EQ(successes(*post("executions/daily/group-by-namespace", R"({"q":"a"})").find("a")), 2);
}

TEST_F(StatisticsTest, TaskRunsLogLinesAndFlowsAreCounted) {
  EXPECT_EQ(successes(post("taskruns/daily", R"({"namespace":"a"})")), 3) << "one task each";
  EXPECT_EQ(successes(post("taskruns/daily", R"({"state":["RUNNING"]})")), 0);
  int64_t info = 0, debug = 0;
  for (const Value& day : post("logs/daily", R"({"logLevel":"INFO"})").items()) {
    info += day.find_path({"counts", "INFO"})->as_integer();
    debug += day.find_path({"counts", "DEBUG"})->as_integer();
  }
  EXPECT_GE(info, 4);
  EXPECT_EQ(debug, 0);
  const Value all = post("summary", "{}");
  EXPECT_EQ(all.find("flows")->as_integer(), 3);
  EXPECT_EQ(all.find("triggers")->as_integer(), 1);
  EXPECT_EQ(post("summary", R"({"namespace":"other"})").find("triggers")->as_integer(), 0);
}

TEST_F(StatisticsTest, TheNewestExecutionOfEachFlow) {
  const Value newest = post("executions/latest/group-by-flow",
                            R"({"flows":[{"namespace":"other","id":"three"},{"namespace":"x","id":"y"}]})");
  ASSERT_EQ(newest.size(), 1u);
  EXPECT_EQ(newest.items()[0].find("id")->text(), last.find("id")->text());
  EXPECT_EQ(newest.items()[0].find("taskRunList"), nullptr);
  EXPECT_EQ(post("executions/latest/group-by-flow", "{}").size(), 3u) << "of all flows";
}

TEST_F(StatisticsTest, WrongRequestsAreRefused) {
  for (const char* body :
       {"[]", R"({"startDate":"yesterday"})", R"({"startDate":"0001-01-01T00:00:00Z"})", R"({"state":["NOTHING"]})",
        R"({"scope":["ALL"]})", R"({"startDate":"2026-01-02T00:00:00Z","endDate":"2026-01-01T00:00:00Z"})",
        R"({"flows":{}})"})
    EXPECT_EQ(server.post_json("stats/executions/daily", body).status, 422) << body;
  EXPECT_EQ(server.post_json("stats/logs/daily", R"({"logLevel":"LOUD"})").status, 422);
}

TEST_F(StatisticsTest, TaskRunsAreListed) {
  const Reply all = server.get("taskruns/search");
  ASSERT_EQ(all.status, 200) << all.body;
  EXPECT_EQ(all.at({"total"}).as_integer(), 4);
  EXPECT_EQ(all.at({"results"}).items()[0].find("executionId")->text(), last.find("id")->text()) << "the newest first";
  const auto oldest = server.get("taskruns/search?sort=taskRunList.state.startDate:asc&size=1&page=4");
  EXPECT_EQ(oldest.at({"results"}).items()[0].find("executionId")->text(), last.find("id")->text());
  EXPECT_EQ(server.get("taskruns/search?namespace=a&state=SUCCESS").at({"total"}).as_integer(), 3);
  EXPECT_EQ(server.get("taskruns/search?filters[state][NOT_EQUALS]=SUCCESS").at({"total"}).as_integer(), 0);
  EXPECT_EQ(server.get("taskruns/search?page=9").at({"results"}).size(), 0u);
  EXPECT_EQ(server.get("taskruns/search?sort=colour").status, 422);
  EXPECT_EQ(server.get("taskruns/maxTaskRunSetting").body, "10000");
}

TEST_F(StatisticsTest, LinesOfATriggerAreDeleted) {  // API-105
  store::Batch batch;
  for (const char* trigger : {"t", "other"}) {
    model::LogEntry line;
    line.flow = std::make_shared<const model::FlowKey>(model::FlowKey{"main", "a.b", "two"});
    line.trigger_id = trigger;
    line.timestamp = server.clock().now();
    line.message = trigger;
    batch.logs.push_back(std::move(line));
  }
  ASSERT_TRUE(server.store().commit_and_wait(std::move(batch)).has_value());
  const auto lines = [this](const std::string& trigger) {
    return server.get("logs/search?filters[triggerId][EQUALS]=" + trigger).at({"total"}).as_integer();
  };
  const int64_t of_execution = server.get("logs/search?namespace=a.b").at({"total"}).as_integer() - 2;
  EXPECT_EQ(server.send("DELETE", "logs/a.b/two").status, 400) << "which trigger?";
  EXPECT_EQ(lines("t"), 1);
  EXPECT_EQ(server.send("DELETE", "logs/a.b/two?triggerId=t").status, 200);
  EXPECT_EQ(lines("t"), 0);
  EXPECT_EQ(lines("other"), 1);
  EXPECT_EQ(server.get("logs/search?namespace=a.b").at({"total"}).as_integer(), of_execution + 1);
  EXPECT_EQ(server.send("DELETE", "logs/a.b/two?triggerId=nothing").status, 200) << "deleting is repeatable";
}

TEST(Contract, IsShownAsAPage) {  // API-13
  Harness server;
  const Reply page = server.get("/api");
  ASSERT_EQ(page.status, 200);
  EXPECT_EQ(page.header("Content-Type"), "text/html; charset=utf-8");
  EXPECT_THAT(page.body, HasSubstr("<section id=\"createFlow\">"));
  EXPECT_THAT(page.body, HasSubstr("href=\"/swagger/kestra.yml\""));
  EXPECT_THAT(page.body, ::testing::Not(HasSubstr("<script")));
}

}  // namespace
}  // namespace gyr::web
