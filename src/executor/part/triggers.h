// The triggers of the flows of a partition: their rows change in the commit of their cause (TRIG-202, TRIG-203).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "base/instant.h"
#include "catalog/flow_cache.h"
#include "engine/trigger/machine.h"
#include "executor/timer_index.h"
#include "executor/trigger_key.h"
#include "model/flow.h"
#include "store/store.h"

namespace gyr::executor {

struct TriggerMessage;
struct TriggerReported;
class Turn;

/// The definition of a trigger in the current revision of its flow.
struct TriggerDefinition {
  LoadedFlowPtr flow;
  const model::TriggerSpec* spec = nullptr;
};

/// Used on the thread of the partition.
class Triggers {
 public:
  Triggers(Turn& turn, size_t wakes);

  /// Reads the next dates, and repeats the evaluations that were running. `life_began`: when this owner took over.
  base::Result<void> recover(base::Instant life_began);
  base::Instant life_began() const { return life_began_; }
  /// Adds the changed rows to the batch.
  void collect(store::Batch& batch);
  /// The batch is over, whatever became of it.
  void forget_batch() { rows_.clear(); }
  void forget();

  // ---- dates
  std::optional<base::Instant> next_wake() const { return wakes_.next(); }
  void wake(base::Instant when, TriggerKey trigger) { wakes_.add(when, std::move(trigger)); }
  bool needs_refill() const { return wakes_.needs_refill(); }
  base::Result<void> refill();
  void queue_due();

  // ---- one trigger
  /// Its state including the current batch; null if there is none. Valid until the next call.
  base::Result<const store::TriggerRow*> row_of(const TriggerKey& trigger);
  /// Nothing if it cannot be evaluated because it is deleted, invalid or missing.
  base::Result<std::optional<TriggerDefinition>> definition_of(const TriggerKey& trigger);
  engine::trigger::Effects advance(const TriggerDefinition& definition, store::TriggerRow row,
                                   const engine::trigger::Event& event, const engine::trigger::Answers& answers);
  /// For one that waits long for its execution: whether that still exists.
  base::Result<void> check_lock(const TriggerKey& trigger, const TriggerDefinition& definition,
                                const store::TriggerRow& row);
  /// The current message is applied again a little later.
  void could_not_read(const TriggerKey& trigger, const base::Error& error);

  // ---- questions to the host
  bool has_question(const TriggerKey& trigger) const { return asking_.contains(trigger); }
  void begin_question(const TriggerKey& trigger) { asking_.insert(trigger); }
  void end_question(const TriggerKey& trigger) { asking_.erase(trigger); }
  /// Sends the question, and applies the event again with the answer: `again` is the message without it.
  void ask_host(engine::trigger::Question question, TriggerMessage again);
  void ask_host(engine::trigger::Question question, TriggerReported again);

  // ---- evaluations by workers
  void end_evaluation(const std::shared_ptr<const model::FlowKey>& flow, base::Id evaluation);
  /// Ends the evaluation of a trigger that cannot be evaluated any more, without regard to its worker.
  void free_of_evaluation(const store::TriggerRow& row);

  // ---- flows and executions
  base::Result<void> define(const LoadedFlowPtr& flow, bool was_disabled);
  base::Result<void> define_one(const TriggerDefinition& definition, model::TriggerKind kind, bool was_disabled);
  base::Result<void> remove(const std::shared_ptr<const model::FlowKey>& flow,
                            const std::vector<model::TriggerSpec>& but);
  base::Result<void> remove_one(const TriggerKey& trigger);
  /// An execution has ended or was deleted: the trigger that started it can continue. `spec`: from the revision of the
  /// execution.
  void tell_end(const model::Execution& execution, const model::TriggerSpec* spec, std::optional<model::State> state);
  base::Result<void> end_for(const model::Execution& execution, std::optional<model::State> state);

 private:
  /// The state of a trigger after this batch.
  struct Known {
    std::optional<store::TriggerRow> row;  ///< none: it does not exist (any more)
    bool changed = false;
    bool deleted = false;
  };

  base::Result<void> recover_evaluations();
  /// Reads the rows of many dates that are due at the same time.
  void read_due(base::Instant earliest);
  void put(store::TriggerRow row);
  void start(const TriggerDefinition& definition, engine::trigger::StartExecution start);
  void log(const std::shared_ptr<const model::FlowKey>& flow, const std::string& trigger_id, model::LogLevel level,
           std::string message);
  void ask_worker(const TriggerDefinition& definition, engine::trigger::Evaluation evaluation);

  Turn& turn_;
  TimerIndex<TriggerKey> wakes_;
  std::map<TriggerKey, Known, TriggerKey::Less> rows_;  // of this batch
  std::set<TriggerKey, TriggerKey::Less> asking_;       // triggers with an open host call
  base::Instant life_began_;
};

}  // namespace gyr::executor
