// io.kestra.plugin.core.namespace.DeleteFiles (CORE-62, NSF-4)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/core/namespace_files/namespace_files.h"
#include "plugins/host_calls.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

struct DeleteFiles {
  model::Dynamic<std::string> namespace_;
  model::Dynamic<Value> files;
  model::Dynamic<bool> delete_parent_folder;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

base::Task<plugin::TaskResult> DeleteFiles::run(plugin::RunContext& context) const {
  GYR_CO_TRY(auto from, co_await context.render(namespace_));
  GYR_CO_TRY(Value patterns, co_await context.render_value(files, {}, false));
  GYR_CO_TRY(FileChoice choice, FileChoice::of(patterns));
  GYR_CO_TRY(auto parents, co_await context.render(delete_parent_folder));
  GYR_CO_TRY(auto paths, co_await chosen_files(&context, from.value_or(""), std::move(choice)));
  size_t deleted = 0;
  for (const std::string& path : paths) {
    GYR_CO_TRY(Value there, co_await context.host_call(
                                host_calls::namespace_files_delete,
                                Value::map({{"namespace", Value::string(from.value_or(""))},
                                            {"path", Value::string(path)},
                                            {"deleteParentFolder", Value::boolean(parents.value_or(false))}})));
    deleted += there.is_boolean() && there.as_boolean() ? 1 : 0;
    context.log(model::LogLevel::debug, fmt::format("deleted `{}`", path));
  }
  context.log(model::LogLevel::info,
              fmt::format("{} files deleted from the namespace `{}`", deleted, from.value_or("")));
  context.metric(model::MetricType::counter, "deleted", static_cast<double>(deleted), {});
  co_return plugin::Success{};
}

}  // namespace

plugin::TaskType delete_files_task() {
  return plugin::task_type<DeleteFiles>("io.kestra.plugin.core.namespace.DeleteFiles")
      .title("Deletes namespace files")
      .documentation("The revisions of a deleted file are kept until they are purged.")
      .property("namespace", &DeleteFiles::namespace_,
                {.title = "Namespace of the files", .required = true, .group = "main"})
      .property("files", &DeleteFiles::files,
                {.title = "Glob pattern or list of glob patterns",
                 .documentation = "A pattern that starts with a letter, a digit or `_` matches in all folders. A "
                                  "pattern that starts with `/` matches from the root folder.",
                 .required = true,
                 .group = "main"})
      .property("deleteParentFolder", &DeleteFiles::delete_parent_folder,
                {.title = "Whether to delete folders that become empty",
                 .default_value = Value::boolean(false),
                 .group = "main"})
      .output("files", {.type = model::ValueType::map, .title = "Not set"})
      .metric("deleted", model::MetricType::counter, "Number of files deleted")
      .example("Deletes temporary files", R"(id: tidy
type: io.kestra.plugin.core.namespace.DeleteFiles
namespace: company.team
files:
  - "/tmp/**"
)")
      .build();
}

}  // namespace gyr::plugins::core
