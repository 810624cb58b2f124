// io.kestra.plugin.core.storage.Write (CORE-35)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/core/storage/file_name.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

struct Write {
  model::Dynamic<std::string> content;
  model::Dynamic<std::string> extension;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

base::Task<plugin::TaskResult> Write::run(plugin::RunContext& context) const {
  if (context.files() == nullptr) co_return base::fail(plugin::task_failed, "internal storage is not available");
  GYR_CO_TRY(auto end, co_await context.render(extension));
  GYR_CO_TRY(std::string name, new_file_name(context, end));
  GYR_CO_TRY(auto bytes, co_await context.render(content));
  GYR_CO_TRY(std::string uri, co_await context.files()->store_bytes(std::move(bytes).value_or(""), std::move(name)));
  co_return plugin::Success{Value::map({{"uri", Value::string(uri)}}), std::nullopt};
}

}  // namespace

plugin::TaskType storage_write_task() {
  return plugin::task_type<Write>("io.kestra.plugin.core.storage.Write")
      .title("Writes a string to a new file in internal storage")
      .property("content", &Write::content, {.title = "Content of the file", .required = true, .group = "main"})
      .property("extension", &Write::extension,
                {.title = "Extension of the file", .documentation = "The default is `.tmp`.", .group = "main"})
      .output("uri", {.type = model::ValueType::uri, .title = "URI of the file"})
      .example("Writes a file", R"(id: report
type: io.kestra.plugin.core.storage.Write
content: "{{ outputs.query.rows | toJson }}"
extension: .json
)")
      .build();
}

}  // namespace gyr::plugins::core
