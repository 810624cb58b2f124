// io.kestra.plugin.core.condition.MultipleCondition (TRIG-137)
#include "plugin_api/flow_trigger.h"
#include "plugins/core/condition/condition.h"

namespace gyr::plugins::core {

using plugin::MultipleCondition;

plugin::ConditionType multiple_condition() {
  return core_condition<MultipleCondition>("MultipleCondition")
      .title("Replaced by `preconditions` of the Flow trigger")
      .deprecated()
      .on_execution()
      .property("id", &MultipleCondition::id,
                {.title = "Id of the condition",
                 .required = true,
                 .not_blank = true,
                 .pattern = "^[a-zA-Z0-9][a-zA-Z0-9_-]*"})
      .property("conditions", &MultipleCondition::conditions,
                {.title = "Conditions by name", .required = true, .not_empty = true})
      .property("timeWindow", &MultipleCondition::time_window,
                {.title = "Time window in which all conditions must match"})
      .property("window", &MultipleCondition::window, {.title = "Replaced by `timeWindow`", .deprecated = true})
      .property("windowAdvance", &MultipleCondition::window_advance,
                {.title = "Replaced by `timeWindow`", .deprecated = true})
      .property("resetOnSuccess", &MultipleCondition::reset_on_success,
                {.title = "Whether all conditions must match again after a match",
                 .default_value = base::Value::boolean(true)})
      .build();
}

}  // namespace gyr::plugins::core
