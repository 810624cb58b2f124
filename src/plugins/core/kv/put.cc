// io.kestra.plugin.core.kv.Put (CORE-57)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/core/kv/kv_value.h"
#include "plugins/host_calls.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

struct Put {
  model::Dynamic<std::string> key;
  model::Dynamic<std::string> value;
  model::Dynamic<std::string> namespace_;
  model::Dynamic<bool> error_on_missing;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

base::Task<plugin::TaskResult> Put::run(plugin::RunContext& context) const {
  GYR_CO_TRY(auto name, co_await context.render(key));
  GYR_CO_TRY(auto from, co_await context.render(namespace_));
  GYR_CO_TRY(auto text, co_await context.render(value));
  GYR_CO_TRY(auto must_exist, co_await context.render(error_on_missing));
  GYR_CO_CHECK(co_await context.host_call(host_calls::kv_set,
                                          Value::map({{"namespace", namespace_argument(from)},
                                                      {"key", Value::string(name.value_or(""))},
                                                      {"value", Value::string(text.value_or(""))},
                                                      {"mustExist", Value::boolean(must_exist.value_or(false))}})));
  co_return plugin::Success{};
}

}  // namespace

plugin::TaskType kv_put_task() {
  return plugin::task_type<Put>("io.kestra.plugin.core.kv.Put")
      .title("Stores a string in the key-value store, overwriting an existing value")
      .property("key", &Put::key, {.title = "Key to write", .required = true, .group = "main"})
      .property(
          "value", &Put::value,
          {.title = "Value to store", .documentation = "It is stored as a string.", .required = true, .group = "main"})
      .property("namespace", &Put::namespace_,
                {.title = "Namespace of the key",
                 .documentation = "The default is the namespace of the flow.",
                 .group = "main"})
      .property(
          "errorOnMissing", &Put::error_on_missing,
          {.title = "Whether a missing key fails the task", .default_value = Value::boolean(false), .group = "main"})
      .example("Changes a value", R"(id: change
type: io.kestra.plugin.core.kv.Put
key: state
value: done
)")
      .build();
}

}  // namespace gyr::plugins::core
