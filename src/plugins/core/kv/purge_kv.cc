// io.kestra.plugin.core.kv.PurgeKV (CORE-54, CORE-56, CORE-65)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/core/purge_choice.h"
#include "plugins/host_calls.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

struct PurgeKv : PurgeNamespaces {
  model::Dynamic<std::string> key_pattern;
  model::Dynamic<Value> behavior;
  model::Dynamic<bool> expired_only;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

/// What a behavior says about expired keys.
base::Result<bool> expired_only_of(const Value& rule) {
  const Value* given = rule.is_map() ? rule.find("expiredOnly") : nullptr;
  if (given == nullptr || given->is_null()) return true;
  GYR_TRY(auto flag, expression::to_boolean(*given));
  return flag.value_or(true);
}

base::Task<plugin::TaskResult> PurgeKv::run(plugin::RunContext& context) const {
  base::MapBuilder arguments;
  GYR_CO_TRY(auto pattern, co_await context.render(key_pattern));
  arguments.set("keyPattern", pattern ? Value::string(*pattern) : Value());
  GYR_CO_TRY(Value rule, co_await context.render_value(behavior, {}, true));
  const Value* type = rule.is_map() ? rule.find("type") : nullptr;
  const bool by_version = type != nullptr && type->is_string() && type->text() == "version";
  GYR_CO_TRY(rule, by_version ? checked_behavior(rule, {"version"}, {"before", "keepAmount"})
                              : checked_behavior(rule, {"key", "version"}, {"expiredOnly"}));
  GYR_CO_TRY(bool expired, expired_only_of(rule));
  GYR_CO_TRY(auto former, co_await context.render(expired_only));
  // If it is set, it wins over the behavior (CORE-56) and applies to keys.
  const bool whole_keys = former || !by_version;
  arguments.set("type", Value::string(whole_keys ? "key" : "version"));
  arguments.set("expiredOnly", Value::boolean(former.value_or(expired)));
  if (!whole_keys) GYR_CO_CHECK(add_version_rule(arguments, rule));
  GYR_CO_TRY(int64_t size, co_await purge_each(&context, this, host_calls::kv_purge, arguments.build()));
  co_return plugin::Success{Value::map({{"size", Value::integer(size)}}), std::nullopt};
}

}  // namespace

plugin::TaskType kv_purge_task() {
  return plugin::task_type<PurgeKv>("io.kestra.plugin.core.kv.PurgeKV")
      .title("Removes keys, or old versions of keys, from the key-value store")
      .documentation("Without `behavior`, expired keys are removed. Removed versions cannot be restored.")
      .property("namespaces", &PurgeKv::namespaces,
                {.title = "Namespaces of the keys",
                 .documentation = "By default, all namespaces are included.",
                 .group = "main"})
      .property("namespacePattern", &PurgeKv::namespace_pattern,
                {.title = "Pattern of namespaces, as an alternative to `namespaces`", .group = "main"})
      .property("includeChildNamespaces", &PurgeKv::include_child_namespaces,
                {.title = "Whether to include the child namespaces of `namespaces`",
                 .default_value = Value::boolean(true),
                 .group = "main"})
      .property(
          "keyPattern", &PurgeKv::key_pattern,
          {.title = "Pattern of keys",
           .documentation = "`*` matches any characters and `?` matches one character. By default, all keys match.",
           .group = "main"})
      .property("behavior", &PurgeKv::behavior,
                {.title = "Selection of the versions to remove",
                 .documentation = "`type: key` removes expired keys, and with `expiredOnly: false` all keys. `type: "
                                  "version` removes versions that were written before the date `before`, or all "
                                  "versions except the latest `keepAmount`. The default is to keep one version.",
                 .default_value = Value::map({{"type", Value::string("key")}, {"expiredOnly", Value::boolean(true)}}),
                 .group = "main",
                 .shown_as = model::ValueType::map})
      .property("expiredOnly", &PurgeKv::expired_only,
                {.title = "Deprecated form of `behavior.expiredOnly`", .deprecated = true, .group = "deprecated"})
      .output("size", {.type = model::ValueType::integer, .title = "Number of versions removed"})
      .example("Removes expired keys of a namespace and its child namespaces", R"(id: tidy
type: io.kestra.plugin.core.kv.PurgeKV
namespaces:
  - company
)")
      .build();
}

}  // namespace gyr::plugins::core
