#include "catalog/flow_listeners.h"

#include <algorithm>
#include <mutex>

#include "engine/trigger/flow_trigger.h"

namespace gyr::executor {

std::span<const std::string_view> FlowListeners::pieces() {
  static constexpr std::string_view all[] = {".Flow", "\\x", "\\u", "\\U"};
  return all;
}

void FlowListeners::set(const model::FlowKey& key, const engine::CompiledFlow* flow) {
  std::vector<std::pair<model::FlowKey, Listener>> wanted;
  if (flow != nullptr) {
    for (const model::TriggerSpec& trigger : flow->flow().triggers) {
      if (trigger.disabled || !trigger.is(plugin::flow_trigger_type)) continue;
      const engine::EventFilter filter = engine::filter_of(trigger);
      for (const auto& source : filter.sources) {
        // For a flow id without a namespace, all namespaces match.
        model::FlowKey place{key.tenant, source.namespace_.value_or(""),
                             source.namespace_ ? source.flow_id.value_or("") : ""};
        wanted.emplace_back(std::move(place), Listener{flow->key(), filter.states});
      }
    }
  }
  if (wanted.empty() && empty()) return;  // the fast path of most flows
  std::unique_lock lock(mutex_);
  if (auto known = places_.find(key); known != places_.end()) {
    for (const model::FlowKey& place : known->second) {
      auto bucket = buckets_.find(place);
      if (bucket == buckets_.end()) continue;
      std::erase_if(bucket->second, [&key](const Listener& listener) { return *listener.flow == key; });
      if (bucket->second.empty()) buckets_.erase(bucket);
    }
    places_.erase(known);
  }
  for (auto& [place, listener] : wanted) {
    Bucket& bucket = buckets_[place];
    const auto same = std::ranges::find_if(bucket, [&key](const Listener& other) { return *other.flow == key; });
    if (same != bucket.end()) {
      same->states |= listener.states;
      continue;
    }
    bucket.push_back(std::move(listener));
    places_[key].push_back(place);
  }
  count_.store(places_.size(), std::memory_order_release);
}

std::vector<std::shared_ptr<const model::FlowKey>> FlowListeners::of(const model::FlowKey& upstream,
                                                                     model::State state) const {
  std::vector<std::shared_ptr<const model::FlowKey>> flows;
  std::shared_lock lock(mutex_);
  const auto add = [&](const model::FlowKey& place) {
    const auto bucket = buckets_.find(place);
    if (bucket == buckets_.end()) return;
    const auto before = static_cast<ptrdiff_t>(flows.size());
    for (const Listener& listener : bucket->second) {
      if ((listener.states >> static_cast<unsigned>(state) & 1) == 0 || *listener.flow == upstream) continue;
      const bool known =
          std::any_of(flows.begin(), flows.begin() + before, [&](const auto& flow) { return *flow == *listener.flow; });
      if (!known) flows.push_back(listener.flow);
    }
  };
  add(upstream);
  add({upstream.tenant, upstream.namespace_, ""});
  add({upstream.tenant, "", ""});
  return flows;
}

}  // namespace gyr::executor
