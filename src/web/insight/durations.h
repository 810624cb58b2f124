// Median, 95th percentile and histogram of durations. Without I/O.
#pragma once

#include <vector>

#include "web/insight/values.h"

namespace gyr::web {

/// At most this many buckets, equally long.
inline constexpr size_t histogram_buckets = 20;

/// `durations` must not be empty; it is sorted. The percentiles are values of the list (nearest rank).
json::DurationInsight insight_of(std::vector<base::Duration>& durations);

}  // namespace gyr::web
