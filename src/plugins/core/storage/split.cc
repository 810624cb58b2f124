// io.kestra.plugin.core.storage.Split (CORE-31, CORE-40)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/core/storage/split_file.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

struct Split : plugin::SplitRules {
  model::Dynamic<std::string> from;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

base::Task<plugin::TaskResult> Split::run(plugin::RunContext& context) const {
  GYR_CO_TRY(SplitPlan plan, co_await render_split(context, this, false));
  GYR_CO_TRY(auto address, co_await context.render(from));
  GYR_CO_TRY(auto pieces, co_await split_stored_file(context, address.value_or(""), std::move(plan)));
  base::ListBuilder uris;
  for (const auto& piece : pieces) uris.push(Value::string(piece));
  co_return plugin::Success{Value::map({{"uris", uris.build()}}), std::nullopt};
}

}  // namespace

plugin::TaskType storage_split_task() {
  return plugin::task_type<Split>("io.kestra.plugin.core.storage.Split")
      .title("Splits a file of internal storage into smaller files")
      .documentation(
          "Lines are never split. The first of `bytes`, `partitions`, `rows` and `regexPattern` that is set applies.")
      .property("from", &Split::from,
                {.title = "URI of the file", .required = true, .group = "main", .shown_as = model::ValueType::uri})
      .with([](auto& builder) { plugin::describe_split(builder); })
      .output("uris", {.type = model::ValueType::list, .title = "URIs of the new files, in order"})
      .example("Splits a file into files of a thousand lines", R"(id: split
type: io.kestra.plugin.core.storage.Split
from: "{{ outputs.download.uri }}"
rows: 1000
)")
      .build();
}

}  // namespace gyr::plugins::core
