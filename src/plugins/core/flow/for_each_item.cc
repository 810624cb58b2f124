// The tasks that a ForEachItem makes for workers: the one that cuts the file, and the one that joins what came of it (TASK-55).
#include <fstream>

#include "plugin/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/core/storage/split_file.h"
#include "plugins/host_calls.h"
#include "syntax/ion.h"

namespace gyr::plugins::core {
namespace {

namespace fs = std::filesystem;
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
    co_return base::fail(plugin::task_failed, fmt::format("Unable to split the items from {}, this is not an internal storage URI!", address));
  }
  GYR_CO_TRY(SplitPlan plan, co_await render_split(context, batch ? &*batch : nullptr, true));
  GYR_CO_TRY(auto pieces, co_await split_stored_file(context, std::move(address), std::move(plan)));
  std::string list;
  for (const auto& piece : pieces) list.append(piece).append("\n");
  GYR_CO_TRY(std::string splits, co_await context.files()->store_bytes(std::move(list), base::make_id(context.now()).to_text() + ".txt"));
  co_return plugin::Success{Value::map({{"splits", Value::string(splits)}}), std::nullopt};
}

struct MergeOutputs {
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

/// One line for each execution with outputs (STOR-12).
void append_lines(std::string& lines, const Value& page) {
  const Value* outputs = page.find("outputs");
  if (outputs == nullptr || !outputs->is_list()) return;
  for (const Value& each : outputs->items()) lines.append(syntax::write_ion(each)).append("\n");
}

base::Task<plugin::TaskResult> MergeOutputs::run(plugin::RunContext& context) const {
  plugin::Files* storage = context.files();
  if (storage == nullptr) co_return base::fail(plugin::task_failed, "there is no internal storage here");
  GYR_CO_TRY(fs::path directory, storage->working_directory());
  std::string name = base::make_id(context.now()).to_text() + ".ion";
  fs::path file = directory / name;
  bool any = false;
  for (Value from = Value::integer(0); !from.is_null();) {
    GYR_CO_TRY(Value page, co_await context.host_call(host_calls::items_outputs, Value::map({{"from", from}})));
    std::string lines;
    append_lines(lines, page);
    any = any || !lines.empty();
    bool written = true;
    co_await storage->on_pool([&] {
      std::ofstream out(file, std::ios::binary | std::ios::app);
      out << lines;
      out.close();
      written = static_cast<bool>(out);
    });
    if (!written) co_return base::fail(plugin::task_failed, "the outputs cannot be written");
    const Value* next = page.find("next");
    from = next == nullptr ? Value() : *next;
  }
  if (!any) co_return plugin::Success{};
  GYR_CO_TRY(std::string uri, co_await storage->store(file, std::move(name)));
  co_return plugin::Success{Value::map({{"subflowOutputs", Value::string(uri)}}), std::nullopt};
}

}  // namespace

plugin::TaskType for_each_item_split_task() {
  return plugin::task_type<SplitItems>("io.kestra.plugin.core.flow.ForEachItem$ForEachItemSplit")
      .title("Cuts the file of a ForEachItem into batches")
      .documentation("Made by ForEachItem; not for flows themselves.")
      .property("items", &SplitItems::items, {.title = "Address of the file", .required = true})
      .property("batch", &SplitItems::batch, {.title = "How the file is cut"})
      .output("splits", {.type = model::ValueType::uri, .title = "Address of a file with the address of a batch in each line"})
      .build();
}

plugin::TaskType for_each_item_merge_task() {
  return plugin::task_type<MergeOutputs>("io.kestra.plugin.core.flow.ForEachItem$ForEachItemMergeOutputs")
      .title("Joins the outputs of the executions of a ForEachItem")
      .documentation("Made by ForEachItem; not for flows themselves.")
      .output("subflowOutputs", {.type = model::ValueType::uri, .title = "Address of a file with the outputs of an execution in each line"})
      .build();
}

}  // namespace gyr::plugins::core
