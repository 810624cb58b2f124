// Switch: one of many lists, by a value (TASK-34).
#include <map>

#include "engine/flowable/lists.h"
#include "engine/flowable/types.h"
#include "expression/template.h"
#include "model/errors.h"

namespace gyr::engine {
namespace {

using base::Value;

struct SwitchProperties {
  model::Dynamic<std::string> value;
  std::map<std::string, std::vector<model::TaskSpec>> cases;
  std::vector<model::TaskSpec> defaults;
  std::vector<model::TaskSpec> errors;
  std::vector<model::TaskSpec> finals;
};

class Switch final : public Flowable {
 public:
  plugin::TaskType describe() const override {
    return plugin::task_type<SwitchProperties>("io.kestra.plugin.core.flow.Switch")
        .title("Runs the tasks of the matching case")
        .documentation(
            "The rendered value is compared with the names of the cases as a string. If no case matches, the "
            "`defaults` tasks run. If there are no `defaults`, the task fails.")
        .trait(plugin::Trait::flowable)
        .property("value", &SwitchProperties::value, {.title = "Value to compare", .required = true})
        .property("cases", &SwitchProperties::cases, {.title = "Tasks for each value"})
        .property("defaults", &SwitchProperties::defaults, {.title = "Tasks to run if no case matches"})
        .with([](auto& builder) { describe_lists(builder); })
        .check([](const SwitchProperties& properties, const syntax::NodePtr& node, model::BindContext& context) {
          if (properties.cases.empty() && properties.defaults.empty()) {
            context.report(model::wrong_task, "No task defined, neither cases or default have any tasks", node);
          }
        })
        .output("value", {.type = model::ValueType::string, .title = "The rendered value"})
        .output("defaults", {.type = model::ValueType::boolean, .title = "Whether no case matched"})
        .example("Runs different tasks on different days", R"(id: choose
namespace: company.team
inputs:
  - id: day
    type: STRING
    defaults: monday
tasks:
  - id: by_day
    type: io.kestra.plugin.core.flow.Switch
    value: "{{ inputs.day }}"
    cases:
      monday:
        - id: start
          type: io.kestra.plugin.core.log.Log
          message: a new week
    defaults:
      - id: other
        type: io.kestra.plugin.core.log.Log
        message: just a day
)",
                 true)
        .build();
  }

  ChildLists lists(const model::TaskSpec& spec) const override {
    const auto& properties = spec.properties<SwitchProperties>();
    ChildLists lists{{}, &properties.errors, &properties.finals};
    for (const auto& [name, tasks] : properties.cases) lists.branches.push_back({name, &tasks});
    lists.branches.push_back({"defaults", &properties.defaults});
    return lists;
  }

  std::optional<Value> decision(const model::TaskSpec& spec) const override {
    return spec.properties<SwitchProperties>().value.source();
  }

  base::Result<Decision> decide(const CompiledTask& task, const Value& rendered) const override {
    const auto& properties = task.spec->properties<SwitchProperties>();
    std::string value = rendered.is_null() ? std::string() : expression::to_text(rendered);
    Decision decision;
    // The last branch is `defaults`; the others are the cases in their order.
    decision.branch = static_cast<uint32_t>(task.branches.size() - 1);
    bool matched = false;
    for (uint32_t i = 0; i + 1 < task.branches.size(); ++i) {
      if (task.branch_names[i] != value) continue;
      decision.branch = i;
      matched = true;
      break;
    }
    decision.fails = !matched && properties.defaults.empty();
    decision.outputs = Value::map({{"value", Value::string(value)}, {"defaults", Value::boolean(!matched)}});
    return decision;
  }

  bool is_sequential() const override { return true; }
  void next(Step& step, RunState& run) const override { next_sequential(step, run); }
};

}  // namespace

const Flowable& switch_task() {
  static const Switch behaviour;
  return behaviour;
}

}  // namespace gyr::engine
