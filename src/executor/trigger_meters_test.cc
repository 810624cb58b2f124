// TRIG-207
#include "executor/trigger_meters.h"

#include <gtest/gtest.h>

#include <thread>

namespace gyr::executor {
namespace {

using base::Duration;

const model::FlowKey flow{"main", "company.team", "flow"};

TEST(TriggerMeters, CountByFlowAndType) {
  TriggerMeters meters;
  meters.looked();
  meters.evaluated(std::chrono::milliseconds(250));
  meters.evaluated(std::chrono::milliseconds(750));
  meters.started(flow, "Schedule", Duration::of_millis(500));
  meters.started(flow, "Schedule", std::nullopt);
  meters.started(flow, "Schedule", Duration::of_millis(-500));
  meters.started({"main", "company.team", "other"}, "Schedule", std::nullopt);
  meters.blocked(flow, "Schedule", Duration::of_seconds(60), false);
  meters.blocked(flow, "Schedule", Duration::of_seconds(90), true);
  const auto snapshot = meters.snapshot();
  EXPECT_EQ(snapshot.looks, 1u);
  EXPECT_EQ(snapshot.evaluations, 2u);
  EXPECT_DOUBLE_EQ(snapshot.evaluation.seconds, 1);
  EXPECT_DOUBLE_EQ(snapshot.evaluation.max_seconds, 0.75);
  ASSERT_EQ(snapshot.series.size(), 2u);
  EXPECT_EQ(snapshot.series[0].flow, flow);
  EXPECT_EQ(snapshot.series[0].started, 3u);
  EXPECT_EQ(snapshot.series[0].delay.count, 2u) << "a backfill's date has no delay";
  EXPECT_DOUBLE_EQ(snapshot.series[0].delay.seconds, 0.5) << "a clock that was set back makes none that is negative";
  EXPECT_DOUBLE_EQ(snapshot.series[0].running.seconds, 60);
  EXPECT_DOUBLE_EQ(snapshot.series[0].missing.max_seconds, 90);
}

TEST(TriggerMeters, AreBounded) {
  TriggerMeters meters;
  for (size_t i = 0; i < TriggerMeters::max_series + 5; ++i)
    meters.started({"main", "n", std::to_string(i)}, "Schedule", std::nullopt);
  const auto snapshot = meters.snapshot();
  EXPECT_EQ(snapshot.series.size(), TriggerMeters::max_series + 1);
  EXPECT_EQ(snapshot.series[0].flow, model::FlowKey{}) << "the rest, without names";
  EXPECT_EQ(snapshot.series[0].started, 5u);
}

TEST(TriggerMeters, LoseNothingBetweenThreads) {
  TriggerMeters meters;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&meters, i] {
      for (int n = 1; n <= 500; ++n) {
        meters.looked();
        meters.evaluated(std::chrono::nanoseconds(n));
        meters.started(flow, std::to_string(i), Duration::of_nanos(n));
        if (n % 100 == 0) EXPECT_LE(meters.snapshot().series.size(), 4u);
      }
    });
  }
  threads.clear();
  const auto snapshot = meters.snapshot();
  EXPECT_EQ(snapshot.looks, 2'000u);
  EXPECT_EQ(snapshot.evaluations, 2'000u);
  EXPECT_DOUBLE_EQ(snapshot.evaluation.max_seconds, 500e-9);
  ASSERT_EQ(snapshot.series.size(), 4u);
  for (const auto& series : snapshot.series) EXPECT_EQ(series.started, 500u);
}

}  // namespace
}  // namespace gyr::executor
