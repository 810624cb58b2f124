// Metrics of attempts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/execution.h"
#include "store/api/visible.h"

namespace gyr::store {

/// Reads metrics from a snapshot; see Reader.
class MetricReader {
 public:
  virtual ~MetricReader() = default;

  virtual base::Result<std::vector<model::MetricEntry>> metrics(const Visible& visible, base::Id execution,
                                                                size_t limit) = 0;
  /// Newest executions of a flow first; reads at most `look_at`.
  struct FlowMetricQuery {
    Visible visible;  ///< of the caller
    model::FlowKey flow;
    std::string task_id = {};  ///< empty: of all tasks
    std::string name = {};     ///< empty: of all names
    std::optional<base::Instant> from = {};
    std::optional<base::Instant> to = {};
    size_t look_at = 0;
  };
  virtual base::Result<std::vector<model::MetricEntry>> flow_metrics(const FlowMetricQuery& query) = 0;
};

/// The part of a batch that changes metrics.
struct MetricChanges {
  std::vector<base::Id> deleted_metrics;    ///< all metrics of these executions
  std::vector<model::MetricEntry> metrics;  ///< key: execution, task run, attempt, type, name, tags

  bool empty() const;
  size_t weight() const;
};

}  // namespace gyr::store
