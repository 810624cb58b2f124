// Judging one event of another execution for all Flow triggers of a flow that listens (TRIG-115, TRIG-117), before the
// partition puts it into their windows.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/id.h"
#include "engine/settings.h"
#include "engine/trigger/flow_trigger.h"
#include "executor/flow_cache.h"
#include "executor/input_resolver.h"
#include "store/store.h"

namespace gyr::executor {

/// What an event is to one trigger, with all that is needed to start an execution.
struct JudgedTrigger {
  engine::FlowTriggerPlan plan;
  engine::FlowJudgement judgement;
  base::Id execution;                                ///< of the one that may be started
  base::Result<base::Value> inputs = base::Value();  ///< checked and converted (TRIG-25)
};

/// The judgement of one event under way. begin() is for the partition's thread; the rest happens there as well, or on a
/// thread that answers for the host. Keeps itself alive until `done`, which runs once.
class FlowTriggerEvaluation : public std::enable_shared_from_this<FlowTriggerEvaluation> {
 public:
  using Done = std::move_only_function<void(std::shared_ptr<const FlowTriggerEvaluation>)>;
  FlowTriggerEvaluation(LoadedFlowPtr flow, engine::FlowEvent event, const engine::Settings& settings,
                        InputResolver& resolver);

  /// An error where the store could not be read: nothing has begun. `zone` is the server's (TRIG-134).
  base::Result<void> begin(store::Reader& reader, FlowCache& flows, const expression::Zone& zone, base::Instant now,
                           Done done);

  const LoadedFlowPtr& flow() const { return flow_; }
  const engine::FlowEvent& event() const { return event_; }
  /// One for each trigger that is not disabled; after `done`.
  const std::vector<JudgedTrigger>& triggers() const { return triggers_; }

 private:
  engine::FlowEventSubject subject() const;
  base::Result<void> read_upstream(store::Reader& reader, FlowCache& flows);
  /// Judges what is left, one trigger after the other.
  void go_on();
  void resolve(JudgedTrigger& trigger);

  LoadedFlowPtr flow_;
  engine::FlowEvent event_;
  const engine::Settings& settings_;
  InputResolver& resolver_;
  std::vector<JudgedTrigger> triggers_;
  std::vector<bool> judged_;  // by trigger, without anything but the event
  std::shared_ptr<const engine::ExecutionState> upstream_;
  bool upstream_is_gone_ = false;
  size_t next_ = 0;
  Done done_;
};

}  // namespace gyr::executor
