// Counters of the triggers of this process, for the metrics (TRIG-207).
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/instant.h"
#include "model/execution.h"

namespace gyr::executor {

/// The number of measurements and their total duration.
struct TimerMeter {
  uint64_t count = 0;
  double seconds = 0;
  double max_seconds = 0;
  void add(double took);
};

/// Counts since the start of the process. Limited: flows beyond `max_series` are counted as one series without names.
/// Thread-safe. Checks and evaluations are counted without a lock; a start of an execution needs a commit anyway.
class TriggerMeters {
 public:
  /// The counters of one flow and type of trigger.
  struct Series {
    model::FlowKey flow;  ///< empty names: all flows beyond the limit
    std::string type;
    uint64_t started = 0;
    TimerMeter delay;    ///< from a date to its execution, without backfills
    TimerMeter running;  ///< how long a date has waited for the previous execution, at each check
    TimerMeter missing;  ///< the same if that execution is not found (TRIG-194)
  };
  struct Snapshot {
    uint64_t looks = 0;
    uint64_t evaluations = 0;
    TimerMeter evaluation;
    std::vector<Series> series;
  };

  static constexpr size_t max_series = 10'000;

  /// A partition has checked for due dates.
  void looked() { looks_.fetch_add(1, std::memory_order_relaxed); }
  /// A trigger with a due date was evaluated.
  void evaluated(std::chrono::nanoseconds took);
  /// It has started an execution; `delay`: after its date.
  void started(const model::FlowKey& flow, const std::string& type, std::optional<base::Duration> delay);
  /// A date waits for the previous execution, or for one that is not found.
  void blocked(const model::FlowKey& flow, const std::string& type, base::Duration waiting, bool missing);

  Snapshot snapshot() const;

 private:
  Series& series_of(const model::FlowKey& flow, const std::string& type);

  std::atomic<uint64_t> looks_{0};
  std::atomic<uint64_t> evaluations_{0};
  std::atomic<int64_t> evaluation_nanos_{0};
  std::atomic<int64_t> max_evaluation_nanos_{0};
  mutable std::mutex mutex_;
  using Key = std::tuple<std::string, std::string, std::string, std::string>;
  std::map<Key, Series, std::less<>> series_;
};

}  // namespace gyr::executor
