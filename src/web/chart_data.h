// The data of a chart: rows of its source, filtered, summed up, ordered, cut into pages (CORE-111, API-110).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/instant.h"
#include "base/value.h"
#include "store/store.h"
#include "web/dashboard.h"

namespace gyr::web {

/// What is asked of a chart: whose rows, of which time, with which filters of the page.
struct ChartQuestion {
  std::string tenant;
  base::Instant from;
  base::Instant to;
  base::Value body;              ///< where the page's filters are
  std::optional<uint64_t> page;  ///< from 1; with `size`, else all rows
  uint64_t size = 0;
};

/// From the body of a request: `startDate`, `endDate`, `pageNumber`, `pageSize` and the filters. A time range longer
/// than `most` is refused, and so is none unless there is a window to end now.
base::Result<ChartQuestion> chart_question(const base::Value& body, base::Duration most,
                                           std::optional<base::Duration> window, base::Instant now);

/// One page of the data, or all of it.
struct ChartRows {
  std::vector<base::Value> rows;  ///< maps by the names of the columns; of a KPI one row, `value`
  uint64_t total = 0;             ///< of all pages
};

/// Reads what the chart shows; on a reader's thread.
base::Result<ChartRows> chart_rows(store::Reader& reader, const Chart& chart, const ChartQuestion& question);

}  // namespace gyr::web
