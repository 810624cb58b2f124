// io.kestra.plugin.core.condition.FlowCondition
#include "plugins/core/condition/condition.h"

namespace gyr::plugins::core {
namespace {

/// The listening flow has this namespace and id [old].
struct FlowCondition {
  std::string namespace_;
  std::string flow_id;
  Truth holds(plugin::ConditionEvaluation& evaluation) const;
};

Truth FlowCondition::holds(plugin::ConditionEvaluation& evaluation) const {
  if (evaluation.subject().listener == nullptr) return evaluation.fail("the condition needs a listening flow");
  return evaluation.subject().listener->namespace_ == namespace_ && evaluation.subject().listener->id == flow_id;
}

}  // namespace

plugin::ConditionType flow_condition() {
  return core_condition<FlowCondition>("FlowCondition")
      .title("Replaced by ExecutionFlow")
      .deprecated()
      .property("namespace", &FlowCondition::namespace_,
                {.title = "Namespace of the flow with the trigger", .required = true})
      .property("flowId", &FlowCondition::flow_id, {.title = "Id of the flow with the trigger", .required = true})
      .build();
}

}  // namespace gyr::plugins::core
