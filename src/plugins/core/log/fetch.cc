// io.kestra.plugin.core.log.Fetch (CORE-71, TASK-99)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/core/execution/target.h"
#include "plugins/core/storage/file_name.h"
#include "plugins/host_calls.h"
#include "syntax/ion.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

/// Lines are gathered before they are stored.
constexpr size_t max_bytes = 64u << 20;

struct Fetch {
  model::Dynamic<std::string> execution_id;
  model::Dynamic<std::string> namespace_;
  model::Dynamic<std::string> flow_id;
  model::Dynamic<std::vector<std::string>> tasks_id;
  model::Dynamic<std::string> level;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

base::Task<plugin::TaskResult> Fetch::run(plugin::RunContext& context) const {
  if (context.files() == nullptr) co_return base::fail(plugin::task_failed, "internal storage is not available");
  GYR_CO_TRY(auto id, co_await context.render(execution_id));
  GYR_CO_TRY(auto space, co_await context.render(namespace_));
  GYR_CO_TRY(auto flow, co_await context.render(flow_id));
  GYR_CO_TRY(base::MapBuilder arguments, target_arguments(id, space, flow));
  GYR_CO_TRY(auto tasks, co_await context.render(tasks_id));
  base::ListBuilder names;
  for (const auto& task : tasks.value_or(std::vector<std::string>())) names.push(Value::string(task));
  arguments.set("tasksId", names.build());
  GYR_CO_TRY(auto least, co_await context.render(level));
  const std::string min_level = least.value_or("INFO");
  if (!model::parse_log_level(min_level))
    co_return base::fail(plugin::task_failed, "`level`: " + min_level + "` is not a log level");
  arguments.set("level", Value::string(min_level));
  const Value what = arguments.build();
  std::string text;
  int64_t count = 0;
  for (int64_t page = 1;; ++page) {
    base::MapBuilder one(what);
    one.set("page", Value::integer(page));
    GYR_CO_TRY(Value answer, co_await context.host_call(host_calls::logs_fetch, one.build()));
    const Value* lines = answer.find("lines");
    if (lines == nullptr || !lines->is_list())
      co_return base::fail(plugin::host_refused, "the server did not return the log lines");
    for (const Value& line : lines->items()) text += syntax::write_ion(line) + "\n";
    count += static_cast<int64_t>(lines->size());
    if (text.size() > max_bytes)
      co_return base::fail(plugin::task_failed,
                           "the log lines exceed the limit of 64 MB; set a higher `level` or `tasksId`");
    const Value* more = answer.find("more");
    if (more == nullptr || !more->is_boolean() || !more->as_boolean()) break;
  }
  GYR_CO_TRY(std::string name, new_file_name(context, std::string(".ion")));
  GYR_CO_TRY(std::string uri, co_await context.files()->store_bytes(std::move(text), std::move(name)));
  co_return plugin::Success{Value::map({{"size", Value::integer(count)}, {"uri", Value::string(uri)}}), std::nullopt};
}

}  // namespace

plugin::TaskType log_fetch_task() {
  return plugin::task_type<Fetch>("io.kestra.plugin.core.log.Fetch")
      .title("Writes the log of an execution to a file")
      .documentation("The lines are in chronological order, with one Ion value per line.")
      .deprecated()
      .property(
          "executionId", &Fetch::execution_id,
          {.title = "Id of the execution", .documentation = "The default is the current execution.", .group = "main"})
      .property("namespace", &Fetch::namespace_,
                {.title = "Namespace of the execution, if it belongs to another flow", .group = "main"})
      .property("flowId", &Fetch::flow_id,
                {.title = "Flow of the execution, if it belongs to another flow", .group = "main"})
      .property("tasksId", &Fetch::tasks_id,
                {.title = "Ids of the tasks",
                 .documentation = "By default, the lines of all tasks are included.",
                 .group = "main"})
      .property("level", &Fetch::level,
                {.title = "Minimum log level", .default_value = Value::string("INFO"), .group = "main"})
      .output("size", {.type = model::ValueType::integer, .title = "Number of lines"})
      .output("uri", {.type = model::ValueType::uri, .title = "URI of the file"})
      .example("Fetches the errors of the current execution", R"(id: errors
type: io.kestra.plugin.core.log.Fetch
level: ERROR
)")
      .build();
}

}  // namespace gyr::plugins::core
