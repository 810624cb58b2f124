// io.kestra.plugin.core.kv.Delete (CORE-53)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/core/kv/kv_value.h"
#include "plugins/host_calls.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

struct Delete {
  model::Dynamic<std::string> key;
  model::Dynamic<std::string> namespace_;
  model::Dynamic<bool> error_on_missing;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

base::Task<plugin::TaskResult> Delete::run(plugin::RunContext& context) const {
  GYR_CO_TRY(auto name, co_await context.render(key));
  GYR_CO_TRY(auto from, co_await context.render(namespace_));
  GYR_CO_TRY(auto must_exist, co_await context.render(error_on_missing));
  GYR_CO_TRY(Value deleted, co_await context.host_call(host_calls::kv_delete,
                                                       Value::map({{"namespace", namespace_argument(from)},
                                                                   {"key", Value::string(name.value_or(""))}})));
  if (!deleted.is_boolean())
    co_return base::fail(plugin::host_refused, "the server did not return a result for kv.delete");
  if (!deleted.as_boolean() && must_exist.value_or(false))
    co_return base::fail(key_missing(context, from, name.value_or("")));
  co_return plugin::Success{Value::map({{"deleted", deleted}}), std::nullopt};
}

}  // namespace

plugin::TaskType kv_delete_task() {
  return plugin::task_type<Delete>("io.kestra.plugin.core.kv.Delete")
      .title("Deletes a key of the key-value store")
      .property("key", &Delete::key, {.title = "Key to delete", .required = true, .group = "main"})
      .property("namespace", &Delete::namespace_,
                {.title = "Namespace of the key",
                 .documentation = "The default is the namespace of the flow.",
                 .group = "main"})
      .property(
          "errorOnMissing", &Delete::error_on_missing,
          {.title = "Whether a missing key fails the task", .default_value = Value::boolean(false), .group = "main"})
      .output("deleted", {.type = model::ValueType::boolean, .title = "Whether the key existed"})
      .example("Deletes a key", R"(id: forget
type: io.kestra.plugin.core.kv.Delete
key: last_result
)")
      .build();
}

}  // namespace gyr::plugins::core
