// The task that a Loop makes for workers: it writes what the iterations have given into a file.
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/core/flow/file_of_pages.h"
#include "plugins/host_calls.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

struct LoopOutputs {
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

base::Task<plugin::TaskResult> LoopOutputs::run(plugin::RunContext& context) const {
  GYR_CO_TRY(std::string uri, co_await file_of_pages(context, host_calls::loop_outputs));
  if (uri.empty()) {  // a loop over nothing has a file, too
    GYR_CO_TRY(uri, co_await context.files()->store_bytes({}, base::make_id(context.now()).to_text() + ".ion"));
  }
  co_return plugin::Success{Value::map({{"uri", Value::string(uri)}}), std::nullopt};
}

}  // namespace

plugin::TaskType loop_outputs_task() {
  return plugin::task_type<LoopOutputs>("io.kestra.plugin.core.flow.Loop$Outputs")
      .title("Writes the outputs of the iterations of a Loop to a file")
      .documentation("Loop creates this task. Do not use it in a flow.")
      .output("uri", {.type = model::ValueType::uri,
                      .title = "URI of a file with one iteration per line, as `item` and `outputs`"})
      .build();
}

}  // namespace gyr::plugins::core
