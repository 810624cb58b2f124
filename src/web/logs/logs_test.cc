// Searching log lines, and metrics in order (API-28, API-30, API-65, API-105).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/execution.h"
#include "store/store.h"
#include "web/logs/log_pages.h"
#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Duration;
using base::Value;
using test::Harness;
using test::Reply;
using ::testing::ElementsAre;

/// A line of a trigger; its message is its number.
model::LogEntry line_of(int number, base::Instant timestamp, model::LogLevel level = model::LogLevel::info) {
  static const auto flow = std::make_shared<const model::FlowKey>(model::FlowKey{"main", "a.b", "one"});
  model::LogEntry line;
  line.flow = flow;
  line.trigger_id = "t";
  line.timestamp = timestamp;
  line.level = level;
  line.message = std::to_string(number);
  return line;
}

void store_lines(Harness& harness, std::vector<model::LogEntry> lines) {
  for (auto& line : lines) {
    store::Batch batch;
    batch.logs.push_back(std::move(line));
    ASSERT_TRUE(harness.store().commit_and_wait(std::move(batch)).has_value());
  }
}

std::vector<std::string> messages_of(const Reply& reply) {
  EXPECT_EQ(reply.status, 200) << reply.body;
  std::vector<std::string> messages;
  const Value json = reply.json();
  if (const Value* results = json.find("results")) {
    for (const Value& line : results->items()) messages.emplace_back(line.find("message")->text());
  }
  return messages;
}

TEST(LogSearch, ACursorIsStableWhileLinesComeIn) {  // API-105
  Harness harness;
  const base::Instant begin = harness.clock().now();
  std::vector<model::LogEntry> lines;
  for (int i = 1; i <= 5; ++i) lines.push_back(line_of(i, begin + Duration::of_seconds(i)));
  store_lines(harness, std::move(lines));
  const Reply first = harness.get("logs/search?size=2");
  EXPECT_THAT(messages_of(first), ElementsAre("5", "4"));
  EXPECT_EQ(first.text({"type"}), "OFFSET");
  store_lines(harness, {line_of(6, begin + Duration::of_seconds(6)), line_of(7, begin + Duration::of_seconds(7))});
  const Reply second = harness.get("logs/search?size=2&cursor=" + first.text({"nextCursor"}));
  EXPECT_THAT(messages_of(second), ElementsAre("3", "2"));
  EXPECT_EQ(second.text({"type"}), "CURSOR");
  EXPECT_EQ(second.at({"total"}).as_integer(), 3);
  const Reply last = harness.get("logs/search?size=2&cursor=" + second.text({"nextCursor"}));
  EXPECT_THAT(messages_of(last), ElementsAre("1"));
  EXPECT_EQ(last.json().find("nextCursor"), nullptr);
  EXPECT_EQ(harness.get("logs/search?cursor=nonsense").status, 422);
}

TEST(LogSearch, TheTextOfAPlaceIsReadAgain) {
  const LogPlace place{
      base::Instant::of_millis(1'700'000'000'123), base::make_id(base::Instant::of_millis(1)), {}, 2, 77};
  const auto read = LogPlace::parse(place.to_text());
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->timestamp, place.timestamp);
  EXPECT_EQ(read->execution, place.execution);
  EXPECT_EQ(read->task_run, place.task_run);
  EXPECT_EQ(read->attempt, 2);
  EXPECT_EQ(read->sequence, 77u);
  for (std::string_view wrong : {"", "1.2.3", "x.1.1.1.1", "1.1.1.1.-1", "1.1.1.1.1.1", "1.?.1.1.1"})
    EXPECT_FALSE(LogPlace::parse(wrong).has_value()) << wrong;
}

