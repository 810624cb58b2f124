// io.kestra.plugin.core.condition.ExecutionLabels (TRIG-172)
#include <algorithm>

#include "model/labels.h"
#include "plugins/core/condition/condition.h"

namespace gyr::plugins::core {
namespace {

/// The upstream execution has all these labels (TRIG-172).
struct ExecutionLabelsCondition {
  std::vector<model::Label> labels;
  Truth holds(plugin::ConditionEvaluation& evaluation) const;
};

Truth ExecutionLabelsCondition::holds(plugin::ConditionEvaluation& evaluation) const {
  const model::Execution* execution = evaluation.observed();
  if (execution == nullptr) return std::nullopt;
  return std::all_of(labels.begin(), labels.end(), [&](const model::Label& wanted) {
    return std::find(execution->labels.begin(), execution->labels.end(), wanted) != execution->labels.end();
  });
}

}  // namespace

plugin::ConditionType execution_labels_condition() {
  return core_condition<ExecutionLabelsCondition>("ExecutionLabels")
      .title("Matches executions with the given labels")
      .on_execution()
      .property("labels", &ExecutionLabelsCondition::labels,
                {.title = "Labels that the execution must have", .required = true})
      .check([](const ExecutionLabelsCondition& condition, const syntax::NodePtr& node, model::BindContext& context) {
        model::check_no_system_labels(condition.labels, "labels", node, context);
      })
      .example("Matches executions of one team",
               "type: io.kestra.plugin.core.condition.ExecutionLabels\nlabels:\n  team: data\n")
      .build();
}

}  // namespace gyr::plugins::core
