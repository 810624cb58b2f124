// io.kestra.plugin.core.storage.Delete (CORE-34, CORE-43)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

struct Delete {
  model::Dynamic<std::string> uri;
  model::Dynamic<bool> error_on_missing;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

base::Task<plugin::TaskResult> Delete::run(plugin::RunContext& context) const {
  if (context.files() == nullptr) co_return base::fail(plugin::task_failed, "internal storage is not available");
  GYR_CO_TRY(auto address, co_await context.render(uri));
  GYR_CO_TRY(auto must_exist, co_await context.render(error_on_missing));
  std::string file = std::move(address).value_or("");
  GYR_CO_TRY(bool deleted, co_await context.files()->remove(file));
  if (!deleted && must_exist.value_or(false)) {
    co_return base::fail(plugin::task_failed, fmt::format("Unable to find file '{}'", file));
  }
  co_return plugin::Success{Value::map({{"uri", Value::string(file)}, {"deleted", Value::boolean(deleted)}}),
                            std::nullopt};
}

}  // namespace

plugin::TaskType storage_delete_task() {
  return plugin::task_type<Delete>("io.kestra.plugin.core.storage.Delete")
      .title("Deletes a file of internal storage")
      .property("uri", &Delete::uri,
                {.title = "URI of the file", .required = true, .group = "main", .shown_as = model::ValueType::uri})
      .property(
          "errorOnMissing", &Delete::error_on_missing,
          {.title = "Whether a missing file fails the task", .default_value = Value::boolean(false), .group = "main"})
      .output("uri", {.type = model::ValueType::uri, .title = "URI of the file"})
      .output("deleted", {.type = model::ValueType::boolean, .title = "Whether the file existed"})
      .example("Deletes a file", R"(id: forget
type: io.kestra.plugin.core.storage.Delete
uri: "{{ outputs.download.uri }}"
)")
      .build();
}

}  // namespace gyr::plugins::core
