// The data of a chart: the rows of its source, filtered, aggregated, sorted and paged (CORE-111, API-110).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/instant.h"
#include "base/value.h"
#include "store/store.h"
#include "web/dashboards/dashboard.h"

namespace gyr::web {

/// The request for the data of a chart: the tenant, the time range, the filters of the page.
struct ChartQuestion {
  store::Visible visible;  ///< of the caller
  std::string tenant;
  base::Instant from;
  base::Instant to;
  base::Value body;              ///< contains the filters of the page
  std::optional<uint64_t> page;  ///< from 1; used with `size`, otherwise all rows
  uint64_t size = 0;
};

/// Reads the body of a request: `startDate`, `endDate`, `pageNumber`, `pageSize` and the filters. A time range longer
/// than `most` is an error, and so is a missing one, unless there is a default window that ends now.
base::Result<ChartQuestion> chart_question(const store::Visible& visible, const base::Value& body, base::Duration most,
                                           std::optional<base::Duration> window, base::Instant now);

/// One page of the data, or all data.
struct ChartRows {
  std::vector<base::Value> rows;  ///< maps by column names; for a KPI one row with `value`
  uint64_t total = 0;             ///< of all pages
};

/// Reads the data of the chart; call it on the thread of a reader.
base::Result<ChartRows> chart_rows(store::Reader& reader, const Chart& chart, const ChartQuestion& question);

}  // namespace gyr::web
