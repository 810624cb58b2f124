// The live executions of a partition: loaded from rows when an event arrives, written to rows when they change, dropped
// from memory when they are idle (principle: idle executions are rows).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "catalog/flow_cache.h"
#include "engine/execution_state.h"
#include "store/store.h"

namespace gyr::executor {

/// One live execution, with the data of the executor besides its state.
struct LiveExecution {
  std::unique_ptr<engine::ExecutionState> state;
  uint8_t aborts = 0;
  bool quarantined = false;
  bool touched = false;          ///< in the batch that is being built or committed
  bool stored_admitted = false;  ///< its row says that it holds a slot of the concurrency limit
  store::Activity stored_activity = store::Activity::active;
  std::optional<base::Instant> stored_wake;
  uint64_t used = 0;
};

/// A quarantined execution does not change until it is released or killed: GYR-E038.
base::Result<void> check_quarantine(const LiveExecution& live);

/// Why an execution cannot be loaded: its row exists, but not its flow.
struct Unloadable {
  store::ExecutionRow row;
  std::string reason;
};

/// The number of live executions that several LiveExecutions of one thread may have together.
struct LiveBudget {
  size_t capacity = 0;
  size_t partitions = 1;  ///< among which it is shared
  size_t used = 0;

  /// What each of them keeps, even if another one uses up the rest.
  size_t share() const { return capacity / partitions; }
};

/// Not thread-safe: used on the thread of the partition.
class LiveExecutions {
 public:
  LiveExecutions(FlowCache& flows, LiveBudget& budget) : flows_(flows), budget_(budget) {}
  LiveExecutions(const LiveExecutions&) = delete;
  LiveExecutions& operator=(const LiveExecutions&) = delete;
  ~LiveExecutions() { clear(); }

  LiveExecution* find(base::Id id);
  /// Returns the execution, from memory or from the store. Null if it does not exist. `unloadable` is set (and null
  /// returned) if its flow cannot be loaded.
  base::Result<LiveExecution*> load(store::Reader& reader, base::Id id, std::optional<Unloadable>& unloadable);
  LiveExecution& add(std::unique_ptr<engine::ExecutionState> state);
  void drop(base::Id id);
  void clear();
  /// Drops executions from memory that are idle and were not used recently, if the capacity is exceeded: until it is
  /// not, or until only the share of this partition is left.
  void trim();
  size_t size() const { return live_executions_.size(); }
  const std::unordered_map<base::Id, LiveExecution>& all() const { return live_executions_; }
  /// Only looks in memory, and does not count as a use.
  const LiveExecution* peek(base::Id id) const;

 private:
  FlowCache& flows_;
  LiveBudget& budget_;
  uint64_t clock_ = 0;
  std::unordered_map<base::Id, LiveExecution> live_executions_;
};

/// Adds the task runs of a stored execution to a state that was created from its row, for reading only. Fails if it has
/// more than `max_runs`.
base::Result<void> restore_runs(store::Reader& reader, std::string_view engine_state, engine::ExecutionState& state,
                                size_t max_runs);

/// Whether the execution only waits for a user or a distant date, and its rows contain its full state: it need not stay
/// in memory. 100,000 paused executions are only rows (TASK-39).
bool waits_for_somebody(const LiveExecution& live);
/// What must be done for an execution after a restart (principle: recovery).
store::Activity activity_of(const engine::ExecutionState& state);
/// The current row.
store::ExecutionRow execution_row(const LiveExecution& live);
store::TaskRunRow task_run_row(base::Id execution, const engine::RunState& run);
/// Adds all changes since the last call to the batch; returns whether there are any.
bool collect_changes(LiveExecution& live, store::Batch& batch);

}  // namespace gyr::executor
