// The execution that a date of a schedule, or the evaluation of a trigger starts: its variables, labels and inputs
// (TRIG-23 to TRIG-26, TRIG-55 to TRIG-57).
#pragma once

#include "engine/trigger/machine.h"

namespace gyr::engine::trigger {

/// Root names for a trigger's own expressions: flow, labels, vars, envs, globals, kestra and inputs that have defaults
/// (TRIG-26).
base::Value roots_of(const Surroundings& around);
/// Root names before an execution exists, as its inputs see them.
base::Value roots_before_execution(const CompiledFlow& flow, const Settings& settings, base::Id execution,
                                   const std::vector<model::Label>& labels, const base::Value* trigger_variables,
                                   base::Instant now);
/// `trigger` in a trigger's own expressions: the variables, and its id and type where they have no such names.
base::Value own_names(const model::TriggerSpec& spec, const base::Value& variables);
/// For all expressions of one event, with the answers of the host.
expression::Environment environment_of(const Surroundings& around);

/// The execution of the date `date`. One whose inputs are wrong is FAILED from the start and names no trigger
/// (TRIG-25).
Judged<StartExecution> start_at(const TriggerState& state, const Surroundings& around, base::Instant date,
                                base::Value variables, std::vector<LogLine>& logs);
/// The execution for what a worker has found, or heard; with its variables `trigger.*` of inputs and labels. One whose
/// inputs are wrong is as above (TRIG-142, TRIG-148).
Judged<StartExecution> start_found(const TriggerState& state, const Surroundings& around, base::Id id,
                                   base::Value variables, std::string log_file, std::vector<LogLine>& logs);
/// The FAILED execution of an evaluation that failed (TRIG-12, TRIG-149).
Judged<StartExecution> failed_evaluation(const Surroundings& around, base::Id id, std::string reason,
                                         std::vector<LogLine>& logs);
/// The execution of a date whose conditions cannot be judged (TRIG-53).
StartExecution failed_start(const Surroundings& around, std::string reason);

}  // namespace gyr::engine::trigger
