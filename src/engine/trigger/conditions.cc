#include "engine/trigger/conditions.h"

#include <algorithm>

#include "plugin_api/registry.h"

namespace gyr::engine {

using expression::Outcome;
using model::ConditionSpec;
using plugin::Registry;

Outcome holds(const ConditionSpec& condition, const ConditionSubject& subject) {
  return plugin::ConditionEvaluation(subject).outcome(condition);
}

Outcome all_hold(const std::vector<ConditionSpec>& conditions, const ConditionSubject& subject) {
  for (const ConditionSpec& condition : conditions) {
    Outcome outcome = holds(condition, subject);
    if (!outcome.ok() || !outcome.value().as_boolean()) return outcome;
  }
  return base::Value::boolean(true);
}

bool reads_task_runs(const ConditionSpec& condition) {
  const plugin::ConditionType* type = Registry::condition_type_of(condition);
  if (type == nullptr) return false;
  if (type->reads_task_runs) return true;
  return type->parts != nullptr && std::ranges::any_of(type->parts(*condition.object), reads_task_runs);
}

bool is_about_dates(const ConditionSpec& condition) {
  const plugin::ConditionType* type = Registry::condition_type_of(condition);
  return type != nullptr && type->about_dates;
}

bool is_about_days(const ConditionSpec& condition) {
  const plugin::ConditionType* type = Registry::condition_type_of(condition);
  return type != nullptr && type->is_about_days != nullptr && type->is_about_days(*condition.object);
}

}  // namespace gyr::engine
