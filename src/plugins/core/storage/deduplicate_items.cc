// io.kestra.plugin.core.storage.DeduplicateItems (CORE-36, CORE-41)
#include <unordered_map>

#include "base/text.h"
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/core/storage/item_rows.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

struct DeduplicateItems {
  model::Dynamic<std::string> from;
  std::string expr;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

/// Line of the last item of each key.
using LastLines = std::unordered_map<std::string, uint64_t>;

base::Task<base::Result<uint64_t>> find_last_lines(plugin::RunContext& context, ItemRows& rows,
                                                   const model::DynamicSource& key, LastLines* last) {
  uint64_t items = 0;
  for (;;) {
    GYR_CO_TRY(auto lines, co_await rows.next());
    if (lines.empty()) co_return items;
    for (size_t i = 0; i < lines.size(); ++i) {
      if (base::trim(lines[i]).empty()) continue;
      uint64_t number = rows.position() + i + 1;
      GYR_CO_TRY(Value item, parse_item(lines[i], number));
      GYR_CO_TRY(Value rendered, co_await context.render_value(key, std::move(item), false));
      (*last)[expression::to_text(rendered)] = number;
      items += 1;
    }
  }
}

base::Task<plugin::TaskResult> DeduplicateItems::run(plugin::RunContext& context) const {
  GYR_CO_TRY(auto uri, co_await context.render(from));
  GYR_CO_TRY(ItemFiles files, co_await fetch_items(context, uri.value_or("")));
  model::DynamicSource key(Value::string(expr));
  LastLines last;
  ItemRows first_pass(*context.files(), files.source);
  GYR_CO_TRY(uint64_t items, co_await find_last_lines(context, first_pass, key, &last));
  std::vector<uint64_t> kept;
  for (const auto& [text, number] : last) kept.push_back(number);
  std::ranges::sort(kept);

  ItemRows second_pass(*context.files(), files.source);
  for (auto at = kept.begin(); at != kept.end();) {
    GYR_CO_TRY(auto lines, co_await second_pass.next());
    if (lines.empty()) break;
    std::string text;
    for (; at != kept.end() && *at <= second_pass.position() + lines.size(); ++at) {
      text.append(lines[*at - second_pass.position() - 1]).append("\n");
    }
    GYR_CO_CHECK(co_await append_lines(*context.files(), files.target, std::move(text)));
  }
  GYR_CO_TRY(std::string stored, co_await context.files()->store(files.target, files.name));
  co_return plugin::Success{
      Value::map({{"uri", Value::string(stored)},
                  {"numKeys", Value::integer(static_cast<int64_t>(kept.size()))},
                  {"processedItemsTotal", Value::integer(static_cast<int64_t>(items))},
                  {"droppedItemsTotal", Value::integer(static_cast<int64_t>(items - kept.size()))}}),
      std::nullopt};
}

}  // namespace

plugin::TaskType storage_deduplicate_items_task() {
  return plugin::task_type<DeduplicateItems>("io.kestra.plugin.core.storage.DeduplicateItems")
      .title("Removes duplicate items from a file")
      .documentation(
          "The file has one Ion or JSON item per line. The last item of each key is kept. The order of the items does "
          "not change.")
      .property("from", &DeduplicateItems::from,
                {.title = "URI of the file", .required = true, .group = "main", .shown_as = model::ValueType::uri})
      .property("expr", &DeduplicateItems::expr,
                {.title = "Expression that returns the key of an item",
                 .documentation = "The fields of the item are variables.",
                 .required = true,
                 .group = "main"})
      .output("uri", {.type = model::ValueType::uri, .title = "URI of the new file"})
      .output("numKeys", {.type = model::ValueType::integer, .title = "Number of different keys"})
      .output("processedItemsTotal", {.type = model::ValueType::integer, .title = "Number of items read"})
      .output("droppedItemsTotal", {.type = model::ValueType::integer, .title = "Number of items removed"})
      .example("Keeps the last state of each order", R"(id: latest
type: io.kestra.plugin.core.storage.DeduplicateItems
from: "{{ outputs.orders.uri }}"
expr: "{{ id }}"
)")
      .build();
}

}  // namespace gyr::plugins::core
