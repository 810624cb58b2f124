// Executions, task runs and log lines counted by the day or hour in which they started.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "store/store.h"
#include "web/statistics/values.h"

namespace gyr::web {

/// Statistics are for charts: a period of more days is a mistake, and what is later counts to the last one.
inline constexpr int64_t max_charted_days = 3'660;

/// A period, in days, or in hours where it is not longer than a day (UTC).
class Periods {
 public:
  Periods(base::Instant from, base::Instant to);

  bool by_day() const { return by_day_; }
  std::string_view name() const { return by_day_ ? "day" : "hour"; }
  size_t size() const { return size_; }
  base::Instant begin(size_t index) const;
  /// The part that contains this instant; an instant outside counts to the first or last part.
  size_t index_of(base::Instant instant) const;

 private:
  int64_t seconds_each() const { return by_day_ ? 86'400 : 3'600; }

  bool by_day_;
  int64_t first_;  // number of the first part since 1970
  size_t size_;
};

/// Sums by state, for each part of a period.
class DailyCounts {
 public:
  explicit DailyCounts(const Periods& periods) : periods_(periods), parts_(periods.size()) {}

  void add(const store::RollupRow& row);
  /// Something that started: an execution or a task run.
  void add(const model::StateHistory& state);
  /// Adds all of the same period.
  void add(const DailyCounts& other);
  /// Every part of the period, also those in which nothing started.
  json::Statistics statistics() const;

 private:
  struct Part {
    std::array<uint64_t, model::state_count> counts{};
    base::Duration shortest, longest, sum;
    uint64_t ended = 0;

    void add_ended(uint64_t count, base::Duration sum_of, base::Duration least, base::Duration most);
  };

  Periods periods_;
  std::vector<Part> parts_;
};

/// The executions that a statistic is about.
struct StatisticsQuery {
  store::ExecutionQuery executions;
  base::Instant from, to;
};

/// By flow: counts with their key.
using CountsByFlow = std::map<std::pair<std::string, std::string>, DailyCounts>;

/// The executions of a period. Counts stored ones where possible; a text or states are searched for: fails with
/// bad_argument if more executions match than can be searched.
base::Result<DailyCounts> daily_counts(store::Reader& reader, const StatisticsQuery& query);
/// The same by namespace and flow; only those that have executions.
base::Result<CountsByFlow> daily_counts_by_flow(store::Reader& reader, const StatisticsQuery& query);

/// The flows of each namespace summed up.
json::StatisticsByNamespace by_namespace(const CountsByFlow& counts);

/// All matching executions, newest first, until `each` returns false. Pages begin at a start time, not at a number of
/// rows, so that the cost of a page does not grow.
base::Result<void> for_each_execution(store::Reader& reader, store::ExecutionQuery query,
                                      const std::function<base::Result<bool>(const store::ExecutionRow&)>& each);

/// The task runs of an execution in order, until `each` returns false.
base::Result<void> for_each_task_run(store::Reader& reader, base::Id execution,
                                     const std::function<base::Result<bool>(const store::TaskRunRow&)>& each);

/// More executions, task runs or log lines than this are not read for one statistic.
inline constexpr uint64_t max_searched = 100'000;
base::Error too_many_searched(std::string_view what);

}  // namespace gyr::web
