// io.kestra.plugin.core.flow.Sleep (CORE-89)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "syntax/time.h"

namespace gyr::plugins::core {
namespace {

/// Longer waits go in steps: a monotonic time counts nanoseconds in 64 bits.
constexpr int64_t max_step_seconds = 30LL * 24 * 3600;

struct Sleep {
  model::Dynamic<base::Duration> duration;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

base::Task<plugin::TaskResult> Sleep::run(plugin::RunContext& context) const {
  GYR_CO_TRY(auto length, co_await context.render(duration));
  if (!length) co_return base::fail(plugin::task_failed, "`duration` must not be null");
  context.log(model::LogLevel::info, fmt::format("Waiting for {}", syntax::format_duration(*length)));
  for (base::Duration left = *length; !left.is_negative() && !left.is_zero();) {
    base::Duration step = std::min(left, base::Duration::of_seconds(max_step_seconds));
    bool elapsed =
        co_await base::sleep_for(context.loop(), std::chrono::nanoseconds(step.to_nanos()), context.cancel_token());
    if (!elapsed) co_return base::fail(plugin::task_cancelled, "the wait was cancelled");
    left = left - step;
  }
  co_return plugin::Success{};
}

}  // namespace

plugin::TaskType sleep_task() {
  return plugin::task_type<Sleep>("io.kestra.plugin.core.flow.Sleep")
      .title("Waits for a fixed duration")
      .documentation(
          "Killing the execution ends the wait. After a restart of the server the wait starts again, so use a schedule "
          "for long waits.")
      .trait(plugin::Trait::killable)
      .property("duration", &Sleep::duration,
                {.title = "Duration of the wait, in ISO 8601 format or in seconds", .required = true, .group = "main"})
      .example("Waits for five seconds", R"(id: wait
type: io.kestra.plugin.core.flow.Sleep
duration: PT5S
)")
      .build();
}

}  // namespace gyr::plugins::core
