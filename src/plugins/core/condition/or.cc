// io.kestra.plugin.core.condition.Or (TRIG-168)
#include <span>

#include "plugins/core/condition/condition.h"

namespace gyr::plugins::core {
namespace {

/// At least one of the conditions is true (TRIG-168).
struct OrCondition {
  std::vector<model::ConditionSpec> conditions;
  Truth holds(plugin::ConditionEvaluation& evaluation) const;
  std::span<const model::ConditionSpec> parts() const { return conditions; }
};

Truth OrCondition::holds(plugin::ConditionEvaluation& evaluation) const { return core::any_of(conditions, evaluation); }

}  // namespace

plugin::ConditionType or_condition() {
  return core_condition<OrCondition>("Or")
      .title("Matches if at least one of its conditions matches")
      .on_schedule()
      .about_dates()
      .on_execution()
      .property("conditions", &OrCondition::conditions,
                {.title = "Conditions to evaluate", .required = true, .not_empty = true})
      .example(
          "Matches two days of the week",
          "type: io.kestra.plugin.core.condition.Or\nconditions:\n  - type: io.kestra.plugin.core.condition.DayWeek\n  "
          "  dayOfWeek: MONDAY\n  - type: io.kestra.plugin.core.condition.DayWeek\n    dayOfWeek: FRIDAY\n")
      .build();
}

}  // namespace gyr::plugins::core
