// If: one of two lists (TASK-33).
#include "engine/flowable/lists.h"
#include "engine/flowable/types.h"
#include "expression/template.h"

namespace gyr::engine {
namespace {

using base::Value;

struct IfProperties {
  model::Dynamic<std::string> condition;
  std::vector<model::TaskSpec> then;
  std::vector<model::TaskSpec> otherwise;
  std::vector<model::TaskSpec> errors;
  std::vector<model::TaskSpec> finals;
};

class If final : public Flowable {
 public:
  plugin::TaskType describe() const override {
    return plugin::task_type<IfProperties>("io.kestra.plugin.core.flow.If")
        .title("Runs tasks if a condition is true")
        .documentation(
            "The condition is rendered once. An empty result, a blank string, `false`, `0` and `-0` are false. Every "
            "other result is true.")
        .trait(plugin::Trait::flowable)
        .property("condition", &IfProperties::condition, {.title = "Condition to evaluate"})
        .property("then", &IfProperties::then,
                  {.title = "Tasks to run if the condition is true", .required = true, .not_empty = true})
        .property("else", &IfProperties::otherwise, {.title = "Tasks to run if the condition is false"})
        .with([](auto& builder) { describe_lists(builder); })
        .output("evaluationResult", {.type = model::ValueType::boolean, .title = "Result of the condition"})
        .example("Greets only on request", R"(id: maybe
namespace: company.team
inputs:
  - id: greet
    type: BOOL
    defaults: true
tasks:
  - id: asked
    type: io.kestra.plugin.core.flow.If
    condition: "{{ inputs.greet }}"
    then:
      - id: hello
        type: io.kestra.plugin.core.log.Log
        message: Hello
    else:
      - id: silent
        type: io.kestra.plugin.core.log.Log
        message: nobody asked
)",
                 true)
        .build();
  }

  ChildLists lists(const model::TaskSpec& spec) const override {
    const auto& properties = spec.properties<IfProperties>();
    return {{{"then", &properties.then}, {"else", &properties.otherwise}}, &properties.errors, &properties.finals};
  }

  std::optional<Value> decision(const model::TaskSpec& spec) const override {
    const auto& condition = spec.properties<IfProperties>().condition;
    return condition.is_set() ? condition.source() : Value();
  }

  base::Result<Decision> decide(const CompiledTask& task, const Value& rendered) const override {
    Decision decision;
    bool holds = expression::is_truthy(rendered);
    decision.outputs = Value::map({{"evaluationResult", Value::boolean(holds)}});
    decision.branch = holds ? 0 : 1;
    decision.no_branch = task.branches[decision.branch].empty();
    return decision;
  }

  bool is_sequential() const override { return true; }
  void next(Step& step, RunState& run) const override { next_sequential(step, run); }
};

}  // namespace

const Flowable& if_task() {
  static const If behaviour;
  return behaviour;
}

}  // namespace gyr::engine
