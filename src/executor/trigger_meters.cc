#include "executor/trigger_meters.h"

#include <algorithm>
#include <string_view>

namespace gyr::executor {

void TimerMeter::add(double took) {
  // A clock that was set back must not give a negative duration.
  took = std::max(took, 0.0);
  count += 1;
  seconds += took;
  max_seconds = std::max(max_seconds, took);
}

void TriggerMeters::evaluated(std::chrono::nanoseconds took) {
  evaluations_.fetch_add(1, std::memory_order_relaxed);
  evaluation_nanos_.fetch_add(took.count(), std::memory_order_relaxed);
  int64_t longest = max_evaluation_nanos_.load(std::memory_order_relaxed);
  while (longest < took.count() &&
         !max_evaluation_nanos_.compare_exchange_weak(longest, took.count(), std::memory_order_relaxed)) {
  }
}

TriggerMeters::Series& TriggerMeters::series_of(const model::FlowKey& flow, const std::string& type) {
  using View = std::string_view;
  const auto known = series_.find(std::tuple<View, View, View, View>{flow.tenant, flow.namespace_, flow.id, type});
  if (known != series_.end()) return known->second;
  if (series_.size() < max_series)
    return series_.emplace(Key{flow.tenant, flow.namespace_, flow.id, type}, Series{flow, type, 0, {}, {}, {}})
        .first->second;
  return series_.try_emplace(Key{}).first->second;
}

void TriggerMeters::started(const model::FlowKey& flow, const std::string& type, std::optional<base::Duration> delay) {
  std::lock_guard lock(mutex_);
  Series& series = series_of(flow, type);
  series.started += 1;
  if (delay) series.delay.add(delay->to_fraction());
}

void TriggerMeters::blocked(const model::FlowKey& flow, const std::string& type, base::Duration waiting, bool missing) {
  std::lock_guard lock(mutex_);
  Series& series = series_of(flow, type);
  (missing ? series.missing : series.running).add(waiting.to_fraction());
}

TriggerMeters::Snapshot TriggerMeters::snapshot() const {
  constexpr double nanos = 1e9;
  Snapshot snapshot;
  snapshot.looks = looks_.load(std::memory_order_relaxed);
  snapshot.evaluations = evaluations_.load(std::memory_order_relaxed);
  snapshot.evaluation = {snapshot.evaluations,
                         static_cast<double>(evaluation_nanos_.load(std::memory_order_relaxed)) / nanos,
                         static_cast<double>(max_evaluation_nanos_.load(std::memory_order_relaxed)) / nanos};
  std::lock_guard lock(mutex_);
  snapshot.series.reserve(series_.size());
  for (const auto& [key, series] : series_) snapshot.series.push_back(series);
  return snapshot;
}

}  // namespace gyr::executor
