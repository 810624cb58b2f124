// Metrics summed over time (API-65, API-105).
#include "web/logs/metric_buckets.h"

#include <gtest/gtest.h>

#include "syntax/time.h"
#include "web/http/errors.h"

namespace gyr::web {
namespace {

base::Instant at(std::string_view text) { return *syntax::parse_instant(text); }

model::MetricEntry metric(std::string_view when, double value) {
  model::MetricEntry entry;
  entry.timestamp = at(when);
  entry.value = value;
  return entry;
}

TEST(MetricBuckets, FitTheRange) {  // API-105
  const auto hours = [](int64_t count) { return base::Duration::of_seconds(count * 3'600); };
  EXPECT_EQ(bucket_for({}), Bucket::minute);
  EXPECT_EQ(bucket_for(hours(6)), Bucket::minute);
  EXPECT_EQ(bucket_for(hours(7)), Bucket::hour);
  EXPECT_EQ(bucket_for(hours(24)), Bucket::hour);
  EXPECT_EQ(bucket_for(hours(25)), Bucket::day);
  EXPECT_EQ(bucket_for(hours(180 * 24)), Bucket::day);
  EXPECT_EQ(bucket_for(hours(181 * 24)), Bucket::week);
  EXPECT_EQ(bucket_for(hours(365 * 24)), Bucket::week);
  EXPECT_EQ(bucket_for(hours(366 * 24)), Bucket::month);
}

TEST(MetricBuckets, StartAtCalendarUnits) {                   // API-105
  const base::Instant moment = at("2024-02-29T13:45:59.5Z");  // a Thursday
  EXPECT_EQ(begin_of(Bucket::minute, moment), at("2024-02-29T13:45:00Z"));
  EXPECT_EQ(begin_of(Bucket::hour, moment), at("2024-02-29T13:00:00Z"));
  EXPECT_EQ(begin_of(Bucket::day, moment), at("2024-02-29T00:00:00Z"));
  EXPECT_EQ(begin_of(Bucket::week, moment), at("2024-02-26T00:00:00Z"));
  EXPECT_EQ(begin_of(Bucket::month, moment), at("2024-02-01T00:00:00Z"));
  EXPECT_EQ(next_begin(Bucket::month, at("2024-12-01T00:00:00Z")), at("2025-01-01T00:00:00Z"));
  const base::Instant early = at("1969-12-31T23:59:59Z");  // a Wednesday
  EXPECT_EQ(begin_of(Bucket::day, early), at("1969-12-31T00:00:00Z"));
  EXPECT_EQ(begin_of(Bucket::week, early), at("1969-12-29T00:00:00Z"));
}

TEST(MetricBuckets, AggregateAndFillEmptyBuckets) {  // API-105
  const std::vector<model::MetricEntry> metrics = {metric("2024-01-02T01:00:00Z", 4), metric("2024-01-02T23:00:00Z", 2),
                                                   metric("2024-01-04T00:00:00Z", -1),
                                                   metric("2024-02-01T00:00:00Z", 100)};
  const auto values = [&metrics](Aggregation aggregation) {
    std::vector<double> all;
    for (const auto& value : *aggregate(metrics, at("2024-01-01T12:00:00Z"), at("2024-01-04T12:00:00Z"), aggregation))
      all.push_back(value.value);
    return all;
  };
  EXPECT_EQ(values(Aggregation::sum), (std::vector<double>{0, 6, 0, -1}));
  EXPECT_EQ(values(Aggregation::avg), (std::vector<double>{0, 3, 0, -1}));
  EXPECT_EQ(values(Aggregation::min), (std::vector<double>{0, 2, 0, -1}));
  EXPECT_EQ(values(Aggregation::max), (std::vector<double>{0, 4, 0, -1}));
  EXPECT_EQ(parse_aggregation("median"), std::nullopt);
}

TEST(MetricBuckets, RefuseInvalidRanges) {  // API-105
  EXPECT_EQ(aggregate({}, at("2024-01-02T00:00:00Z"), at("2024-01-01T00:00:00Z"), Aggregation::sum).error().code(),
            bad_argument);
  EXPECT_EQ(aggregate({}, at("0001-01-01T00:00:00Z"), at("9999-12-31T00:00:00Z"), Aggregation::sum).error().code(),
            bad_argument);
  EXPECT_TRUE(aggregate({}, at("2024-01-01T00:00:00Z"), at("2024-01-01T00:00:00Z"), Aggregation::sum).has_value());
}

}  // namespace
}  // namespace gyr::web
