// io.kestra.plugin.core.debug.Echo (CORE-74, TASK-92)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"

namespace gyr::plugins::core {
namespace {

struct Echo {
  model::Dynamic<std::string> format;
  model::Dynamic<model::LogLevel> level;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

base::Task<plugin::TaskResult> Echo::run(plugin::RunContext& context) const {
  GYR_CO_TRY(auto chosen, co_await context.render(level));
  GYR_CO_TRY(auto text, co_await context.render(format));
  if (!text) co_return base::fail(plugin::task_failed, "`format` is required");
  context.log(chosen.value_or(model::LogLevel::info), *text);
  co_return plugin::Success{};
}

}  // namespace

plugin::TaskType echo_task() {
  return plugin::task_type<Echo>("io.kestra.plugin.core.debug.Echo")
      .title("Writes a message to the log")
      .documentation("Use `io.kestra.plugin.core.log.Log` instead.")
      .trait(plugin::Trait::pure)
      .deprecated()
      .property("format", &Echo::format, {.title = "Message to log", .group = "main"})
      .property("level", &Echo::level,
                {.title = "Log level of the message", .default_value = base::Value::string("INFO"), .group = "main"})
      .example("Logs a message", R"(id: echo
type: io.kestra.plugin.core.debug.Echo
format: "started at {{ execution.startDate }}"
)")
      .build();
}

}  // namespace gyr::plugins::core
