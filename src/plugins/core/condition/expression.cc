// io.kestra.plugin.core.condition.Expression (TRIG-166)
#include "plugins/core/condition/condition.h"

namespace gyr::plugins::core {
namespace {

/// The expression is true (TRIG-166).
struct ExpressionCondition {
  model::Dynamic<std::string> expression;
  Truth holds(plugin::ConditionEvaluation& evaluation) const;
};

Truth ExpressionCondition::holds(plugin::ConditionEvaluation& evaluation) const {
  auto outcome = expression.value_template().render(evaluation.subject().names, evaluation.subject().environment);
  if (!outcome.ok()) return evaluation.stop(std::move(outcome));
  return expression::holds_as_expression(outcome.value());
}

}  // namespace

plugin::ConditionType expression_condition() {
  return core_condition<ExpressionCondition>("Expression")
      .title("Matches if an expression is true")
      .documentation("An empty result, a blank string and `false` are false. Every other result is true.")
      .on_schedule()
      .on_execution()
      .property("expression", &ExpressionCondition::expression, {.title = "Expression to evaluate", .required = true})
      .example(
          "Tests the body of a webhook request",
          "type: io.kestra.plugin.core.condition.Expression\nexpression: \"{{ trigger.body.hello == 'world' }}\"\n")
      .build();
}

}  // namespace gyr::plugins::core
