// Evaluates one event of another execution for all Flow triggers of a listening flow (TRIG-115, TRIG-117), before the
// partition adds it to their windows.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/id.h"
#include "catalog/flow_cache.h"
#include "engine/settings.h"
#include "engine/trigger/flow_trigger.h"
#include "host/input_resolver.h"
#include "store/store.h"

namespace gyr::executor {

/// The result of an event for one trigger, with all values that are needed to start an execution.
struct JudgedTrigger {
  engine::FlowTriggerPlan plan;
  engine::FlowJudgement judgement;
  base::Id execution;                                ///< the id of the execution that can be started
  base::Result<base::Value> inputs = base::Value();  ///< validated and converted (TRIG-25)
};

/// The evaluation of one event. Call begin() on the thread of the partition; the rest runs there too, or on a thread
/// that answers for the host. Keeps itself alive until `done`, which runs exactly once.
class FlowTriggerEvaluation : public std::enable_shared_from_this<FlowTriggerEvaluation> {
 public:
  using Done = std::move_only_function<void(std::shared_ptr<const FlowTriggerEvaluation>)>;
  FlowTriggerEvaluation(LoadedFlowPtr flow, engine::FlowEvent event, const engine::Settings& settings,
                        InputResolver& resolver);

  /// Fails if the store cannot be read: then the evaluation has not started. `zone` is the zone of the server
  /// (TRIG-134).
  base::Result<void> begin(store::Reader& reader, FlowCache& flows, const text::Zone& zone, base::Instant now,
                           Done done);

  const LoadedFlowPtr& flow() const { return flow_; }
  const engine::FlowEvent& event() const { return event_; }
  /// One result for each enabled trigger; available after `done`.
  const std::vector<JudgedTrigger>& triggers() const { return triggers_; }

 private:
  engine::FlowEventSubject subject() const;
  base::Result<void> read_upstream(store::Reader& reader, FlowCache& flows);
  /// Evaluates the remaining triggers one after the other.
  void go_on();
  void resolve(JudgedTrigger& trigger);

  LoadedFlowPtr flow_;
  engine::FlowEvent event_;
  const engine::Settings& settings_;
  InputResolver& resolver_;
  std::vector<JudgedTrigger> triggers_;
  std::vector<bool> judged_;  // by trigger: evaluated with the event alone
  std::shared_ptr<const engine::ExecutionState> upstream_;
  bool upstream_is_gone_ = false;
  size_t next_ = 0;
  Done done_;
};

}  // namespace gyr::executor
