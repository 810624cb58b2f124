// The execution that a date of a schedule or an evaluation of a trigger starts: its variables, labels and inputs
// (TRIG-23 to TRIG-26, TRIG-55 to TRIG-57).
#pragma once

#include "engine/trigger/machine.h"

namespace gyr::engine::trigger {

/// The root names for the expressions of a trigger: flow, labels, vars, envs, globals, kestra, and inputs with defaults
/// (TRIG-26).
base::Value roots_of(const Surroundings& around);
/// The root names before an execution exists, for its inputs.
base::Value roots_before_execution(const CompiledFlow& flow, const Settings& settings, base::Id execution,
                                   const std::vector<model::Label>& labels, const base::Value* trigger_variables,
                                   base::Instant now);
/// `trigger` in the expressions of a trigger: the variables, and its id and type unless a variable has that name.
base::Value own_names(const model::TriggerSpec& spec, const base::Value& variables);
/// For all expressions of one event, with the answers of the host.
expression::Environment environment_of(const Surroundings& around);

/// The execution of the date `date`. If its inputs are invalid, it is FAILED from the start and names no trigger
/// (TRIG-25).
Judged<StartExecution> start_at(const TriggerState& state, const Surroundings& around, base::Instant date,
                                base::Value variables, std::vector<LogLine>& logs);
/// The execution for the result of an evaluation or for an event, with its variables `trigger.*` in inputs and labels.
/// Invalid inputs are handled as above (TRIG-142, TRIG-148).
Judged<StartExecution> start_found(const TriggerState& state, const Surroundings& around, base::Id id,
                                   base::Value variables, std::string log_file, std::vector<LogLine>& logs);
/// The FAILED execution of an evaluation that failed (TRIG-12, TRIG-149).
Judged<StartExecution> failed_evaluation(const Surroundings& around, base::Id id, std::string reason,
                                         std::vector<LogLine>& logs);
/// The execution of a date whose conditions cannot be evaluated (TRIG-53).
StartExecution failed_start(const Surroundings& around, std::string reason);

}  // namespace gyr::engine::trigger
