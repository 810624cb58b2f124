#include "web/http/request_metrics.h"

#include <algorithm>

namespace gyr::web {

void RequestMetrics::add(std::string_view method, const Route* route, int status, std::chrono::nanoseconds took) {
  const double seconds = std::chrono::duration<double>(took).count();
  std::lock_guard lock(mutex_);
  Row& row = rows_[{route, status}];
  if (row.count == 0) {
    // An undeclared method is a text of the caller, which is only valid during the request.
    row.method = route == nullptr ? "UNKNOWN" : method;
    row.path = route == nullptr ? "UNMATCHED_URI" : route->path;
    row.status = status;
  }
  row.count += 1;
  row.seconds += seconds;
  row.max_seconds = std::max(row.max_seconds, seconds);
}

std::vector<RequestMetrics::Row> RequestMetrics::rows() const {
  std::lock_guard lock(mutex_);
  std::vector<Row> rows;
  rows.reserve(rows_.size());
  for (const auto& [key, row] : rows_) rows.push_back(row);
  return rows;
}

}  // namespace gyr::web
