#include "executor/part/gates.h"

namespace gyr::executor {

using Verdict = engine::Admission::Verdict;

engine::Admission Gate::admission() const {
  const auto taken = static_cast<uint32_t>(slots_);
  if (!concurrency_) return {Verdict::open, taken};
  switch (concurrency_->behavior) {
    case model::ConcurrencyBehavior::queue:
      // An execution cannot overtake the waiting ones.
      return {has_room() && is_idle() ? Verdict::open : Verdict::queue, taken};
    case model::ConcurrencyBehavior::cancel: return {has_room() ? Verdict::open : Verdict::cancel, taken};
    case model::ConcurrencyBehavior::fail: return {has_room() ? Verdict::open : Verdict::fail, taken};
  }
  return {};
}

void Gate::enter(const Place& place) {
  // only a row, after others that are only rows
  if (!all_known_ && (queue_.empty() || place > *queue_.rbegin())) return;
  queue_.insert(place);
  if (queue_.size() <= window) return;
  queue_.erase(std::prev(queue_.end()));
  all_known_ = false;
}

Gate* Gates::find(const model::FlowKey& flow) {
  if (gates_.empty()) return nullptr;
  auto found = gates_.find(flow);
  return found == gates_.end() ? nullptr : &found->second.gate;
}

Gate& Gates::add(const std::shared_ptr<const model::FlowKey>& flow, Gate gate) {
  return gates_.insert_or_assign(*flow, Entry{flow, std::move(gate)}).first->second.gate;
}

std::vector<std::shared_ptr<const model::FlowKey>> Gates::forget_all() {
  std::vector<std::shared_ptr<const model::FlowKey>> flows;
  for (const auto& [key, entry] : gates_) flows.push_back(entry.flow);
  gates_.clear();
  return flows;
}

void Gates::trim() {
  if (gates_.size() <= most) return;
  std::erase_if(gates_, [](const auto& entry) { return entry.second.gate.is_idle(); });
}

}  // namespace gyr::executor
