// io.kestra.plugin.core.kv.Get (CORE-51, KV-4, KV-10)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/core/kv/kv_value.h"
#include "plugins/host_calls.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

struct Get {
  model::Dynamic<std::string> key;
  model::Dynamic<std::string> namespace_;
  model::Dynamic<bool> error_on_missing;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

base::Task<plugin::TaskResult> Get::run(plugin::RunContext& context) const {
  GYR_CO_TRY(auto name, co_await context.render(key));
  GYR_CO_TRY(auto from, co_await context.render(namespace_));
  GYR_CO_TRY(auto must_exist, co_await context.render(error_on_missing));
  GYR_CO_TRY(Value answer,
             co_await context.host_call(host_calls::kv_get, Value::map({{"namespace", namespace_argument(from)},
                                                                        {"key", Value::string(name.value_or(""))}})));
  const Value* found = answer.find("found");
  if (found == nullptr || !found->is_boolean())
    co_return base::fail(plugin::host_refused, "the server did not return a result for kv.get");
  if (!found->as_boolean()) {
    if (must_exist.value_or(false)) co_return base::fail(key_missing(context, from, name.value_or("")));
    co_return plugin::Success{};
  }
  const Value* value = answer.find("value");
  if (value == nullptr || value->is_null()) co_return plugin::Success{};
  Value given = value->kind() == Value::Kind::duration ? Value::number(value->as_duration().to_fraction()) : *value;
  co_return plugin::Success{Value::map({{"value", std::move(given)}}), std::nullopt};
}

}  // namespace

plugin::TaskType kv_get_task() {
  return plugin::task_type<Get>("io.kestra.plugin.core.kv.Get")
      .title("Reads a value of the key-value store")
      .documentation(
          "If `namespace` is not set and the namespace of the flow does not have the key, the parent namespaces are "
          "searched, the nearest first.")
      .property("key", &Get::key, {.title = "Key to read", .required = true, .group = "main"})
      .property("namespace", &Get::namespace_,
                {.title = "Namespace of the key",
                 .documentation = "By default, the namespace of the flow and its parent namespaces are searched.",
                 .group = "main"})
      .property(
          "errorOnMissing", &Get::error_on_missing,
          {.title = "Whether a missing key fails the task", .default_value = Value::boolean(false), .group = "main"})
      .output("value", {.type = model::ValueType::any,
                        .title = "Value of the key",
                        .documentation = "Not set if the key does not exist. A duration is a number of seconds."})
      .example("Reads a value", R"(id: last
type: io.kestra.plugin.core.kv.Get
key: last_result
errorOnMissing: true
)")
      .build();
}

}  // namespace gyr::plugins::core
