#include "plugin_api/condition.h"

#include <fmt/format.h>

#include "plugin_api/registry.h"

namespace gyr::plugin {

using Truth = ConditionEvaluation::Truth;

Truth ConditionEvaluation::stop(expression::Outcome why) {
  if (!stopped_) stopped_ = std::move(why);
  return std::nullopt;
}

Truth ConditionEvaluation::fail(std::string message) {
  return stop(base::Error(unevaluable_condition, std::move(message)));
}

const model::Execution* ConditionEvaluation::observed() {
  if (subject_.observed.execution == nullptr) fail("Invalid condition with null execution");
  return subject_.observed.execution;
}

Truth ConditionEvaluation::holds(const model::ConditionSpec& condition) {
  const ConditionType* type = Registry::condition_type_of(condition);
  if (type != nullptr && type->holds != nullptr) return type->holds(*condition.object, *this);
  return fail(fmt::format("a condition of type {} cannot be evaluated on a single event", condition.type));
}

expression::Outcome ConditionEvaluation::outcome(const model::ConditionSpec& condition) {
  const Truth truth = holds(condition);
  if (stopped_) return std::move(*stopped_);
  return base::Value::boolean(truth.value_or(false));
}

}  // namespace gyr::plugin
