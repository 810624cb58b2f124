#include "web/insight/durations.h"

#include <algorithm>

namespace gyr::web {
namespace {

/// The smallest value that at least `percent` of the values do not exceed.
base::Duration percentile(const std::vector<base::Duration>& sorted, size_t percent) {
  const size_t rank = (sorted.size() * percent + 99) / 100;
  return sorted[std::max<size_t>(rank, 1) - 1];
}

}  // namespace

json::DurationInsight insight_of(std::vector<base::Duration>& durations) {
  std::ranges::sort(durations);
  json::DurationInsight insight{percentile(durations, 50), percentile(durations, 95), {}};
  const int64_t first = durations.front().to_micros(), last = durations.back().to_micros();
  const int64_t length = std::max<int64_t>((last - first) / static_cast<int64_t>(histogram_buckets) + 1, 1);
  for (const base::Duration duration : durations) {
    const int64_t number = (duration.to_micros() - first) / length;
    const int64_t from = first + number * length;
    if (insight.histogram.empty() || insight.histogram.back().from.to_micros() != from)
      insight.histogram.push_back(
          {base::Duration::of_nanos(from * 1'000), base::Duration::of_nanos((from + length) * 1'000), 0});
    insight.histogram.back().n += 1;
  }
  return insight;
}

}  // namespace gyr::web
