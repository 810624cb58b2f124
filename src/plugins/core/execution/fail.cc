// io.kestra.plugin.core.execution.Fail (CORE-80, CORE-93, TASK-93)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"

namespace gyr::plugins::core {
namespace {

struct Fail {
  model::Dynamic<std::string> condition;
  model::Dynamic<std::string> error_message;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

base::Task<plugin::TaskResult> Fail::run(plugin::RunContext& context) const {
  GYR_CO_TRY(auto rendered, co_await context.render(condition));
  if (rendered && !expression::is_truthy(base::Value::string(*rendered))) co_return plugin::Success{};
  GYR_CO_TRY(auto message, co_await context.render(error_message));
  std::string reason = std::move(message).value_or(std::string());
  if (!rendered) co_return base::fail(plugin::task_failed, std::move(reason));
  context.log(model::LogLevel::error, reason);
  co_return base::fail(plugin::task_failed, "Fail on a condition");
}

}  // namespace

plugin::TaskType fail_task() {
  return plugin::task_type<Fail>("io.kestra.plugin.core.execution.Fail")
      .title("Fails, always or on a condition")
      .trait(plugin::Trait::pure)
      .property("condition", &Fail::condition,
                {.title = "Condition of the failure",
                 .documentation = "The task fails if the condition is true. Without a condition it always fails.",
                 .text_only = true,
                 .group = "main"})
      .property("errorMessage", &Fail::error_message,
                {.title = "Message to log", .default_value = base::Value::string("Task failure"), .group = "main"})
      .example("Fails if there are no rows", R"(id: check
type: io.kestra.plugin.core.execution.Fail
condition: "{{ inputs.rows == 0 }}"
errorMessage: There are no rows
)")
      .build();
}

}  // namespace gyr::plugins::core
