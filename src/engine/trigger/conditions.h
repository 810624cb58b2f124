// Whether a condition of a trigger, a listener or a webhook holds (TRIG-160 to TRIG-180).
#pragma once

#include <string>
#include <vector>

#include "expression/context.h"
#include "expression/template.h"
#include "model/execution.h"
#include "model/trigger.h"

namespace gyr::engine {

inline constexpr base::ErrorCode unevaluable_condition{"GYR-E090"};  ///< what it is judged on is missing or no date

/// The execution that a condition looks at: of a Flow trigger the upstream one, of a listener the own one.
struct ObservedExecution {
  const model::Execution* execution = nullptr;        ///< null: conditions on executions fail (TRIG-179)
  std::vector<const model::TaskRun*> task_runs = {};  ///< for HasRetryAttempt alone; see reads_task_runs()
};

/// What conditions are judged on. Lives for one judgement, on one thread.
struct ConditionSubject {
  const expression::Context& names;            ///< `trigger`, `flow`, `vars`, … as the caller has them
  const expression::Environment& environment;  ///< with the answers of the host so far
  ObservedExecution observed = {};
  const model::FlowKey* listener = nullptr;  ///< the flow that declares the condition
  std::string country = {};  ///< of the server's locale, for PublicHoliday without a country; may be empty
};

/// The condition's truth as a boolean value; an error where it cannot be judged; HostRequest where an expression asks
/// the host: judge again with its answer. Pure. Conditions that hold over a window (MultipleCondition) are errors here:
/// they are not judged on one event.
expression::Outcome holds(const model::ConditionSpec& condition, const ConditionSubject& subject);

/// All of them, tested in order up to the first that is false; none hold.
expression::Outcome all_hold(const std::vector<model::ConditionSpec>& conditions, const ConditionSubject& subject);

/// Whether the condition, or one inside of it, looks at task runs.
bool reads_task_runs(const model::ConditionSpec& condition);

/// Whether the condition is about dates alone, so that it can be used to look ahead (TRIG-51). An `Expression` inside
/// `Not` and `Or` counts as one.
bool is_about_dates(const model::ConditionSpec& condition);

}  // namespace gyr::engine
