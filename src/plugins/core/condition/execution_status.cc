// io.kestra.plugin.core.condition.ExecutionStatus (TRIG-171)
#include "plugins/core/condition/condition.h"

namespace gyr::plugins::core {
namespace {

/// The state of the upstream execution is in one list and not in the other (TRIG-171).
struct ExecutionStatusCondition {
  model::Dynamic<std::vector<model::State>> in;
  model::Dynamic<std::vector<model::State>> not_in;
  Truth holds(plugin::ConditionEvaluation& evaluation) const;
};

Truth ExecutionStatusCondition::holds(plugin::ConditionEvaluation& evaluation) const {
  const model::Execution* execution = evaluation.observed();
  if (execution == nullptr) return std::nullopt;
  const StateLists lists{evaluation.rendered(in), evaluation.rendered(not_in)};
  if (evaluation.stopped()) return std::nullopt;
  return lists.allow(execution->state.current());
}

}  // namespace

plugin::ConditionType execution_status_condition() {
  return core_condition<ExecutionStatusCondition>("ExecutionStatus")
      .title("Matches executions in the given states")
      .on_execution()
      .property("in", &ExecutionStatusCondition::in, {.title = "States that match"})
      .property("notIn", &ExecutionStatusCondition::not_in, {.title = "States that do not match"})
      .example("Matches executions that ended with success or a warning",
               "type: io.kestra.plugin.core.condition.ExecutionStatus\nin: [SUCCESS, WARNING]\n")
      .build();
}

}  // namespace gyr::plugins::core
