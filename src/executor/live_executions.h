// The live executions of a partition: loaded from rows when something happens to them, turned into rows when they
// changed, dropped when nothing is to be done (principle: idle executions are rows).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "engine/execution_state.h"
#include "executor/flow_cache.h"
#include "store/store.h"

namespace gyr::executor {

/// One live execution with what the executor knows about it besides its state.
struct LiveExecution {
  std::unique_ptr<engine::ExecutionState> state;
  uint8_t aborts = 0;
  bool quarantined = false;
  bool touched = false;          ///< in the batch being built or committed
  bool stored_admitted = false;  ///< its row holds a slot of the concurrency limit
  store::Activity stored_activity = store::Activity::active;
  std::optional<base::Instant> stored_wake;
  uint64_t used = 0;
};

/// A quarantined one is left alone until it is released or killed: GYR-E038.
base::Result<void> check_quarantine(const LiveExecution& live);

/// Why an execution could not be made live: its row is there, but not its flow.
struct Unloadable {
  store::ExecutionRow row;
  std::string reason;
};

/// One thread: that of the partition.
class LiveExecutions {
 public:
  LiveExecutions(FlowCache& flows, size_t capacity) : flows_(flows), capacity_(capacity) {}

  LiveExecution* find(base::Id id);
  /// The execution, from memory or from the store. Null where it does not exist. `unloadable` is set (and null
  /// returned) where its flow cannot be had.
  base::Result<LiveExecution*> load(store::Reader& reader, base::Id id, std::optional<Unloadable>& unloadable);
  LiveExecution& add(std::unique_ptr<engine::ExecutionState> state);
  void drop(base::Id id);
  void clear() { live_executions_.clear(); }
  /// Drops what waits for nothing in memory and was not used lately, until the capacity holds.
  void trim();
  size_t size() const { return live_executions_.size(); }
  const std::unordered_map<base::Id, LiveExecution>& all() const { return live_executions_; }
  /// From memory alone, and without counting as a use.
  const LiveExecution* peek(base::Id id) const;

 private:
  FlowCache& flows_;
  size_t capacity_;
  uint64_t clock_ = 0;
  std::unordered_map<base::Id, LiveExecution> live_executions_;
};

/// Puts the task runs of a stored execution back into a state made from its row, for reading alone; an error where it
/// has more than `max_runs`.
base::Result<void> restore_runs(store::Reader& reader, std::string_view engine_state, engine::ExecutionState& state,
                                size_t max_runs);

/// It stands still until a person or a distant date moves it, and its rows are all that is needed then: it need not
/// stay in memory. 100,000 pauses are rows alone (TASK-39).
bool waits_for_somebody(const LiveExecution& live);
/// What has to happen to an execution after a restart (principle: recovery).
store::Activity activity_of(const engine::ExecutionState& state);
/// The row as it stands now.
store::ExecutionRow execution_row(const LiveExecution& live);
store::TaskRunRow task_run_row(base::Id execution, const engine::RunState& run);
/// Adds everything that changed since the last call to the batch; whether something did.
bool collect_changes(LiveExecution& live, store::Batch& batch);

}  // namespace gyr::executor
