// io.kestra.plugin.core.output.OutputValues (CORE-75, TASK-101)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"

namespace gyr::plugins::core {
namespace {

struct OutputValues {
  model::Dynamic<base::Value> values;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

/// Without the null entries of maps, at any depth; lists keep theirs.
base::Value without_nulls(const base::Value& value) {
  if (value.is_map()) {
    base::MapBuilder kept;
    for (const auto& entry : value.entries()) {
      if (!entry.value.is_null()) kept.set(entry.key, without_nulls(entry.value));
    }
    return kept.build();
  }
  if (value.is_list()) {
    base::ListBuilder items;
    for (const auto& item : value.items()) items.push(without_nulls(item));
    return items.build();
  }
  return value;
}

base::Task<plugin::TaskResult> OutputValues::run(plugin::RunContext& context) const {
  base::Value map = base::Value::empty_map();
  if (values.is_set()) {
    GYR_CO_TRY(base::Value rendered, co_await context.render_value(values, {}, false));
    GYR_CO_TRY(map, expression::to_map(rendered));
  }
  co_return plugin::Success{base::Value::map({{"values", without_nulls(map)}}), std::nullopt};
}

}  // namespace

plugin::TaskType output_values_task() {
  return plugin::task_type<OutputValues>("io.kestra.plugin.core.output.OutputValues")
      .title("Sets values for later tasks")
      .documentation(
          "Each expression is rendered. Literal numbers and booleans keep their type; all other values are strings.")
      .trait(plugin::Trait::pure)
      .property("values", &OutputValues::values,
                {.title = "Values by name", .group = "main", .shown_as = model::ValueType::map})
      .output("values", {.type = model::ValueType::map, .title = "Rendered values"})
      .example("Sets two values", R"(id: values
type: io.kestra.plugin.core.output.OutputValues
values:
  execution: "{{ execution.id }}"
  limit: 5
)")
      .build();
}

}  // namespace gyr::plugins::core
