// The tasks that a ForEachItem makes for workers: the one that cuts the file, and the one that joins what came of it
// (TASK-55).
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/core/flow/file_of_pages.h"
#include "plugins/core/storage/split_file.h"
#include "plugins/host_calls.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

struct Batch : plugin::SplitRules {
  static const model::Schema& schema() {
    static const model::Schema schema = [] {
      auto builder = model::describe<Batch>("io.kestra.plugin.core.flow.ForEachItem-Batch");
      plugin::describe_split(builder);
      return builder.build();
    }();
    return schema;
  }
};

struct SplitItems {
  model::Dynamic<std::string> items;
  std::optional<Batch> batch;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

base::Task<plugin::TaskResult> SplitItems::run(plugin::RunContext& context) const {
  GYR_CO_TRY(auto rendered, co_await context.render(items));
  std::string address = std::move(rendered).value_or("");
  if (!address.starts_with("kestra://")) {
    co_return base::fail(
        plugin::task_failed,
        fmt::format("Unable to split the items from {}, this is not an internal storage URI!", address));
  }
  GYR_CO_TRY(SplitPlan plan, co_await render_split(context, batch ? &*batch : nullptr, true));
  GYR_CO_TRY(auto pieces, co_await split_stored_file(context, std::move(address), std::move(plan)));
  std::string list;
  for (const auto& piece : pieces) list.append(piece).append("\n");
  GYR_CO_TRY(std::string splits,
             co_await context.files()->store_bytes(std::move(list), base::make_id(context.now()).to_text() + ".txt"));
  co_return plugin::Success{Value::map({{"splits", Value::string(splits)}}), std::nullopt};
}

struct MergeOutputs {
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

base::Task<plugin::TaskResult> MergeOutputs::run(plugin::RunContext& context) const {
  GYR_CO_TRY(std::string uri, co_await file_of_pages(context, host_calls::items_outputs));
  if (uri.empty()) co_return plugin::Success{};
  co_return plugin::Success{Value::map({{"subflowOutputs", Value::string(uri)}}), std::nullopt};
}

}  // namespace

plugin::TaskType for_each_item_split_task() {
  return plugin::task_type<SplitItems>("io.kestra.plugin.core.flow.ForEachItem$ForEachItemSplit")
      .title("Splits the file of a ForEachItem into batches")
      .documentation("ForEachItem creates this task. Do not use it in a flow.")
      .property("items", &SplitItems::items, {.title = "URI of the file", .required = true})
      .property("batch", &SplitItems::batch, {.title = "Batch size"})
      .output("splits", {.type = model::ValueType::uri, .title = "URI of a file with the URI of one batch per line"})
      .build();
}

plugin::TaskType for_each_item_merge_task() {
  return plugin::task_type<MergeOutputs>("io.kestra.plugin.core.flow.ForEachItem$ForEachItemMergeOutputs")
      .title("Joins the outputs of the executions of a ForEachItem")
      .documentation("ForEachItem creates this task. Do not use it in a flow.")
      .output("subflowOutputs",
              {.type = model::ValueType::uri, .title = "URI of a file with the outputs of one execution per line"})
      .build();
}

}  // namespace gyr::plugins::core
