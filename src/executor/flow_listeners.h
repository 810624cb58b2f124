// Who listens to whom: the Flow triggers of all current flows, indexed by what they can be started by
// (principle: triggers are rows).
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

/// Any thread. Derived from the current revisions of flows: filled at the start, kept true by FlowCache as flows are
/// saved. What it answers may be too much, never too little: the listening flow judges for itself. While no flow
/// listens, asking costs one load.
class FlowListeners {
 public:
  /// The current revision of a flow; null where it is deleted, disabled or invalid and listens to nobody (TRIG-115).
  void set(const model::FlowKey& key, const engine::CompiledFlow* flow);
  bool empty() const { return count_.load(std::memory_order_acquire) == 0; }
  /// The flows whose triggers may care that an execution of this flow takes this state; itself never (TRIG-115).
  std::vector<std::shared_ptr<const model::FlowKey>> of(const model::FlowKey& upstream, model::State state) const;

  /// A source without any of these holds no Flow trigger, and need not be compiled at the start. Quoted texts can spell
  /// the type with escapes.
  static std::span<const std::string_view> pieces();

 private:
  struct Listener {
    std::shared_ptr<const model::FlowKey> flow;
    uint32_t states = 0;
  };
  using Bucket = std::vector<Listener>;
  /// What is listened to: tenant, namespace and flow, the last or both empty for any.
  std::unordered_map<model::FlowKey, Bucket> buckets_;
  std::unordered_map<model::FlowKey, std::vector<model::FlowKey>> places_;  // of each listening flow
  std::atomic<size_t> count_{0};                                            // of listening flows
  mutable std::shared_mutex mutex_;
};

}  // namespace gyr::executor
