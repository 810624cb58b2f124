// Metrics aggregated over time, for charts (API-65, API-105).
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/instant.h"
#include "model/execution.h"

namespace gyr::web {

enum class Bucket : uint8_t { minute, hour, day, week, month };
std::string_view to_text(Bucket bucket);
/// `minute` up to 6 hours, `hour` up to a day, `day` up to 180, `week` up to 365, else `month`.
Bucket bucket_for(base::Duration range);
/// The start of the bucket of a moment, in UTC; weeks start on Mondays.
base::Instant begin_of(Bucket bucket, base::Instant moment);
base::Instant next_begin(Bucket bucket, base::Instant begin);

enum class Aggregation : uint8_t { sum, avg, min, max };
std::optional<Aggregation> parse_aggregation(std::string_view text);

/// The aggregated metrics of one bucket.
struct BucketValue {
  base::Instant begin;
  double value = 0;  ///< 0 if there is no metric
};
/// Every bucket from `from` to `to`, in order; an error if there are too many.
base::Result<std::vector<BucketValue>> aggregate(std::span<const model::MetricEntry> metrics, base::Instant from,
                                                 base::Instant to, Aggregation aggregation);

}  // namespace gyr::web
