// Rows for charts: read from the store, one source after the other (CORE-110).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "store/store.h"
#include "web/chart_filters.h"
#include "web/dashboard.h"
#include "web/metric_buckets.h"

namespace gyr::web {

/// Rows of executions, logs or metrics that are looked at for one chart. Beyond, counts come from the rollups of the
/// store where they can tell them, and else the chart is refused.
inline constexpr uint64_t max_samples = 100'000;
/// Up to so many executions a chart counts them one by one, to the second; beyond, in whole hours or days.
inline constexpr uint64_t exact_samples = 20'000;

/// What a chart asks of its source.
struct SampleQuery {
  const Chart* chart = nullptr;
  std::string tenant;
  base::Instant from;                ///< included
  base::Instant to;                  ///< included
  std::vector<ChartFilter> filters;  ///< all of them: the chart's and the page's
};

/// Calls `each` with every row that matches the filters. An error where there are too many of them.
base::Result<void> each_sample(store::Reader& reader, const SampleQuery& query,
                               const std::function<void(const ChartSample&)>& each);

}  // namespace gyr::web
