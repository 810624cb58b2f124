// io.kestra.plugin.core.storage.Size (CORE-33)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

struct Size {
  model::Dynamic<std::string> uri;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

base::Task<plugin::TaskResult> Size::run(plugin::RunContext& context) const {
  if (context.files() == nullptr) co_return base::fail(plugin::task_failed, "internal storage is not available");
  GYR_CO_TRY(auto address, co_await context.render(uri));
  GYR_CO_TRY(uint64_t bytes, co_await context.files()->size(address.value_or("")));
  co_return plugin::Success{Value::map({{"size", Value::integer(static_cast<int64_t>(bytes))}}), std::nullopt};
}

}  // namespace

plugin::TaskType storage_size_task() {
  return plugin::task_type<Size>("io.kestra.plugin.core.storage.Size")
      .title("Returns the size of a file in internal storage")
      .property("uri", &Size::uri,
                {.title = "URI of the file", .required = true, .group = "main", .shown_as = model::ValueType::uri})
      .output("size", {.type = model::ValueType::integer, .title = "Size of the file in bytes"})
      .example("Returns the size of a file", R"(id: size
type: io.kestra.plugin.core.storage.Size
uri: "{{ outputs.download.uri }}"
)")
      .build();
}

}  // namespace gyr::plugins::core
