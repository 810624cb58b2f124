// io.kestra.plugin.core.namespace.DownloadFiles (CORE-61, CORE-63)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/core/namespace_files/namespace_files.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

struct DownloadFiles {
  model::Dynamic<std::string> namespace_;
  model::Dynamic<Value> files;
  model::Dynamic<std::string> destination;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

base::Task<plugin::TaskResult> DownloadFiles::run(plugin::RunContext& context) const {
  if (context.files() == nullptr) co_return base::fail(plugin::task_failed, "internal storage is not available");
  GYR_CO_TRY(auto from, co_await context.render(namespace_));
  GYR_CO_TRY(auto folder, co_await context.render(destination));
  GYR_CO_TRY(Value patterns, co_await context.render_value(files, {}, false));
  GYR_CO_TRY(FileChoice choice, FileChoice::of(patterns));
  const std::string namespace_name = from.value_or("");
  GYR_CO_TRY(auto paths, co_await chosen_files(&context, namespace_name, std::move(choice)));
  base::MapBuilder stored;
  for (const std::string& path : paths) {
    const std::string name = below_folder(folder.value_or(""), path).substr(1);
    GYR_CO_TRY(auto uri, co_await context.files()->copy(fmt::format("nsfile://{}{}", namespace_name, path), name));
    if (uri) stored.set(path, Value::string(*uri));  // else it was deleted meanwhile
  }
  Value found = stored.build();
  context.log(model::LogLevel::info,
              fmt::format("{} files downloaded from the namespace `{}`", found.size(), namespace_name));
  context.metric(model::MetricType::counter, "downloaded", static_cast<double>(found.size()), {});
  co_return plugin::Success{Value::map({{"files", std::move(found)}}), std::nullopt};
}

}  // namespace

plugin::TaskType download_files_task() {
  return plugin::task_type<DownloadFiles>("io.kestra.plugin.core.namespace.DownloadFiles")
      .title("Copies namespace files to internal storage")
      .documentation("Later changes in the namespace do not affect the copies. The output is empty if no file matches.")
      .property("namespace", &DownloadFiles::namespace_,
                {.title = "Namespace of the files", .required = true, .group = "main"})
      .property("files", &DownloadFiles::files,
                {.title = "Glob pattern or list of glob patterns",
                 .documentation = "A pattern that starts with a letter, a digit or `_` matches in all folders. A "
                                  "pattern that starts with `/` matches from the root folder.",
                 .required = true,
                 .group = "main"})
      .property("destination", &DownloadFiles::destination,
                {.title = "Destination folder of the copies", .group = "main"})
      .output("files", {.type = model::ValueType::map, .title = "URIs of the copies, by path in the namespace"})
      .metric("downloaded", model::MetricType::counter, "Number of files copied")
      .example("Copies all SQL files", R"(id: queries
type: io.kestra.plugin.core.namespace.DownloadFiles
namespace: company.team
files:
  - "**/*.sql"
)")
      .build();
}

}  // namespace gyr::plugins::core
