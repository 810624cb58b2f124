// io.kestra.plugin.core.condition.FlowNamespaceCondition
#include "plugins/core/condition/condition.h"

namespace gyr::plugins::core {
namespace {

/// The listening flow is in this namespace [old].
struct FlowNamespaceCondition {
  std::string namespace_;
  bool prefix = false;
  Truth holds(plugin::ConditionEvaluation& evaluation) const;
};

Truth FlowNamespaceCondition::holds(plugin::ConditionEvaluation& evaluation) const {
  if (evaluation.subject().listener == nullptr) return evaluation.fail("the condition needs a listening flow");
  const std::string& own = evaluation.subject().listener->namespace_;
  return prefix ? own.starts_with(namespace_) : own == namespace_;
}

}  // namespace

plugin::ConditionType flow_namespace_condition() {
  return core_condition<FlowNamespaceCondition>("FlowNamespaceCondition")
      .title("Replaced by ExecutionNamespace")
      .deprecated()
      .property("namespace", &FlowNamespaceCondition::namespace_,
                {.title = "Namespace of the flow with the trigger", .required = true})
      .property("prefix", &FlowNamespaceCondition::prefix,
                {.title = "Whether `namespace` is a prefix", .default_value = base::Value::boolean(false)})
      .build();
}

}  // namespace gyr::plugins::core
