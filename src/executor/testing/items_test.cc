#include "executor/testing/items.h"

#include <fmt/format.h>

namespace gyr::executor::test {

std::string parent_of_items(std::string_view task_id, std::string_view options) {
  return fmt::format(R"(
tasks:
  - id: {}
    type: io.kestra.plugin.core.flow.ForEachItem
    items: kestra:///file.txt
    namespace: company.team
    flowId: child
    inputs: {{nr: "{{{{ taskrun.iteration }}}}"}}
{})",
                     task_id, options);
}

ManualWorkers::Script three_batches(std::function<bool(ManualWorkers&, const ManualWorkers::Job&)> others) {
  return {[others = std::move(others)](ManualWorkers& workers, const ManualWorkers::Job& job) {
            const std::string& task = job.dispatch.task_id;
            if (!task.ends_with("_split") && !task.ends_with("_merge")) return others && others(workers, job);
            workers.finish(job, model::State::success,
                           base::Value::map({{"splits", base::Value::string("kestra:///splits.txt")}}));
            return true;
          },
          [](const engine::RenderRequest&) -> base::Result<base::Value> {
            return base::Value::string("kestra:///a\nkestra:///b\nkestra:///c\n");
          }};
}

int64_t counted_items(store::Reader& reader, base::Id parent, std::string_view state) {
  const auto runs = reader.task_runs(parent, 0, 100);
  EXPECT_TRUE(runs.has_value());
  if (!runs) return 0;
  for (const auto& row : *runs) {
    if (!row.run.task_id.ends_with("_items")) continue;
    const base::Value* count = row.run.outputs.find_path({"iterations", state});
    return count == nullptr ? 0 : count->as_integer();
  }
  return 0;
}

}  // namespace gyr::executor::test
