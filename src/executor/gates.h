// The concurrency gates of a partition's flows: who holds a slot, who waits, in memory (EXEC-60, EXEC-61).
//
// Nothing here is stored: a gate follows from the rows of the flow's executions, is made when it is needed and
// forgotten when a commit fails or the flow is saved. So it cannot drift.
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

/// The gate of one flow: its latest revision's limit, the slots taken, the next that wait. One thread: that of the
/// partition.
class Gate {
 public:
  /// Waiting executions that are remembered; the rest are rows.
  static constexpr size_t window = 1'000;

  /// Nothing: the limit was taken away while executions waited, who may all pass.
  explicit Gate(std::optional<model::Concurrency> concurrency) : concurrency_(concurrency) {}

  using Place = std::pair<base::Instant, base::Id>;  ///< in the queue: since when, then the id

  /// What an execution that wants to begin is told (EXEC-60).
  engine::Admission admission() const;
  /// Somebody waits and there is room.
  bool may_admit() const { return has_room() && (!queue_.empty() || !all_known_); }
  bool is_limited() const { return concurrency_.has_value(); }
  bool is_idle() const { return queue_.empty() && all_known_; }

  void free_slot() { slots_ -= slots_ > 0 ? 1 : 0; }
  void add_slots(int64_t count) { slots_ += count; }
  int64_t slots() const { return slots_; }
  bool keeps_limit() const { return !concurrency_ || slots_ <= concurrency_->limit; }

  void enter(const Place& place);
  void leave(const Place& place) { queue_.erase(place); }
  /// The one that waits longest, of those that are known.
  const Place* first() const { return queue_.empty() ? nullptr : &*queue_.begin(); }
  /// Others wait behind those that are known.
  bool all_known() const { return all_known_; }
  void set_all_known(bool all) { all_known_ = all; }

  bool asked = false;  ///< the partition has been told to admit somebody

 private:
  bool has_room() const { return !concurrency_ || slots_ < concurrency_->limit; }

  std::optional<model::Concurrency> concurrency_;
  int64_t slots_ = 0;
  bool all_known_ = true;
  std::set<Place> queue_;
};

/// Gates by flow. One thread.
class Gates {
 public:
  /// Gates of flows where nobody waits are forgotten beyond so many; they are made again when needed.
  static constexpr size_t most = 10'000;

  Gate* find(const model::FlowKey& flow);
  Gate& add(const std::shared_ptr<const model::FlowKey>& flow, Gate gate);
  void forget(const model::FlowKey& flow) { gates_.erase(flow); }
  /// Forgets all; the flows they were of.
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
