// Flow triggers: what an execution's change of state means to a flow that listens (TRIG-110 to TRIG-137). Pure: an
// event is judged alone first, then put into the windows of the trigger, which say whether it fires.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/compiled_flow.h"
#include "engine/execution_state.h"
#include "engine/settings.h"
#include "engine/trigger/window_state.h"
#include "model/execution.h"
#include "model/trigger.h"
#include "plugin/core_triggers.h"

namespace gyr::engine {

/// What a listening flow is told of another execution: enough to judge it without its rows.
struct FlowEvent {
  /// Id, flow, revision, labels and inputs are the execution's; the history holds its start and the state it took;
  /// outputs are those of its flow, once it has ended.
  model::Execution execution;
  std::string first_failed_task_id;
  std::string last_task_id;
  model::State state() const { return execution.state.current(); }
  base::Instant at() const { return execution.state.last_date(); }
};

/// The changes between two lengths of an execution's history that listeners are told of (TRIG-115), as places in it. A
/// pause that ends with nothing behind it never shows as running again.
std::vector<size_t> told_changes(const model::StateHistory& history, size_t before, bool runs_were_made);
/// The event of the change at this place of the history.
FlowEvent flow_event(const ExecutionState& state, size_t place);
/// The same of one whose task runs are not known.
FlowEvent flow_event(const model::Execution& execution, size_t place);

/// Conditions that must come together in one window: those of `preconditions`, of `dependsOn`, or of a
/// MultipleCondition.
struct ConditionSet {
  std::string window_id;
  struct Part {
    std::string key;  ///< of the same content the same, so that a change of the flow keeps what is still true
    const plugin::UpstreamFlow* flow = nullptr;
    const plugin::PreconditionWhere* where = nullptr;
    const plugin::Dependency* dependency = nullptr;
    const model::ConditionSpec* condition = nullptr;
  };
  std::vector<Part> parts;  ///< empty: always holds (TRIG-120)
  WindowRule rule;
  bool reset = true;  ///< after it fired, all must come again (TRIG-129)
  size_t needed = 0;  ///< parts that must be met
  std::vector<std::string> keys() const;
};

/// What one Flow trigger waits for. Points into the trigger's definition.
struct FlowTriggerPlan {
  const model::TriggerSpec* trigger = nullptr;
  std::vector<model::State> states;
  std::vector<const model::ConditionSpec*> conditions;  ///< of one event: all but MultipleConditions
  std::vector<ConditionSet> sets;
};
FlowTriggerPlan plan_of(const model::TriggerSpec& trigger, const expression::Zone& server_zone);

/// Which executions can concern a trigger at all; a superset, from what is literal in its definition.
struct EventFilter {
  struct Source {
    std::optional<std::string> namespace_;
    std::optional<std::string> flow_id;
  };
  std::vector<Source> sources;  ///< one of them
  uint32_t states = 0;          ///< bit by number of State
};
EventFilter filter_of(const model::TriggerSpec& trigger);

/// What an event is judged with.
struct FlowEventSubject {
  const FlowEvent& event;
  const CompiledFlow& listener;
  const Settings& settings;
  /// The other execution as it stands in the store; null: what its rows tell is not in memory.
  const ExecutionState* upstream = nullptr;
  bool upstream_is_gone = false;  ///< its rows tell nothing any more: it was deleted meanwhile
};

/// What one event is to one trigger, windows apart.
struct FlowJudgement {
  bool passes = false;                               ///< state, conditions and `when`
  std::vector<std::vector<std::string>> met;         ///< keys by set
  std::vector<model::Label> labels;                  ///< of the trigger, rendered (TRIG-8)
  base::Result<base::Value> inputs = base::Value();  ///< of the trigger, rendered; null where it has none (TRIG-117)
  std::vector<std::string> warnings;                 ///< for the trigger's log
  /// It meets some condition that must come together with others, or nothing has to come together (TRIG-128).
  bool concerns() const;
};
/// Judges into `judgement`; gives null. HostRequest where the host is asked, or (without a call) where `upstream` is
/// missing: judge again then. Conditions that cannot be judged are false, with a warning (TRIG-115).
expression::Outcome judge_event(const FlowTriggerPlan& plan, const FlowEventSubject& subject,
                                const expression::Environment& environment, FlowJudgement& judgement);

/// The variables of the execution that is started (TRIG-116); `outputs`: of all executions that came together.
base::Value flow_trigger_variables(const FlowEvent& event, base::Value outputs);

}  // namespace gyr::engine
