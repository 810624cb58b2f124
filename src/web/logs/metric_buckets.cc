#include "web/logs/metric_buckets.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>

#include "web/http/errors.h"

namespace gyr::web {

namespace {

/// A chart of more is none.
constexpr size_t max_buckets = 10'000;
constexpr int64_t minute_s = 60, hour_s = 3'600, day_s = 86'400;
constexpr int64_t monday_offset_days = 3;  // 1970-01-01 was a Thursday

int64_t floored(int64_t value, int64_t unit) {
  const int64_t rest = value % unit;
  return value - (rest < 0 ? rest + unit : rest);
}

base::Instant at_second(int64_t value) { return {value, 0}; }

std::chrono::year_month_day date_of(int64_t at) {
  return std::chrono::sys_days{std::chrono::days{floored(at, day_s) / day_s}};
}

base::Instant begin_of_month(std::chrono::year_month month) {
  return at_second(std::chrono::sys_days{month / std::chrono::day{1}}.time_since_epoch().count() * day_s);
}

struct Sum {
  double sum = 0, least = 0, most = 0;
  size_t count = 0;
  void add(double value) {
    least = count == 0 ? value : std::min(least, value);
    most = count == 0 ? value : std::max(most, value);
    sum += value;
    count += 1;
  }
  double of(Aggregation aggregation) const {
    switch (aggregation) {
      case Aggregation::sum: return sum;
      case Aggregation::avg: return sum / static_cast<double>(count);
      case Aggregation::min: return least;
      case Aggregation::max: return most;
    }
    return sum;
  }
};

}  // namespace

std::string_view to_text(Bucket bucket) {
  constexpr std::array<std::string_view, 5> names = {"minute", "hour", "day", "week", "month"};
  return names[static_cast<size_t>(bucket)];
}

Bucket bucket_for(base::Duration range) {
  if (range <= base::Duration::of_seconds(6 * hour_s)) return Bucket::minute;
  if (range <= base::Duration::of_seconds(day_s)) return Bucket::hour;
  if (range <= base::Duration::of_seconds(180 * day_s)) return Bucket::day;
  if (range <= base::Duration::of_seconds(365 * day_s)) return Bucket::week;
  return Bucket::month;
}

base::Instant begin_of(Bucket bucket, base::Instant moment) {
  switch (bucket) {
    case Bucket::minute: return at_second(floored(moment.seconds, minute_s));
    case Bucket::hour: return at_second(floored(moment.seconds, hour_s));
    case Bucket::day: return at_second(floored(moment.seconds, day_s));
    case Bucket::week:
      return at_second(floored(moment.seconds + monday_offset_days * day_s, 7 * day_s) - monday_offset_days * day_s);
    case Bucket::month: {
      const auto date = date_of(moment.seconds);
      return begin_of_month(date.year() / date.month());
    }
  }
  return moment;
}

base::Instant next_begin(Bucket bucket, base::Instant begin) {
  switch (bucket) {
    case Bucket::minute: return at_second(begin.seconds + minute_s);
    case Bucket::hour: return at_second(begin.seconds + hour_s);
    case Bucket::day: return at_second(begin.seconds + day_s);
    case Bucket::week: return at_second(begin.seconds + 7 * day_s);
    case Bucket::month: {
      const auto date = date_of(begin.seconds);
      return begin_of_month(date.year() / date.month() + std::chrono::months{1});
    }
  }
  return begin;
}

std::optional<Aggregation> parse_aggregation(std::string_view text) {
  if (text == "sum") return Aggregation::sum;
  if (text == "avg") return Aggregation::avg;
  if (text == "min") return Aggregation::min;
  if (text == "max") return Aggregation::max;
  return std::nullopt;
}

base::Result<std::vector<BucketValue>> aggregate(std::span<const model::MetricEntry> metrics, base::Instant from,
                                                 base::Instant to, Aggregation aggregation) {
  if (to < from) return base::fail(bad_argument, "endDate: is before startDate");
  const Bucket bucket = bucket_for(to - from);
  std::map<base::Instant, Sum> sums;
  for (const auto& metric : metrics) {
    if (metric.timestamp >= from && metric.timestamp <= to) sums[begin_of(bucket, metric.timestamp)].add(metric.value);
  }
  std::vector<BucketValue> values;
  for (base::Instant begin = begin_of(bucket, from); begin <= to; begin = next_begin(bucket, begin)) {
    if (values.size() == max_buckets) return base::fail(bad_argument, "startDate: too long before endDate");
    const auto found = sums.find(begin);
    values.push_back({begin, found == sums.end() ? 0 : found->second.of(aggregation)});
  }
  return values;
}

}  // namespace gyr::web
