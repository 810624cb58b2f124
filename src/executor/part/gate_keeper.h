// The concurrency gates of a partition: which execution may begin, which waits, which is next (EXEC-60, EXEC-61).
#pragma once

#include <memory>
#include <optional>

#include "base/error.h"
#include "engine/execution_state.h"
#include "executor/part/gates.h"
#include "model/flow.h"

namespace gyr::executor {

class Turn;

/// A slot is freed and the next execution admitted in one commit, by one partition, from the rows. Used on the thread
/// of the partition.
class GateKeeper {
 public:
  explicit GateKeeper(Turn& turn) : turn_(turn) {}

  /// Asks about the flows with a queue.
  base::Result<void> recover();
  /// A batch has failed, or what is held back has changed: gates are derived from the rows again.
  void undo();
  /// Drops everything; the rows contain it.
  void forget() { (void)gates_.forget_all(); }

  /// The answer for an execution that has not passed its gate.
  base::Result<engine::Admission> admission(const engine::ExecutionState& state);
  /// Call it after a step: updates the used slots and the queue.
  void note_progress(const engine::ExecutionState& state, bool held, model::State before);
  /// For an execution that ends or is deleted without a step.
  base::Result<void> free_slot(const std::shared_ptr<const model::FlowKey>& flow, const model::Execution& execution,
                               bool admitted);

  /// The gate of a flow with a queue, with or without a limit.
  base::Result<Gate*> of_queue(const std::shared_ptr<const model::FlowKey>& flow);
  base::Result<void> read_queue(const model::FlowKey& flow, Gate& gate);
  /// Sends an AdmitMessage if an execution can be admitted and none is on its way.
  void ask_to_admit(const std::shared_ptr<const model::FlowKey>& flow, Gate& gate);
  /// An AdmitMessage is not applied.
  void stop_asking(const model::FlowKey& flow);
  void forget(const model::FlowKey& flow) { gates_.forget(flow); }

  /// A revision of the flow is saved with the current batch: its limit can be higher (EXEC-62).
  void flow_is_saved(const model::FlowKey& flow);
  /// That batch is committed.
  void flow_was_saved(const model::FlowKey& flow);
  void trim() { gates_.trim(); }

 private:
  /// The gate of a flow whose latest revision has a limit, derived from the rows if necessary; null for other flows.
  base::Result<Gate*> gate_of(const std::shared_ptr<const model::FlowKey>& flow);
  base::Result<Gate*> make(const std::shared_ptr<const model::FlowKey>& flow,
                           std::optional<model::Concurrency> concurrency);
  base::Result<std::optional<model::Concurrency>> concurrency_of(const model::FlowKey& flow);
  base::Result<int64_t> stored_slots(const model::FlowKey& flow);

  Turn& turn_;
  Gates gates_;
  /// The last flow without a limit: the fast path of most executions.
  std::shared_ptr<const engine::CompiledFlow> unlimited_;
};

}  // namespace gyr::executor
