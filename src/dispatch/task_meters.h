// The metrics of tasks, summed for the metrics of the server (SCRIPT-33, OPS-25).
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/execution.h"

namespace gyr::executor {

/// Sums since the start of the process, by name and tags. Flows choose names and tags, so the number of series and
/// their length are limited; values beyond the limits are counted. Thread-safe; partitions add the metrics of a commit
/// after it is durable.
class TaskMeters {
 public:
  static constexpr size_t max_series = 2'000;
  static constexpr size_t max_series_bytes = 1'024;  ///< the maximum size of its name and tags, in bytes

  using Tags = std::vector<std::pair<std::string, std::string>>;
  struct Series {
    Tags tags;
    double value = 0;    ///< of a counter: the sum; of a gauge: the last value; of a timer: the number of values
    double total = 0;    ///< of a timer, milliseconds
    double longest = 0;  ///< of a timer, milliseconds
  };
  struct Meter {
    std::string name;  ///< the type of the task in lower snake case, a dot, the name of the metric
    model::MetricType type = model::MetricType::counter;
    std::vector<Series> series;
  };

  void add(std::string_view task_type, const model::MetricEntry& metric);
  std::vector<Meter> all() const;
  /// The number of values that were dropped: too many series, too long, not a finite number, or a name of another kind
  /// of metric.
  uint64_t dropped() const;

 private:
  struct Family {
    model::MetricType type;
    std::map<Tags, Series> series;
  };
  Family* family_of(const std::string& name, model::MetricType type);

  mutable std::mutex mutex_;
  std::map<std::string, Family> families_;
  std::set<std::string> exposed_;  // the names in Prometheus; two meters must not share one
  size_t series_ = 0;
  uint64_t dropped_ = 0;
};

/// `io.kestra.plugin.core.http.Request` as `io.kestra.plugin.core.http.request`.
std::string meter_prefix(std::string_view task_type);

}  // namespace gyr::executor
