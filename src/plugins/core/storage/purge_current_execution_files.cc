// io.kestra.plugin.core.storage.PurgeCurrentExecutionFiles (CORE-38, CORE-43)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/host_calls.h"

namespace gyr::plugins::core {
namespace {

struct PurgeCurrentExecutionFiles {
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

base::Task<plugin::TaskResult> PurgeCurrentExecutionFiles::run(plugin::RunContext& context) const {
  GYR_CO_TRY(base::Value uris, co_await context.host_call(host_calls::files_purge, base::Value::empty_map()));
  co_return plugin::Success{base::Value::map({{"uris", std::move(uris)}}), std::nullopt};
}

}  // namespace

plugin::TaskType purge_current_execution_files_task() {
  return plugin::task_type<PurgeCurrentExecutionFiles>("io.kestra.plugin.core.storage.PurgeCurrentExecutionFiles")
      .title("Removes the files of the current execution")
      .documentation(
          "The task removes the files of the inputs and all files that tasks have stored so far. It does nothing if "
          "there are no files.")
      .output("uris", {.type = model::ValueType::list, .title = "URIs of the removed files"})
      .example("Removes all files at the end", R"(id: clean
type: io.kestra.plugin.core.storage.PurgeCurrentExecutionFiles
)")
      .build();
}

}  // namespace gyr::plugins::core
