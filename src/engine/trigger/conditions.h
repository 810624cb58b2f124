// Evaluates the conditions of a trigger, a listener or a webhook (TRIG-160 to TRIG-180). The types say how.
#pragma once

#include <vector>

#include "expression/template.h"
#include "model/trigger.h"
#include "plugin_api/condition.h"

namespace gyr::engine {

using plugin::ConditionSubject;
using plugin::ObservedExecution;

/// Returns the result of the condition as a boolean value; an error if it cannot be evaluated; HostRequest if an
/// expression needs the host (evaluate again with its answer). Pure. Conditions over a window (MultipleCondition) are
/// errors here, because they cannot be evaluated on one event.
expression::Outcome holds(const model::ConditionSpec& condition, const ConditionSubject& subject);

/// Evaluates all conditions in order up to the first false one; true if there are none.
expression::Outcome all_hold(const std::vector<model::ConditionSpec>& conditions, const ConditionSubject& subject);

/// Whether the condition, or a nested one, reads task runs.
bool reads_task_runs(const model::ConditionSpec& condition);

/// Whether the condition only depends on dates, so that it can be evaluated in advance (TRIG-51). An `Expression`
/// inside `Not` and `Or` counts as such a condition.
bool is_about_dates(const model::ConditionSpec& condition);
/// Whether the condition says the same for all moments of a day of the dates' own zone.
bool is_about_days(const model::ConditionSpec& condition);

}  // namespace gyr::engine
