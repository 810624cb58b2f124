// io.kestra.plugin.core.condition.ExecutionFlow (TRIG-169)
#include "plugins/core/condition/condition.h"

namespace gyr::plugins::core {
namespace {

/// The upstream execution belongs to this flow (TRIG-169).
struct ExecutionFlowCondition {
  model::Dynamic<std::string> namespace_;
  model::Dynamic<std::string> flow_id;
  Truth holds(plugin::ConditionEvaluation& evaluation) const;
  std::optional<plugin::FlowRestriction> restriction() const;
};

Truth ExecutionFlowCondition::holds(plugin::ConditionEvaluation& evaluation) const {
  const model::Execution* execution = evaluation.observed();
  if (execution == nullptr) return std::nullopt;
  auto namespace_ = evaluation.rendered(this->namespace_), flow = evaluation.rendered(flow_id);
  if (evaluation.stopped()) return std::nullopt;
  return namespace_ == execution->flow->namespace_ && flow == execution->flow->id;
}

std::optional<plugin::FlowRestriction> ExecutionFlowCondition::restriction() const {
  return plugin::FlowRestriction{literal(namespace_), literal(flow_id)};
}

}  // namespace

plugin::ConditionType execution_flow_condition() {
  return core_condition<ExecutionFlowCondition>("ExecutionFlow")
      .title("Matches executions of one flow")
      .on_execution()
      .property("namespace", &ExecutionFlowCondition::namespace_, {.title = "Namespace of the flow", .required = true})
      .property("flowId", &ExecutionFlowCondition::flow_id, {.title = "Id of the flow", .required = true})
      .example("Matches executions of one flow",
               "type: io.kestra.plugin.core.condition.ExecutionFlow\nnamespace: company.team\nflowId: upstream\n")
      .build();
}

}  // namespace gyr::plugins::core
