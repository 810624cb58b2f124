#include "plugins/core/condition/condition.h"

#include <algorithm>

namespace gyr::plugins::core {

Truth any_of(const std::vector<model::ConditionSpec>& conditions, plugin::ConditionEvaluation& evaluation) {
  for (const model::ConditionSpec& part : conditions) {
    const Truth found = evaluation.holds(part);
    if (!found) return std::nullopt;
    if (*found) return true;
  }
  return false;
}

std::optional<std::string> literal(const model::DynamicSource& property) {
  if (!property.is_set() || !property.value_template().is_constant() || !property.source().is_string())
    return std::nullopt;
  return std::string(property.source().text());
}

bool StateLists::allow(model::State state) const {
  const auto has = [state](const std::vector<model::State>& states) {
    return std::ranges::find(states, state) != states.end();
  };
  return (!in || in->empty() || has(*in)) && (!not_in || !has(*not_in));
}

}  // namespace gyr::plugins::core
