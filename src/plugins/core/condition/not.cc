// io.kestra.plugin.core.condition.Not (TRIG-167)
#include <span>

#include "plugins/core/condition/condition.h"

namespace gyr::plugins::core {
namespace {

/// None of the conditions holds (TRIG-167).
struct NotCondition {
  std::vector<model::ConditionSpec> conditions;
  Truth holds(plugin::ConditionEvaluation& evaluation) const;
  std::span<const model::ConditionSpec> parts() const { return conditions; }
};

Truth NotCondition::holds(plugin::ConditionEvaluation& evaluation) const {
  Truth any = core::any_of(conditions, evaluation);
  return any ? Truth(!*any) : std::nullopt;
}

}  // namespace

plugin::ConditionType not_condition() {
  return core_condition<NotCondition>("Not")
      .title("Matches if none of its conditions matches")
      .on_schedule()
      .about_dates()
      .on_execution()
      .property("conditions", &NotCondition::conditions,
                {.title = "Conditions to evaluate", .required = true, .not_empty = true})
      .example(
          "Matches working days",
          "type: io.kestra.plugin.core.condition.Not\nconditions:\n  - type: io.kestra.plugin.core.condition.Weekend\n")
      .build();
}

}  // namespace gyr::plugins::core
