// Flow triggers: the effect of a change of an execution on a listening flow (TRIG-110 to TRIG-137). Pure: each event is
// first evaluated alone, then added to the windows of the trigger, which decide whether it fires.
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
#include "plugin_api/flow_trigger.h"

namespace gyr::engine {

/// The information about another execution for a listening flow: enough to evaluate the trigger without the rows of the
/// execution.
struct FlowEvent {
  /// Id, flow, revision, labels and inputs are those of the execution; the history contains its start and the new
  /// state; outputs are those of its flow, after it has ended.
  model::Execution execution;
  std::string first_failed_task_id;
  std::string last_task_id;
  model::State state() const { return execution.state.current(); }
  base::Instant at() const { return execution.state.last_date(); }
};

/// The changes in a range of the history of an execution of which listeners are informed (TRIG-115), as indexes. The
/// RUNNING state after a pause is omitted if nothing follows it.
std::vector<size_t> told_changes(const model::StateHistory& history, size_t before, bool runs_were_made);
/// The event of the change at this index of the history.
FlowEvent flow_event(const ExecutionState& state, size_t place);
/// The same if the task runs are not known.
FlowEvent flow_event(const model::Execution& execution, size_t place);

/// Conditions that must be met together in one window: those of `preconditions`, of `dependsOn`, or of a
/// MultipleCondition.
struct ConditionSet {
  std::string window_id;
  struct Part {
    /// the same for the same content, so that a change of the flow keeps the conditions that are already met
    std::string key;
    const plugin::UpstreamFlow* flow = nullptr;
    const plugin::PreconditionWhere* where = nullptr;
    const plugin::Dependency* dependency = nullptr;
    const model::ConditionSpec* condition = nullptr;
  };
  std::vector<Part> parts;  ///< empty: always true (TRIG-120)
  WindowRule rule;
  bool reset = true;  ///< after it fired, all must be met again (TRIG-129)
  size_t needed = 0;  ///< the number of parts that must be met
  std::vector<std::string> keys() const;
};

/// The requirements of one Flow trigger. Points into the definition of the trigger.
struct FlowTriggerPlan {
  const model::TriggerSpec* trigger = nullptr;
  std::vector<model::State> states;
  std::vector<const model::ConditionSpec*> conditions;  ///< conditions on one event: all except MultipleConditions
  std::vector<ConditionSet> sets;
};
FlowTriggerPlan plan_of(const model::TriggerSpec& trigger, const text::Zone& server_zone);

/// The executions that can concern a trigger: a superset, from the literal values of its definition.
struct EventFilter {
  struct Source {
    std::optional<std::string> namespace_;
    std::optional<std::string> flow_id;
  };
  std::vector<Source> sources;  ///< at least one of them
  uint32_t states = 0;          ///< one bit per State
};
EventFilter filter_of(const model::TriggerSpec& trigger);

/// The input of the evaluation of an event.
struct FlowEventSubject {
  const FlowEvent& event;
  const CompiledFlow& listener;
  const Settings& settings;
  /// The stored upstream execution; null: its rows are not in memory.
  const ExecutionState* upstream = nullptr;
  bool upstream_is_gone = false;  ///< its rows do not exist any more: it was deleted
};

/// The result of one event for one trigger, without windows.
struct FlowJudgement {
  bool passes = false;                               ///< state, conditions and `when` match
  std::vector<std::vector<std::string>> met;         ///< keys of the met parts, by set
  std::vector<model::Label> labels;                  ///< of the trigger, rendered (TRIG-8)
  base::Result<base::Value> inputs = base::Value();  ///< of the trigger, rendered; null if it has none (TRIG-117)
  std::vector<std::string> warnings;                 ///< for the log of the trigger
  /// Whether it meets a condition that is part of a set, or the trigger has no sets (TRIG-128).
  bool concerns() const;
};
/// Evaluates into `judgement` and returns null. Returns HostRequest if the host is needed, or (without a call) if
/// `upstream` is missing: then evaluate again. Conditions that cannot be evaluated are false, with a warning
/// (TRIG-115).
expression::Outcome judge_event(const FlowTriggerPlan& plan, const FlowEventSubject& subject,
                                const expression::Environment& environment, FlowJudgement& judgement);

/// The variables of the started execution (TRIG-116); `outputs`: of all executions that were collected.
base::Value flow_trigger_variables(const FlowEvent& event, base::Value outputs);

}  // namespace gyr::engine
