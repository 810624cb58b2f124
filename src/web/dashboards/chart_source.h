// Reads the rows for charts from the store, for each kind of source (CORE-110).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "store/store.h"
#include "web/dashboards/chart_filters.h"
#include "web/dashboards/dashboard.h"
#include "web/logs/metric_buckets.h"

namespace gyr::web {

/// The maximum number of rows of executions, logs or metrics that are read for one chart. Beyond it, counts come from
/// the rollups of the store if they can provide them; otherwise the chart is refused.
inline constexpr uint64_t max_samples = 100'000;
/// Up to this number of executions, a chart counts them one by one with a resolution of one second; beyond it, by whole
/// hours or days.
inline constexpr uint64_t exact_samples = 20'000;

/// The request of a chart to its source.
struct SampleQuery {
  const Chart* chart = nullptr;
  store::Visible visible;  ///< of the caller
  std::string tenant;
  base::Instant from;                ///< included
  base::Instant to;                  ///< included
  std::vector<ChartFilter> filters;  ///< all filters: those of the chart and of the page
};

/// Calls `each` for every row that matches the filters. Fails if there are too many.
base::Result<void> each_sample(store::Reader& reader, const SampleQuery& query,
                               const std::function<void(const ChartSample&)>& each);

}  // namespace gyr::web
