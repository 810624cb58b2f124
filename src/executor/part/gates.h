// The concurrency gates of the flows of a partition, in memory: the executions with a slot and the queues (EXEC-60,
// EXEC-61).
//
// Gates are not stored. A gate is derived from the rows of the executions of the flow when it is needed, and discarded
// when a commit fails or the flow is saved. It therefore always matches the rows.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "engine/event.h"
#include "model/flow.h"

namespace gyr::executor {

/// The gate of one flow: the limit of its latest revision, the used slots, the next waiting executions. Used only on
/// the thread of the partition.
class Gate {
 public:
  /// The number of waiting executions in memory; the others are only rows.
  static constexpr size_t window = 1'000;

  /// Nothing: the limit was removed while executions waited, so all of them can start.
  explicit Gate(std::optional<model::Concurrency> concurrency) : concurrency_(concurrency) {}

  using Place = std::pair<base::Instant, base::Id>;  ///< in the queue: the start of the wait, then the id

  /// The answer for an execution that wants to start (EXEC-60).
  engine::Admission admission() const;
  /// Whether an execution waits and a slot is free.
  bool may_admit() const { return has_room() && (!queue_.empty() || !all_known_); }
  bool is_limited() const { return concurrency_.has_value(); }
  bool is_idle() const { return queue_.empty() && all_known_; }

  void free_slot() { slots_ -= slots_ > 0 ? 1 : 0; }
  void add_slots(int64_t count) { slots_ += count; }
  int64_t slots() const { return slots_; }
  bool keeps_limit() const { return !concurrency_ || slots_ <= concurrency_->limit; }

  void enter(const Place& place);
  void leave(const Place& place) { queue_.erase(place); }
  /// The execution in memory that has waited longest.
  const Place* first() const { return queue_.empty() ? nullptr : &*queue_.begin(); }
  /// Whether more executions wait after those in memory.
  bool all_known() const { return all_known_; }
  void set_all_known(bool all) { all_known_ = all; }

  bool asked = false;  ///< the partition has already been asked to admit an execution

 private:
  bool has_room() const { return !concurrency_ || slots_ < concurrency_->limit; }

  std::optional<model::Concurrency> concurrency_;
  int64_t slots_ = 0;
  bool all_known_ = true;
  std::set<Place> queue_;
};

/// Gates by flow. Not thread-safe.
class Gates {
 public:
  /// Beyond this number, gates without a queue are discarded; they are derived again when needed.
  static constexpr size_t most = 1'000;

  Gate* find(const model::FlowKey& flow);
  Gate& add(const std::shared_ptr<const model::FlowKey>& flow, Gate gate);
  void forget(const model::FlowKey& flow) { gates_.erase(flow); }
  /// Discards all gates and returns their flows.
  std::vector<std::shared_ptr<const model::FlowKey>> forget_all();
  void trim();

 private:
  struct Entry {
    std::shared_ptr<const model::FlowKey> flow;
    Gate gate;
  };
  std::unordered_map<model::FlowKey, Entry> gates_;
};

}  // namespace gyr::executor
