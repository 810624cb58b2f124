// What the core conditions share.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/state.h"
#include "plugin_api/condition.h"
#include "plugin_api/condition_type.h"
#include "plugins/core/condition/conditions.h"

namespace gyr::plugins::core {

using Truth = plugin::ConditionEvaluation::Truth;

template <class T>
plugin::ConditionTypeBuilder<T> core_condition(std::string_view name) {
  return plugin::condition_type<T>("io.kestra.plugin.core.condition." + std::string(name));
}

/// Whether one of the conditions holds, tested in order up to the first.
Truth any_of(const std::vector<model::ConditionSpec>& conditions, plugin::ConditionEvaluation& evaluation);

/// The text of a property without an expression; nothing for other properties.
std::optional<std::string> literal(const model::DynamicSource& property);

/// The lists `in` and `notIn` of states, rendered.
struct StateLists {
  std::optional<std::vector<model::State>> in;
  std::optional<std::vector<model::State>> not_in;
  bool allow(model::State state) const;
};

}  // namespace gyr::plugins::core