TEST(LogSearch, ByLevel) {  // API-30
  Harness harness;
  const base::Instant begin = harness.clock().now();
  store_lines(harness, {line_of(1, begin, model::LogLevel::debug), line_of(2, begin + Duration::of_seconds(1)),
                        line_of(3, begin + Duration::of_seconds(2), model::LogLevel::error)});
  const auto found = [&](const std::string& query) {
    return messages_of(harness.get("logs/search?sort=timestamp:asc&" + query));
  };
  EXPECT_THAT(found("filters[level][EQUALS]=INFO"), ElementsAre("2", "3"));
  EXPECT_THAT(found("filters[level][GREATER_THAN_OR_EQUAL_TO]=INFO"), ElementsAre("2", "3"));
  EXPECT_THAT(found("filters[level][NOT_EQUALS]=INFO"), ElementsAre("1", "3"));
  EXPECT_THAT(found("filters[level][GREATER_THAN_OR_EQUAL_TO]=INFO&filters[level][NOT_EQUALS]=ERROR"),
              ElementsAre("2"));
  EXPECT_EQ(harness.get("logs/search?filters[level][LESS_THAN]=INFO").status, 400);
  EXPECT_THAT(found("filters[level][IN]=DEBUG,ERROR"), ElementsAre("1", "3"));
  EXPECT_THAT(found("filters[level][NOT_IN]=DEBUG,ERROR"), ElementsAre("2"));
  EXPECT_EQ(harness.get("logs/search?filters[level][IN]=DEBUG,LOUD").status, 400);
  // API-28
  EXPECT_THAT(messages_of(harness.get("logs/search?sort=level:desc")), ElementsAre("3", "2", "1"));
  EXPECT_THAT(messages_of(harness.get("logs/search?sort=level&size=2")), ElementsAre("1", "2"));
  EXPECT_EQ(harness.get("logs/search?sort=level&size=2").json().find("nextCursor"), nullptr);
  const std::string cursor = harness.get("logs/search?size=1").text({"nextCursor"});
  EXPECT_EQ(harness.get("logs/search?sort=level&cursor=" + cursor).status, 422);
  EXPECT_EQ(harness.get("logs/search?sort=colour").status, 422);
  EXPECT_THAT(found("filters[executionId][NOT_EQUALS]=nothing"), ElementsAre("1", "2", "3"));
  EXPECT_THAT(found("filters[or][0][level][EQUALS]=ERROR&filters[or][1][q][EQUALS]=1"), ElementsAre("1", "3"));
}

TEST(Metrics, AreListedInOrder) {  // API-28
  Harness harness;
  harness.deploy(test::log_flow("a.b", "one"));
  const std::string id = harness.run("a.b", "one");
  harness.wait_for_end(id);
  store::Batch batch;
  for (const auto& [name, value] : {std::pair("b", 1.0), std::pair("a", 1.0), std::pair("c", 0.5)}) {
    model::MetricEntry& metric = batch.metrics.emplace_back();
    metric.execution_id = *base::Id::parse(id);
    metric.flow = std::make_shared<const model::FlowKey>(model::FlowKey{"main", "a.b", "one"});
    metric.task_id = "say";
    metric.name = name;
    metric.value = value;
    metric.timestamp = harness.clock().now();
  }
  ASSERT_TRUE(harness.store().commit_and_wait(std::move(batch)).has_value());
  const auto names = [&](const std::string& sort) {
    std::string all;
    const Reply reply = harness.get("metrics/" + id + "?sort=" + sort);
    EXPECT_EQ(reply.status, 200) << reply.body;
    for (const Value& metric : reply.at({"results"}).items()) all += metric.find("name")->text();
    return all;
  };
  EXPECT_EQ(names("name:asc"), "abc");
  EXPECT_EQ(names("name:desc"), "cba");
  EXPECT_EQ(names("value:desc,name:asc"), "abc");
  EXPECT_EQ(names("value,name:desc"), "cba");
  EXPECT_EQ(names("namespace,flowId,executionId,taskrunId,name"), "abc");
  EXPECT_EQ(harness.get("metrics/" + id + "?sort=color").status, 422);
}

}  // namespace
}  // namespace gyr::web
