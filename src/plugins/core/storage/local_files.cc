// io.kestra.plugin.core.storage.LocalFiles (CORE-39, CORE-44)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/script/working_files.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

struct LocalFiles {
  model::Dynamic<Value> inputs;
  model::Dynamic<std::vector<std::string>> outputs;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

base::Task<plugin::TaskResult> LocalFiles::run(plugin::RunContext& context) const {
  if (context.files() == nullptr) co_return base::fail(plugin::task_failed, "internal storage is not available");
  GYR_CO_TRY(Value wanted, co_await context.render_value(inputs, {}, false));
  if (!wanted.is_null()) GYR_CO_CHECK(co_await script::write_input_files(context, std::move(wanted)));
  GYR_CO_TRY(auto patterns, co_await context.render(outputs));
  GYR_CO_TRY(Value uris, co_await script::store_output_files(
                             context, std::move(patterns).value_or(std::vector<std::string>()), {}, {}));
  co_return plugin::Success{Value::map({{"uris", std::move(uris)}}), std::nullopt};
}

}  // namespace

plugin::TaskType storage_local_files_task() {
  return plugin::task_type<LocalFiles>("io.kestra.plugin.core.storage.LocalFiles")
      .title("Creates files in the working directory and uploads files from it")
      .documentation("In new flows, use `inputFiles` and `outputFiles` of script tasks and of WorkingDirectory.")
      .deprecated()
      .property("inputs", &LocalFiles::inputs,
                {.title = "Files to create",
                 .documentation = "A map of file names to contents or to URIs of internal storage.",
                 .group = "main"})
      .property("outputs", &LocalFiles::outputs,
                {.title = "Glob patterns of the files to upload to internal storage", .group = "main"})
      .output("uris", {.type = model::ValueType::map, .title = "URIs of the uploaded files, by path"})
      .example("Creates a file for the next task", R"(id: write
type: io.kestra.plugin.core.storage.LocalFiles
inputs:
  data.csv: "{{ outputs.download.uri }}"
)")
      .build();
}

}  // namespace gyr::plugins::core
