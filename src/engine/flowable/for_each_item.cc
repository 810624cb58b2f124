// ForEachItem: an execution of another flow for each batch of lines of a file (TASK-55).
#include "engine/flowable/lists.h"
#include "engine/flowable/made_task.h"
#include "engine/flowable/types.h"
#include "engine/items_task.h"
#include "plugin_api/split_rules.h"

namespace gyr::engine {
namespace {

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

/// The children get what they need of it from the source itself.
struct ForEachItem : SubflowTask {
  model::Dynamic<std::string> items;
  std::optional<Batch> batch;
  std::vector<model::TaskSpec> tasks;  ///< [old] accepted, without effect
  std::vector<model::TaskSpec> errors;
  std::vector<model::TaskSpec> finals;
};

class ForEachItemFlowable final : public Flowable {
 public:
  plugin::TaskType describe() const override {
    return plugin::task_type<ForEachItem>("io.kestra.plugin.core.flow.ForEachItem")
        .title("Runs a flow for each batch of items of a file")
        .documentation(
            "The task splits the file into batches of lines and starts one execution for each batch. In `inputs`, "
            "`taskrun.items` is the URI of the batch file and `taskrun.iteration` is its index, starting with 0. All "
            "executions are created at the same time. The task `<id>_split` splits the file, `<id>_items` runs and "
            "counts the executions, and `<id>_merge` joins their outputs into one file.")
        .trait(plugin::Trait::flowable)
        .property("items", &ForEachItem::items,
                  {.title = "URI of the file in internal storage", .required = true, .not_empty = true})
        .property("batch", &ForEachItem::batch,
                  {.title = "Batch size", .documentation = "By default, a batch has one line."})
        .with([](auto& builder) { describe_called_flow(builder); })
        .property("tasks", &ForEachItem::tasks, {.title = "Ignored", .deprecated = true, .hidden = true})
        .with([](auto& builder) { describe_lists(builder); })
        .example("Runs a flow for each hundred lines of a file", R"(id: orders
namespace: company.team
inputs:
  - id: file
    type: FILE
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEachItem
    items: "{{ inputs.file }}"
    batch:
      rows: 100
    namespace: company.team
    flowId: process_orders
    inputs:
      orders: "{{ taskrun.items }}"
)",
                 true)
        .build();
  }

  ChildLists lists(const model::TaskSpec& spec) const override {
    const auto& properties = spec.properties<ForEachItem>();
    return {{}, &properties.errors, &properties.finals};
  }

  std::vector<MadeTask> made_tasks(const model::TaskSpec& spec) const override {
    return {made_task(spec, "_split", "io.kestra.plugin.core.flow.ForEachItem$ForEachItemSplit", {"items", "batch"}),
            made_task(spec, "_items", items_type,
                      {"namespace", "flowId", "revision", "inputs", "labels", "wait", "transmitFailed", "inheritLabels",
                       "scheduleDate", "restartBehavior"}),
            made_task(spec, "_merge", "io.kestra.plugin.core.flow.ForEachItem$ForEachItemMergeOutputs", {})};
  }

  bool is_sequential() const override { return true; }

  void next(Step& step, RunState& run) const override { next_sequential(step, run); }
};

}  // namespace

const Flowable& for_each_item() {
  static const ForEachItemFlowable behaviour;
  return behaviour;
}

}  // namespace gyr::engine
