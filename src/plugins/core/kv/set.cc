// io.kestra.plugin.core.kv.Set (CORE-50, CORE-55)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/core/kv/kv_value.h"
#include "plugins/host_calls.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

struct Set {
  model::Dynamic<std::string> key;
  model::Dynamic<std::string> value;
  model::Dynamic<std::string> namespace_;
  model::Dynamic<bool> overwrite;
  model::Dynamic<base::Duration> ttl;
  model::Dynamic<KvType> kv_type;
  model::Dynamic<std::string> kv_description;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

base::Task<plugin::TaskResult> Set::run(plugin::RunContext& context) const {
  GYR_CO_TRY(auto name, co_await context.render(key));
  GYR_CO_TRY(auto from, co_await context.render(namespace_));
  GYR_CO_TRY(auto type, co_await context.render(kv_type));
  // Typed: the result of an expression keeps its kind, while what is written in the flow is text: of a map or list its
  // JSON.
  bool is_structure = value.is_set() && value.source().is_container();
  GYR_CO_TRY(Value rendered, co_await context.render_value(value, {}, !is_structure));
  if (is_structure) rendered = Value::string(expression::to_text(rendered));
  auto stored = kv_value(rendered, type);
  if (!stored)
    co_return base::fail(stored.error().with_prefix(fmt::format("the value for key '{}': ", name.value_or(""))));
  GYR_CO_TRY(auto may_overwrite, co_await context.render(overwrite));
  GYR_CO_TRY(auto life, co_await context.render(ttl));
  if (life && life->is_negative()) co_return base::fail(plugin::task_failed, "ttl cannot be negative");
  GYR_CO_TRY(auto description, co_await context.render(kv_description));
  GYR_CO_CHECK(co_await context.host_call(
      host_calls::kv_set, Value::map({{"namespace", namespace_argument(from)},
                                      {"key", Value::string(name.value_or(""))},
                                      {"value", *stored},
                                      {"overwrite", Value::boolean(may_overwrite.value_or(true))},
                                      {"ttl", life ? Value::duration(*life) : Value()},
                                      {"description", description ? Value::string(*description) : Value()}})));
  co_return plugin::Success{};
}

}  // namespace

plugin::TaskType kv_set_task() {
  return plugin::task_type<Set>("io.kestra.plugin.core.kv.Set")
      .title("Stores a value in the key-value store")
      .documentation("The result of an expression keeps its type. A string is converted to `kvType`.")
      .property("key", &Set::key, {.title = "Key to write", .required = true, .group = "main"})
      .property("value", &Set::value, {.title = "Value to store", .required = true, .group = "main"})
      .property("namespace", &Set::namespace_,
                {.title = "Namespace of the key",
                 .documentation = "The default is the namespace of the flow.",
                 .group = "main"})
      .property("overwrite", &Set::overwrite,
                {.title = "Whether to overwrite an existing value",
                 .documentation = "If false, the task fails if the key exists.",
                 .default_value = Value::boolean(true),
                 .group = "main"})
      .property("ttl", &Set::ttl,
                {.title = "Time to live of the value",
                 .documentation = "By default, the value does not expire.",
                 .group = "main"})
      .property("kvType", &Set::kv_type, {.title = "Type to convert a string to", .group = "main"})
      .property("kvDescription", &Set::kv_description, {.title = "Description of the key", .group = "main"})
      .example("Stores the result of a task for a day", R"(id: keep
type: io.kestra.plugin.core.kv.Set
key: last_result
value: "{{ outputs.query.rows }}"
ttl: P1D
)")
      .build();
}

}  // namespace gyr::plugins::core
