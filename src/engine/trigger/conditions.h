// Evaluates the conditions of a trigger, a listener or a webhook (TRIG-160 to TRIG-180).
#pragma once

#include <string>
#include <vector>

#include "expression/context.h"
#include "expression/template.h"
#include "model/execution.h"
#include "model/trigger.h"

namespace gyr::engine {

/// a value that the condition needs is missing or not a date
inline constexpr base::ErrorCode unevaluable_condition{"GYR-E090"};

/// The execution that a condition evaluates: the upstream execution of a Flow trigger, or the own execution of a
/// listener.
struct ObservedExecution {
  const model::Execution* execution = nullptr;        ///< null: conditions on executions fail (TRIG-179)
  std::vector<const model::TaskRun*> task_runs = {};  ///< only for HasRetryAttempt; see reads_task_runs()
};

/// The input of conditions. Lives for one evaluation, on one thread.
struct ConditionSubject {
  const expression::Context& names;            ///< `trigger`, `flow`, `vars`, …, provided by the caller
  const expression::Environment& environment;  ///< with the answers of the host so far
  ObservedExecution observed = {};
  const model::FlowKey* listener = nullptr;  ///< the flow that declares the condition
  std::string country = {};  ///< of the server's locale, for PublicHoliday without a country; may be empty
};

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

}  // namespace gyr::engine
