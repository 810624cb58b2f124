// The holds of operators in a partition (EXEC-99): ignored executions do not change, kill switches end executions, and
// in maintenance mode nothing starts. Held executions are released as after a restart of the server.
#pragma once

#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "base/instant.h"
#include "cluster/operator_holds.h"
#include "engine/event.h"
#include "executor/message/worker_report.h"
#include "executor/trigger_key.h"
#include "store/store.h"

namespace gyr::executor {

struct LiveExecution;
class Turn;

/// The active rules, and what is held back by them and is only in memory: everything else is a row. Used on the thread
/// of the partition.
class Holds {
 public:
  explicit Holds(Turn& turn) : turn_(turn) {}

  void recover(base::Instant now);
  void forget();
  /// Whether the stored rules have changed since the last follow().
  bool have_changed() const;
  /// Applies the rules of now: queues what is released.
  base::Result<void> follow();
  /// Whether messages have to be asked for hold_back().
  bool may_hold_back() const { return !set_->empty() || !read_again_.empty(); }
  const HoldSet& set() const { return *set_; }
  /// Whether dates were taken from the indexes without being processed, since the last call with `taken`.
  bool needs_dates() const { return needs_dates_; }
  void dates_are_read() { needs_dates_ = false; }

  // ---- rules
  /// The rule that ignores an execution of which only the id is known. If its row cannot be read, the current message
  /// is applied again.
  const Hold* ignoring(base::Id execution);
  /// Dates before this time were missed (TRIG-202).
  base::Instant life_of(const model::FlowKey& flow) const;
  /// Call it before a step. True if the step must not run, because the execution must not start or a kill switch has
  /// ended it.
  bool is_held_back(LiveExecution& live, const engine::EventBody& body);
  void stop_by_switch(LiveExecution& live);

  // ---- what is kept until it is released
  void keep_report(WorkerMessage report) {
    const base::Id execution = report.execution;
    held_back_[execution].reports.push_back(std::move(report));
  }
  void keep_continuation(base::Id execution) { held_back_[execution].goes_on = true; }
  void keep_recovery(base::Id execution) { held_back_[execution].recovers = true; }
  void keep_trigger(const TriggerKey& trigger) { held_triggers_.insert(trigger); }

  // ---- rows that are read before their hints come
  void note_read_again(base::Id message) { read_again_.insert(message); }
  /// Whether the row of this hint was read; asked once.
  bool was_read_again(base::Id message) { return read_again_.erase(message) > 0; }

 private:
  /// For an ignored execution: the data that is only in memory.
  struct HeldBack {
    std::vector<WorkerMessage> reports;  ///< bounded by the jobs on workers when the execution became ignored
    bool recovers = false;
    bool goes_on = false;
  };

  base::Result<void> change(HoldSetPtr next);
  base::Result<std::vector<store::StoredMessage>> released_messages(const HoldSet& before, const HoldSet& next);
  void take_up(std::vector<store::StoredMessage> messages);
  void let_go();
  base::Result<void> end_listeners(const HoldSet& before, const HoldSet& next);

  Turn& turn_;
  HoldSetPtr set_ = std::make_shared<const HoldSet>();
  HoldSetPtr released_;  // the rules before the last release
  base::Instant released_at_;
  bool needs_dates_ = false;
  std::unordered_map<base::Id, HeldBack> held_back_;
  std::set<TriggerKey, TriggerKey::Less> held_triggers_;  // triggers on workers whose evaluation must start again
  std::unordered_set<base::Id> read_again_;               // messages whose hint can still arrive
};

}  // namespace gyr::executor
