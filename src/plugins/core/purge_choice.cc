#include "plugins/core/purge_choice.h"

#include <algorithm>

#include "plugin_api/render.h"
#include "plugins/core/log_message.h"
#include "plugins/host_calls.h"

namespace gyr::plugins::core {

using base::Value;

base::Result<Value> checked_behavior(const Value& rendered, std::vector<std::string_view> types,
                                     std::vector<std::string_view> allowed) {
  if (rendered.is_null()) return Value();
  auto map = expression::to_map(rendered);
  if (!map || !map->is_map())
    return base::fail(plugin::task_failed, fmt::format("`behavior` must be a map, not {}", kind_words(rendered)));
  for (const auto& entry : map->entries()) {
    if (entry.name() == "type" || std::ranges::find(allowed, entry.name()) != allowed.end()) continue;
    return base::fail(plugin::task_failed,
                      fmt::format("`behavior` has no property `{}`; its properties are `type`, `{}`", entry.name(),
                                  fmt::join(allowed, "`, `")));
  }
  const Value* type = map->find("type");
  if (type == nullptr || !type->is_string() || std::ranges::find(types, type->text()) == types.end()) {
    return base::fail(plugin::task_failed,
                      fmt::format("`behavior.type` must be one of `{}`", fmt::join(types, "`, `")));
  }
  return *map;
}

base::Result<void> add_version_rule(base::MapBuilder& arguments, const Value& behavior) {
  if (behavior.is_null()) return {};
  const Value* before = behavior.find("before");
  const Value* keep = behavior.find("keepAmount");
  if (before != nullptr && before->is_null()) before = nullptr;
  if (keep != nullptr && keep->is_null()) keep = nullptr;
  if (before != nullptr && keep != nullptr)
    return base::fail(plugin::task_failed, "Cannot set both `before` and `keepAmount` of `behavior`");
  if (before != nullptr) {
    auto instant = expression::to_instant(*before);
    if (!instant || !*instant)
      return base::fail(plugin::task_failed,
                        fmt::format("`behavior.before`: `{}` is not a date", expression::to_text(*before)));
    arguments.set("before", Value::instant(**instant));
  }
  if (keep != nullptr) {
    auto amount = expression::to_integer(*keep);
    if (!amount || !*amount || **amount < 0) {
      return base::fail(plugin::task_failed, fmt::format("`behavior.keepAmount`: `{}` is not a number of versions",
                                                         expression::to_text(*keep)));
    }
    arguments.set("keepAmount", Value::integer(**amount));
  }
  return {};
}

base::Task<base::Result<int64_t>> purge_each(plugin::RunContext* context, const PurgeNamespaces* chosen,
                                             std::string_view call, Value arguments) {
  GYR_CO_TRY(auto names, co_await context->render(chosen->namespaces));
  GYR_CO_TRY(auto pattern, co_await context->render(chosen->namespace_pattern));
  GYR_CO_TRY(auto children, co_await context->render(chosen->include_child_namespaces));
  if (names && pattern)
    co_return base::fail(plugin::task_failed, "Cannot set both `namespaces` and `namespacePattern`");
  base::ListBuilder list;
  for (const auto& name : names.value_or(std::vector<std::string>())) list.push(Value::string(name));
  GYR_CO_TRY(Value found, co_await context->host_call(
                              host_calls::data_namespaces,
                              Value::map({{"namespaces", list.build()},
                                          {"namespacePattern", pattern ? Value::string(*pattern) : Value()},
                                          {"includeChildNamespaces", Value::boolean(children.value_or(true))}})));
  int64_t size = 0;
  for (const Value& name : found.items()) {
    if (context->cancel_token().cancelled())
      co_return base::fail(plugin::task_cancelled,
                           "the purge was cancelled; data that is already purged cannot be restored");
    base::MapBuilder one(arguments);
    one.set("namespace", name);
    GYR_CO_TRY(Value gone, co_await context->host_call(call, one.build()));
    if (gone.is_integer()) size += gone.as_integer();
  }
  context->log(model::LogLevel::info, fmt::format("{} versions purged in {} namespaces", size, found.size()));
  co_return size;
}

}  // namespace gyr::plugins::core
