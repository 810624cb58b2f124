// io.kestra.plugin.core.kv.GetKeys (CORE-52)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/core/kv/kv_value.h"
#include "plugins/host_calls.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

struct GetKeys {
  model::Dynamic<std::string> prefix;
  model::Dynamic<std::string> namespace_;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

base::Task<plugin::TaskResult> GetKeys::run(plugin::RunContext& context) const {
  GYR_CO_TRY(auto from, co_await context.render(namespace_));
  GYR_CO_TRY(auto wanted, co_await context.render(prefix));
  GYR_CO_TRY(Value keys, co_await context.host_call(host_calls::kv_keys,
                                                    Value::map({{"namespace", namespace_argument(from)},
                                                                {"prefix", Value::string(wanted.value_or(""))}})));
  if (!keys.is_list()) co_return base::fail(plugin::host_refused, "the server did not return a result for kv.keys");
  co_return plugin::Success{Value::map({{"keys", std::move(keys)}}), std::nullopt};
}

}  // namespace

plugin::TaskType kv_get_keys_task() {
  return plugin::task_type<GetKeys>("io.kestra.plugin.core.kv.GetKeys")
      .title("Lists the keys of the key-value store")
      .property("prefix", &GetKeys::prefix,
                {.title = "Prefix of the keys", .documentation = "By default, all keys are listed.", .group = "main"})
      .property("namespace", &GetKeys::namespace_,
                {.title = "Namespace of the keys",
                 .documentation = "The default is the namespace of the flow.",
                 .group = "main"})
      .output("keys", {.type = model::ValueType::list, .title = "Keys in alphabetical order"})
      .example("Lists the keys with a prefix", R"(id: keys
type: io.kestra.plugin.core.kv.GetKeys
prefix: job_
)")
      .build();
}

}  // namespace gyr::plugins::core
