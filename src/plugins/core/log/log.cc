// io.kestra.plugin.core.log.Log (CORE-70, TASK-90)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/core/log_message.h"

namespace gyr::plugins::core {
namespace {

struct Log {
  model::Dynamic<base::Value> message;
  model::Dynamic<model::LogLevel> level;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

base::Task<plugin::TaskResult> Log::run(plugin::RunContext& context) const {
  GYR_CO_TRY(auto chosen, co_await context.render(level));
  GYR_CO_TRY(base::Value rendered, co_await context.render_value(message, {}, false));
  GYR_CO_TRY(auto lines, lines_of_message(message.source(), rendered, "message"));
  for (const auto& line : lines) context.log(chosen.value_or(model::LogLevel::info), line);
  co_return plugin::Success{};
}

}  // namespace

plugin::TaskType log_task() {
  return plugin::task_type<Log>("io.kestra.plugin.core.log.Log")
      .title("Writes to the log of the execution")
      .documentation("Each message of a list becomes one line.")
      .trait(plugin::Trait::pure)
      .property("message", &Log::message, {.title = "Message or list of messages", .required = true, .group = "main"})
      .property("level", &Log::level,
                {.title = "Log level of the messages", .default_value = base::Value::string("INFO"), .group = "main"})
      .example("Logs one message", R"(id: hello
type: io.kestra.plugin.core.log.Log
message: "Execution {{ execution.id }} has started"
)")
      .example("Logs several warnings", R"(id: hello
type: io.kestra.plugin.core.log.Log
level: WARN
message:
  - first line
  - "second line, from {{ flow.id }}"
)")
      .build();
}

}  // namespace gyr::plugins::core
