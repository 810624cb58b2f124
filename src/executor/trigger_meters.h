// What the triggers of this process do, counted for the metrics (TRIG-207).
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

/// How often something was measured, and how long it took.
struct TimerMeter {
  uint64_t count = 0;
  double seconds = 0;
  double max_seconds = 0;
  void add(double took);
};

/// Counts since the start of the process. Bounded: of more than `max_series` triggers' flows the rest are told as one,
/// without names. Any thread. Looks and evaluations are counted without a lock; what starts an execution costs a commit
/// anyway.
class TriggerMeters {
 public:
  /// What is counted by flow and type of trigger.
  struct Series {
    model::FlowKey flow;  ///< empty names: all that did not fit
    std::string type;
    uint64_t started = 0;
    TimerMeter delay;    ///< from a date to its execution, back-fills left out
    TimerMeter running;  ///< how long a date has waited for the execution before, at each look
    TimerMeter missing;  ///< the same where that execution is not found (TRIG-194)
  };
  struct Snapshot {
    uint64_t looks = 0;
    uint64_t evaluations = 0;
    TimerMeter evaluation;
    std::vector<Series> series;
  };

  static constexpr size_t max_series = 10'000;

  /// A partition has looked for dates that are due.
  void looked() { looks_.fetch_add(1, std::memory_order_relaxed); }
  /// A trigger whose date has come was judged.
  void evaluated(std::chrono::nanoseconds took);
  /// It has started an execution; `delay`: behind its date.
  void started(const model::FlowKey& flow, const std::string& type, std::optional<base::Duration> delay);
  /// A date waits for the execution before it, or for one that is not found.
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
