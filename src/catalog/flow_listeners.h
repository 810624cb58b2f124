// The Flow triggers of all current flows, indexed by the flows that can start them (principle: triggers are rows).
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/compiled_flow.h"
#include "model/execution.h"

namespace gyr::executor {

/// Thread-safe. Derived from the current revisions of flows: filled at the start, updated by FlowCache when flows are
/// saved. An answer can contain too many flows, but never too few: the listening flow evaluates the trigger itself. If
/// no flow listens, a query costs one load.
class FlowListeners {
 public:
  /// The current revision of a flow; null if it is deleted, disabled or invalid and has no active triggers (TRIG-115).
  void set(const model::FlowKey& key, const engine::CompiledFlow* flow);
  bool empty() const { return count_.load(std::memory_order_acquire) == 0; }
  /// The flows with triggers that can react to this state of an execution of this flow, without the flow itself
  /// (TRIG-115).
  std::vector<std::shared_ptr<const model::FlowKey>> of(const model::FlowKey& upstream, model::State state) const;

  /// A source without any of these has no Flow trigger and is not compiled at the start. Quoted texts can contain the
  /// type with escapes.
  static std::span<const std::string_view> pieces();

 private:
  struct Listener {
    std::shared_ptr<const model::FlowKey> flow;
    uint32_t states = 0;
  };
  using Bucket = std::vector<Listener>;
  /// The sources of events: tenant, namespace and flow; an empty flow or namespace matches any.
  std::unordered_map<model::FlowKey, Bucket> buckets_;
  std::unordered_map<model::FlowKey, std::vector<model::FlowKey>> places_;  // by listening flow
  std::atomic<size_t> count_{0};                                            // the number of listening flows
  mutable std::shared_mutex mutex_;
};

}  // namespace gyr::executor
