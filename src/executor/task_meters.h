// What tasks measure, summed for the metrics of the server (SCRIPT-33, OPS-25).
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
/// their length are bounded; what finds no place is counted. Any thread; partitions add what a commit has made durable.
class TaskMeters {
 public:
  static constexpr size_t max_series = 2'000;
  static constexpr size_t max_series_bytes = 1'024;  ///< bytes of its name and tags

  using Tags = std::vector<std::pair<std::string, std::string>>;
  struct Series {
    Tags tags;
    double value = 0;    ///< of a counter the sum, of a gauge the last; of a timer how many
    double total = 0;    ///< of a timer, milliseconds
    double longest = 0;  ///< of a timer, milliseconds
  };
  struct Meter {
    std::string name;  ///< type of the task in lower snake case, dot, name of the metric
    model::MetricType type = model::MetricType::counter;
    std::vector<Series> series;
  };

  void add(std::string_view task_type, const model::MetricEntry& metric);
  std::vector<Meter> all() const;
  /// Values that were not taken: too many series, too long, no finite number, or a name that is taken by another kind.
  uint64_t dropped() const;

 private:
  struct Family {
    model::MetricType type;
    std::map<Tags, Series> series;
  };
  Family* family_of(const std::string& name, model::MetricType type);

  mutable std::mutex mutex_;
  std::map<std::string, Family> families_;
  std::set<std::string> exposed_;  // names that Prometheus sees: two meters must not share one
  size_t series_ = 0;
  uint64_t dropped_ = 0;
};

/// `io.kestra.plugin.core.http.Request` as `io.kestra.plugin.core.http.request`.
std::string meter_prefix(std::string_view task_type);

}  // namespace gyr::executor
