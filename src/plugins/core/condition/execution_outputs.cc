// io.kestra.plugin.core.condition.ExecutionOutputs (TRIG-173)
#include <algorithm>

#include "plugins/core/condition/condition.h"

namespace gyr::plugins::core {
namespace {

/// The expression over the flow outputs of the upstream execution is true (TRIG-173).
struct ExecutionOutputsCondition {
  model::Dynamic<bool> expression;
  Truth holds(plugin::ConditionEvaluation& evaluation) const;
};

/// Root names with `trigger.outputs` in front of the caller's (TRIG-173).
class WithOutputs final : public expression::Context {
 public:
  WithOutputs(const expression::Context& names, base::Value outputs)
      : names_(names), trigger_(base::Value::map({{"outputs", std::move(outputs)}})) {}
  expression::Lookup root(std::string_view name) const override {
    return name == "trigger" ? expression::Lookup::of(trigger_) : names_.root(name);
  }
  std::vector<std::string> root_names() const override {
    auto names = names_.root_names();
    if (std::find(names.begin(), names.end(), "trigger") == names.end()) names.emplace_back("trigger");
    return names;
  }

 private:
  const expression::Context& names_;
  base::Value trigger_;
};

Truth ExecutionOutputsCondition::holds(plugin::ConditionEvaluation& evaluation) const {
  const model::Execution* execution = evaluation.observed();
  if (execution == nullptr) return std::nullopt;
  if (execution->outputs.size() == 0) return false;
  WithOutputs names(evaluation.subject().names, execution->outputs);
  auto value = evaluation.rendered(expression, names);
  if (!value && !evaluation.stopped())
    return evaluation.fail("the expression returned an empty value, expected true or false");
  return value;
}

}  // namespace

plugin::ConditionType execution_outputs_condition() {
  return core_condition<ExecutionOutputsCondition>("ExecutionOutputs")
      .title("Matches if an expression over the outputs of the flow is true")
      .on_execution()
      .property(
          "expression", &ExecutionOutputsCondition::expression,
          {.title = "Expression to evaluate", .documentation = "The outputs are `trigger.outputs`.", .required = true})
      .example(
          "Tests one output",
          "type: io.kestra.plugin.core.condition.ExecutionOutputs\nexpression: \"{{ trigger.outputs.rows > 0 }}\"\n")
      .build();
}

}  // namespace gyr::plugins::core
