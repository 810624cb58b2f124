// io.kestra.plugin.core.execution.Assert (CORE-81, CORE-94, TASK-94)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"

namespace gyr::plugins::core {
namespace {

struct Assert {
  std::vector<model::Dynamic<std::string>> conditions;
  model::Dynamic<std::string> error_message;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

std::string written(const model::Dynamic<std::string>& condition) {
  return condition.is_set() ? expression::to_text(condition.source()) : std::string();
}

base::Task<plugin::TaskResult> Assert::run(plugin::RunContext& context) const {
  size_t failed = 0;
  for (const auto& condition : conditions) {
    auto rendered = co_await context.render(condition);
    if (!rendered) {
      context.log(model::LogLevel::error, fmt::format("Assertion `{}` failed, failed to render `{}`",
                                                      written(condition), rendered.error().message()));
      failed += 1;
    } else if (!expression::is_truthy(base::Value::string(rendered->value_or(std::string())))) {
      context.log(model::LogLevel::error, fmt::format("Assertion `{}` failed!", written(condition)));
      failed += 1;
    }
  }
  context.metric(model::MetricType::counter, "success", static_cast<double>(conditions.size() - failed), {});
  context.metric(model::MetricType::counter, "failed", static_cast<double>(failed), {});
  if (failed == 0) co_return plugin::Success{};
  GYR_CO_TRY(auto message, co_await context.render(error_message));
  co_return base::fail(plugin::task_failed, fmt::format("{} assertion{} failed!{}{}", failed, failed == 1 ? "" : "s",
                                                        message ? "\n" : "", message.value_or(std::string())));
}

}  // namespace

plugin::TaskType assert_task() {
  return plugin::task_type<Assert>("io.kestra.plugin.core.execution.Assert")
      .title("Fails if a condition is false")
      .documentation("All conditions are evaluated, even after one of them is false.")
      .trait(plugin::Trait::pure)
      .property("conditions", &Assert::conditions,
                {.title = "Conditions that must be true", .required = true, .group = "main"})
      .property("errorMessage", &Assert::error_message,
                {.title = "Message to append to the failure message", .group = "main"})
      .metric("success", model::MetricType::counter, "Number of conditions that were true")
      .metric("failed", model::MetricType::counter, "Number of conditions that were false")
      .example("Checks the range of an input", R"(id: check
type: io.kestra.plugin.core.execution.Assert
errorMessage: The input is out of range
conditions:
  - "{{ inputs.count > 0 }}"
  - "{{ inputs.count < 100 }}"
)")
      .build();
}

}  // namespace gyr::plugins::core
