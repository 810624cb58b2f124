// UnsetVariables: removes variables from the execution's copy (TASK-83).
#include "base/text.h"
#include "engine/flowable/lists.h"
#include "engine/step.h"
#include "engine/updating/types.h"
#include "expression/template.h"

namespace gyr::engine {
namespace {

using base::Value;

struct UnsetVariablesProperties {
  model::Dynamic<std::vector<std::string>> variables;
  bool ignore_missing = false;
};

/// The map without what stands at the path; nothing where nothing stands there.
std::optional<Value> without(const Value& map, std::span<const std::string_view> path) {
  const Value* there = map.find(path.front());
  if (there == nullptr) return std::nullopt;
  base::MapBuilder builder(map);
  if (path.size() == 1) {
    builder.remove(path.front());
    return builder.build();
  }
  auto below = without(*there, path.subspan(1));
  if (!below) return std::nullopt;
  builder.set(path.front(), *std::move(below));
  return builder.build();
}

class UnsetVariables final : public Updating {
 public:
  plugin::TaskType describe() const override {
    return plugin::task_type<UnsetVariablesProperties>("io.kestra.plugin.core.execution.UnsetVariables")
        .title("Removes variables of the execution")
        .trait(plugin::Trait::execution_updating)
        .property("variables", &UnsetVariablesProperties::variables,
                  {.title = "Names of the variables",
                   .documentation = "A dotted path selects an entry of a map.",
                   .required = true})
        .property("ignoreMissing", &UnsetVariablesProperties::ignore_missing,
                  {.title = "Whether to ignore variables that do not exist", .default_value = Value::boolean(false)})
        .example("Removes a variable", R"(id: forget
type: io.kestra.plugin.core.execution.UnsetVariables
variables: [mood])")
        .build();
  }

  Value decision(const model::TaskSpec& spec) const override {
    return spec.properties<UnsetVariablesProperties>().variables.source();
  }

  base::Result<void> apply(Step& step, RunState&, const model::TaskSpec& spec, const Value& rendered) const override {
    if (!rendered.is_list()) return base::fail(update_refused, "`variables` must be a list of names");
    model::Execution& execution = step.state().execution();
    Value variables =
        execution.variables.is_map() && execution.variables.size() > 0 ? execution.variables : step.flow().variables();
    if (!variables.is_map()) variables = Value::empty_map();
    for (const Value& item : rendered.items()) {
      std::string name = expression::to_text(item);
      auto path = base::split(name, '.');
      if (auto left = without(variables, path)) {
        variables = *std::move(left);
      } else if (!spec.properties<UnsetVariablesProperties>().ignore_missing) {
        return base::fail(update_refused, "the variable `" + name + "` does not exist");
      }
    }
    execution.variables = std::move(variables);
    step.state().touch();
    return {};
  }
};

}  // namespace

const Updating& unset_variables() {
  static const UnsetVariables behaviour;
  return behaviour;
}

}  // namespace gyr::engine
