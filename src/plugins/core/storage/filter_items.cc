// io.kestra.plugin.core.storage.FilterItems (CORE-37, CORE-41)
#include "base/text.h"
#include "expression/template.h"
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/core/storage/item_rows.h"

namespace gyr::plugins::core {

enum class FilterType : uint8_t { include, exclude };
enum class ErrorOrNull : uint8_t { fail, include, exclude };

}  // namespace gyr::plugins::core

namespace gyr::model {

template <>
struct EnumNames<plugins::core::FilterType> {
  static std::string_view type_name() { return "io.kestra.plugin.core.storage.FilterItems$FilterType"; }
  static std::span<const std::pair<std::string_view, plugins::core::FilterType>> names() {
    static constexpr std::pair<std::string_view, plugins::core::FilterType> all[] = {
        {"INCLUDE", plugins::core::FilterType::include}, {"EXCLUDE", plugins::core::FilterType::exclude}};
    return all;
  }
};

template <>
struct EnumNames<plugins::core::ErrorOrNull> {
  static std::string_view type_name() { return "io.kestra.plugin.core.storage.FilterItems$ErrorOrNullBehavior"; }
  static std::span<const std::pair<std::string_view, plugins::core::ErrorOrNull>> names() {
    static constexpr std::pair<std::string_view, plugins::core::ErrorOrNull> all[] = {
        {"FAIL", plugins::core::ErrorOrNull::fail},
        {"INCLUDE", plugins::core::ErrorOrNull::include},
        {"EXCLUDE", plugins::core::ErrorOrNull::exclude}};
    return all;
  }
};

}  // namespace gyr::model

namespace gyr::plugins::core {
namespace {

using base::Value;

struct FilterItems {
  model::Dynamic<std::string> from;
  std::string filter_condition;
  model::Dynamic<FilterType> filter_type;
  model::Dynamic<ErrorOrNull> error_or_null;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

/// Whether the condition holds for an item; nothing where it gives null.
std::optional<bool> holds(const Value& rendered) {
  if (rendered.is_null()) return std::nullopt;
  return expression::is_truthy(rendered.is_string() ? Value::string(base::trim(rendered.text())) : rendered);
}

base::Result<bool> decide(const base::Result<Value>& rendered, FilterType type, ErrorOrNull otherwise,
                          uint64_t number) {
  auto held = rendered ? holds(*rendered) : std::nullopt;
  if (held) return *held == (type == FilterType::include);
  if (otherwise != ErrorOrNull::fail) return otherwise == ErrorOrNull::include;
  return base::fail(plugin::task_failed,
                    fmt::format("cannot evaluate the condition for the item in line {}: {}", number,
                                rendered ? "the result is null" : rendered.error().message()));
}

base::Task<plugin::TaskResult> FilterItems::run(plugin::RunContext& context) const {
  GYR_CO_TRY(auto uri, co_await context.render(from));
  GYR_CO_TRY(auto type, co_await context.render(filter_type));
  GYR_CO_TRY(auto otherwise, co_await context.render(error_or_null));
  GYR_CO_TRY(ItemFiles files, co_await fetch_items(context, uri.value_or("")));
  model::DynamicSource condition(Value::string(filter_condition));
  ItemRows rows(*context.files(), files.source);
  int64_t processed = 0;
  int64_t dropped = 0;
  for (;;) {
    GYR_CO_TRY(auto lines, co_await rows.next());
    if (lines.empty()) break;
    std::string text;
    for (size_t i = 0; i < lines.size(); ++i) {
      if (base::trim(lines[i]).empty()) continue;
      uint64_t number = rows.position() + i + 1;
      GYR_CO_TRY(Value item, parse_item(lines[i], number));
      auto rendered = co_await context.render_value(condition, std::move(item), true);
      GYR_CO_TRY(bool kept,
                 decide(rendered, type.value_or(FilterType::include), otherwise.value_or(ErrorOrNull::fail), number));
      processed += 1;
      if (!kept) dropped += 1;
      if (kept) text.append(lines[i]).append("\n");
    }
    GYR_CO_CHECK(co_await append_lines(*context.files(), files.target, std::move(text)));
  }
  GYR_CO_TRY(std::string stored, co_await context.files()->store(files.target, files.name));
  co_return plugin::Success{Value::map({{"uri", Value::string(stored)},
                                        {"processedItemsTotal", Value::integer(processed)},
                                        {"droppedItemsTotal", Value::integer(dropped)}}),
                            std::nullopt};
}

}  // namespace

plugin::TaskType storage_filter_items_task() {
  return plugin::task_type<FilterItems>("io.kestra.plugin.core.storage.FilterItems")
      .title("Filters the items of a file by a condition")
      .documentation("The file has one Ion or JSON item per line. Lines that are kept do not change.")
      .property("from", &FilterItems::from,
                {.title = "URI of the file", .required = true, .group = "main", .shown_as = model::ValueType::uri})
      .property("filterCondition", &FilterItems::filter_condition,
                {.title = "Condition to evaluate for each item",
                 .documentation = "The fields of the item are variables.",
                 .required = true,
                 .group = "main"})
      .property("filterType", &FilterItems::filter_type,
                {.title = "Whether to include or exclude the items for which the condition is true",
                 .default_value = Value::string("INCLUDE"),
                 .group = "main"})
      .property("errorOrNullBehavior", &FilterItems::error_or_null,
                {.title = "Action if the condition fails or returns null",
                 .default_value = Value::string("FAIL"),
                 .group = "main"})
      .output("uri", {.type = model::ValueType::uri, .title = "URI of the new file"})
      .output("processedItemsTotal", {.type = model::ValueType::integer, .title = "Number of items read"})
      .output("droppedItemsTotal", {.type = model::ValueType::integer, .title = "Number of items removed"})
      .example("Keeps large orders only", R"(id: large
type: io.kestra.plugin.core.storage.FilterItems
from: "{{ outputs.orders.uri }}"
filterCondition: "{{ total > 1000 }}"
)")
      .build();
}

}  // namespace gyr::plugins::core
