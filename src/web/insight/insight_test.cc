#include <gtest/gtest.h>

#include <numeric>
#include <random>

#include "web/insight/durations.h"
#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Duration;
using base::Value;
using test::Harness;

std::vector<Duration> seconds(std::initializer_list<int64_t> list) {
  std::vector<Duration> durations;
  for (const int64_t one : list) durations.push_back(Duration::of_seconds(one));
  return durations;
}

TEST(DurationsOfRuns, PercentilesAreValuesOfTheList) {  // UI-1103
  const auto check = [](std::vector<Duration> durations, int64_t median, int64_t p95) {
    const auto insight = insight_of(durations);
    EXPECT_EQ(insight.median, Duration::of_seconds(median));
    EXPECT_EQ(insight.p95, Duration::of_seconds(p95));
  };
  check(seconds({7}), 7, 7);
  check(seconds({9, 1}), 1, 9);
  check(seconds({3, 1, 2}), 2, 3);
  std::vector<Duration> many;
  for (int64_t i = 100; i > 0; --i) many.push_back(Duration::of_seconds(i));
  check(many, 50, 95);
}

TEST(DurationsOfRuns, TheHistogramHasEveryDurationOnce) {
  std::mt19937 random(3);
  for (const size_t count : {1u, 2u, 30u, 500u}) {
    std::vector<Duration> durations;
    for (size_t i = 0; i < count; ++i) durations.push_back(Duration::of_nanos(static_cast<int64_t>(random()) * 1'000));
    const auto insight = insight_of(durations);
    EXPECT_LE(insight.histogram.size(), histogram_buckets);
    uint64_t sum = 0;
    for (const auto& bucket : insight.histogram) {
      sum += bucket.n;
      EXPECT_GT(bucket.n, 0u);
      EXPECT_LT(bucket.from, bucket.to);
    }
    EXPECT_EQ(sum, count);
    EXPECT_LE(insight.histogram.front().from, durations.front());
    EXPECT_GT(insight.histogram.back().to, durations.back());
  }
}

struct Insight : ::testing::Test {
  Insight() {
    server.deploy(source);
    for (int i = 0; i < 3; ++i) {
      ids.push_back(server.run("a.b", "f"));
      server.wait_for_end(ids.back());
      server.clock().advance(base::Duration::of_seconds(1));
    }
  }
  const std::string source =
      "id: f\nnamespace: a.b\ntasks:\n"
      "  - id: loop\n    type: io.kestra.plugin.core.flow.ForEach\n    values: [1, 2]\n    tasks:\n"
      "      - {id: say, type: io.kestra.plugin.core.log.Log, message: m}\n"
      "  - {id: ko, type: io.kestra.plugin.core.execution.Fail}\n";
  Harness server;
  std::vector<std::string> ids;
};

TEST_F(Insight, HasTheDurationsOfEachTask) {  // UI-1103
  const auto reply = server.get("flows/a.b/f/insight");
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(reply.at({"runs"}).as_integer(), 3);
  EXPECT_NE(reply.json().find_path({"duration", "median"}), nullptr);
  EXPECT_EQ(reply.at({"tasks", "say", "runs"}).as_integer(), 6);
  EXPECT_EQ(reply.at({"tasks", "say", "failed"}).as_integer(), 0);
  EXPECT_EQ(reply.at({"tasks", "ko", "failed"}).as_integer(), 3);
  EXPECT_EQ(server.get("flows/a.b/f/insight?last=1").at({"runs"}).as_integer(), 1);
  server.deploy(test::log_flow("a.b", "new"));
  const auto empty = server.get("flows/a.b/new/insight");
  EXPECT_EQ(empty.at({"runs"}).as_integer(), 0);
  EXPECT_EQ(empty.json().find("duration"), nullptr);
}

TEST_F(Insight, AGridHasTheStatesOfTheTasks) {  // UI-1101
  const auto reply = server.get("flows/a.b/f/grid");
  ASSERT_EQ(reply.status, 200) << reply.body;
  const Value grid = reply.json();
  ASSERT_EQ(grid.find("runs")->size(), 3u);
  EXPECT_EQ(grid.find("runs")->items()[0].find("id")->text(), ids[2]) << "the newest first";
  ASSERT_EQ(grid.find("tasks")->size(), 3u);
  EXPECT_EQ(grid.find("tasks")->items()[1].find("id")->text(), "say");
  EXPECT_EQ(grid.find("tasks")->items()[1].find("depth")->as_integer(), 1);
  const Value* column = grid.find("cells")->find(ids[0]);
  ASSERT_NE(column, nullptr);
  ASSERT_EQ(column->size(), 3u);
  EXPECT_EQ(column->items()[1].text(), "SUCCESS");
  EXPECT_EQ(column->items()[2].text(), "FAILED");
  // A task of an older revision keeps its row; one that has not run has no state.
  std::string changed = source;
  changed.replace(changed.find("id: ko"), 6, "id: kx");
  ASSERT_EQ(server.send("PUT", "flows/a.b/f", changed, "application/x-yaml").status, 200);
  const Value later = server.get("flows/a.b/f/grid").json();
  ASSERT_EQ(later.find("tasks")->size(), 4u);
  EXPECT_EQ(later.find("tasks")->items()[3].find("id")->text(), "ko");
  EXPECT_TRUE(later.find("cells")->find(ids[0])->items()[2].is_null());
}

TEST_F(Insight, PagesOfAGridHaveEveryRunOnce) {  // UI-1101
  std::vector<std::string> seen;
  std::string before;
  for (int i = 0; i < 10; ++i) {
    const auto page = server.get("flows/a.b/f/grid?runs=1" + (before.empty() ? "" : "&before=" + before));
    ASSERT_EQ(page.status, 200) << page.body;
    for (const Value& run : page.at({"runs"}).items()) seen.emplace_back(run.find("id")->text());
    const Value next = page.at({"next"});
    if (next.is_null()) break;
    before = next.text();
  }
  EXPECT_EQ(seen, (std::vector<std::string>{ids[2], ids[1], ids[0]}));
}

TEST_F(Insight, RefusesGarbage) {
  EXPECT_EQ(server.get("flows/a.b/none/insight").status, 404);
  EXPECT_EQ(server.get("flows/a.b/none/grid").status, 404);
  for (const char* query : {"insight?last=0", "insight?last=x", "grid?runs=0", "grid?before=x", "grid?before=",
                            "grid?before=1_", "grid?before=1_a%2Fb", "grid?before=99999999999999999999_a"})
    EXPECT_EQ(server.get(std::string("flows/a.b/f/") + query).status, 422) << query;
  EXPECT_EQ(server.get("flows/a.b/f/insight?last=1000000").status, 200);
  EXPECT_EQ(server.get("flows/a.b/f/grid?runs=1000000").status, 200);
}

}  // namespace
}  // namespace gyr::web
