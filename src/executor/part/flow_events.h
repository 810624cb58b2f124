// The Flow triggers of a partition: what its executions tell the flows that listen, and what its own flows make of what
// they are told (TRIG-110 to TRIG-137).
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_set>

#include "base/error.h"
#include "base/id.h"
#include "base/instant.h"
#include "base/value.h"
#include "engine/execution_state.h"
#include "engine/trigger/window_state.h"
#include "model/flow.h"
#include "store/store.h"

namespace gyr::executor {

class FlowTriggerEvaluation;
struct JudgedTrigger;
class Turn;

/// Events are rows of the inbox until they are judged, and windows are rows; so nothing is to be restored after a
/// failed commit. Used on the thread of the partition.
class FlowEvents {
 public:
  explicit FlowEvents(Turn& turn) : turn_(turn) {}
  void forget();
  /// Adds the changed windows to the batch.
  void collect(store::Batch& batch);
  /// The batch is over, whatever became of it.
  void forget_batch() { windows_.clear(); }

  // ---- telling
  /// Sends the changes since the given lengths of its history and runs to the listening flows, with this commit
  /// (TRIG-115).
  void notify(const engine::ExecutionState& state, size_t changes_before, size_t runs_before);
  /// The same for the last change, if it was not made by a step.
  void notify_of_end(const model::Execution& execution);

  // ---- listening
  bool is_evaluating(base::Id message) const { return evaluating_.contains(message); }
  void begin_evaluation(base::Id message) { evaluating_.insert(message); }
  /// False if it was not being evaluated.
  bool end_evaluation(base::Id message) { return evaluating_.erase(message) > 0; }
  /// Applies the result for one trigger: its windows, warnings, and an execution if it fires.
  base::Result<void> hear(const FlowTriggerEvaluation& judging, const JudgedTrigger& trigger);

 private:
  /// The content of a window after this batch.
  struct Window {
    std::shared_ptr<const model::FlowKey> flow;
    int64_t start = 0;
    base::Instant expires;
    engine::WindowState state;
    bool is_stored = false;
    bool is_changed = false;
    bool is_gone = false;
  };

  /// Adds an event to the windows of a trigger. Returns the outputs of all collected executions if it fires.
  base::Result<std::optional<base::Value>> gather(const FlowTriggerEvaluation& judging, const JudgedTrigger& trigger);
  base::Result<Window*> window_of(const std::shared_ptr<const model::FlowKey>& flow, const std::string& trigger,
                                  const std::string& id, int64_t start, base::Instant moment);
  void start(const FlowTriggerEvaluation& judging, const JudgedTrigger& trigger, const base::Value& outputs);
  void warn(const std::shared_ptr<const model::FlowKey>& flow, const model::TriggerSpec& trigger, std::string message);

  Turn& turn_;
  std::unordered_set<base::Id> evaluating_;  // messages with events
  /// By flow, trigger and window id: the windows that an event of this batch changed.
  std::map<std::tuple<model::FlowKey, std::string, std::string>, std::deque<Window>> windows_;
};

}  // namespace gyr::executor
