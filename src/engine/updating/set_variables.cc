// SetVariables: changes the execution's copy of the variables (TASK-83).
#include <fmt/format.h>

#include "engine/flowable/lists.h"
#include "engine/step.h"
#include "engine/updating/types.h"

namespace gyr::engine {
namespace {

using base::Value;

struct SetVariablesProperties {
  model::Dynamic<base::Value> variables;
  bool overwrite = true;
};

class SetVariables final : public Updating {
 public:
  plugin::TaskType describe() const override {
    return plugin::task_type<SetVariablesProperties>("io.kestra.plugin.core.execution.SetVariables")
        .title("Sets variables of the execution")
        .documentation("Later tasks of the execution read them as `vars`. Other executions do not see them.")
        .trait(plugin::Trait::execution_updating)
        .property("variables", &SetVariablesProperties::variables, {.title = "Variables to set", .required = true})
        .property("overwrite", &SetVariablesProperties::overwrite,
                  {.title = "Whether to overwrite existing variables", .default_value = Value::boolean(true)})
        .example("Stores a string", R"(id: remember
namespace: company.team
variables:
  mood: calm
tasks:
  - id: change
    type: io.kestra.plugin.core.execution.SetVariables
    variables:
      mood: curious
  - id: show
    type: io.kestra.plugin.core.log.Log
    message: "{{ vars.mood }}"
)",
                 true)
        .build();
  }

  Value decision(const model::TaskSpec& spec) const override {
    return spec.properties<SetVariablesProperties>().variables.source();
  }

  base::Result<void> apply(Step& step, RunState&, const model::TaskSpec& spec, const Value& rendered) const override {
    if (!rendered.is_map()) return base::fail(update_refused, "`variables` must be a map");
    model::Execution& execution = step.state().execution();
    const Value& before =
        execution.variables.is_map() && execution.variables.size() > 0 ? execution.variables : step.flow().variables();
    if (!spec.properties<SetVariablesProperties>().overwrite) {
      std::string existing;
      for (const auto& entry : rendered.entries()) {
        if (before.find(entry.name()) == nullptr) continue;
        if (!existing.empty()) existing += ",";
        existing += entry.name();
      }
      if (!existing.empty()) {
        return base::fail(
            update_refused,
            fmt::format("`overwrite` is set to false and the following variables already exist: {}", existing));
      }
    }
    execution.variables = base::deep_merge(before.is_map() ? before : Value::empty_map(), rendered);
    step.state().touch();
    return {};
  }
};

}  // namespace

const Updating& set_variables() {
  static const SetVariables behaviour;
  return behaviour;
}

}  // namespace gyr::engine
