// io.kestra.plugin.core.trigger.Toggle (TRIG-210, TRIG-211)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/host_calls.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

struct Toggle {
  model::Dynamic<std::string> trigger;
  model::Dynamic<std::string> flow_id;
  model::Dynamic<std::string> namespace_;
  bool enabled = false;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

base::Task<plugin::TaskResult> Toggle::run(plugin::RunContext& context) const {
  GYR_CO_TRY(auto name, co_await context.render(trigger));
  GYR_CO_TRY(auto flow, co_await context.render(flow_id));
  GYR_CO_TRY(auto space, co_await context.render(namespace_));
  base::MapBuilder arguments;
  arguments.set("trigger", Value::string(name.value_or("")));
  if (flow) arguments.set("flowId", Value::string(*flow));
  if (space) arguments.set("namespace", Value::string(*space));
  arguments.set("enabled", Value::boolean(enabled));
  GYR_CO_CHECK(co_await context.host_call(host_calls::triggers_toggle, arguments.build()));
  co_return plugin::Success{};
}

}  // namespace

plugin::TaskType toggle_task() {
  return plugin::task_type<Toggle>("io.kestra.plugin.core.trigger.Toggle")
      .alias("io.kestra.core.tasks.trigger.Toggle")
      .title("Enables or disables a trigger")
      .documentation("When a trigger is enabled again, its `recoverMissedSchedules` decides about the missed dates.")
      .property("trigger", &Toggle::trigger, {.title = "Id of the trigger", .required = true, .group = "main"})
      .property("flowId", &Toggle::flow_id,
                {.title = "Flow of the trigger", .documentation = "The default is the current flow.", .group = "main"})
      .property("namespace", &Toggle::namespace_,
                {.title = "Namespace of the trigger",
                 .documentation = "The default is the current namespace.",
                 .group = "main"})
      .property("enabled", &Toggle::enabled,
                {.title = "Whether the trigger is enabled", .default_value = Value::boolean(false), .group = "main"})
      .example("Disables a schedule of the current flow", R"(id: stop
type: io.kestra.plugin.core.trigger.Toggle
trigger: hourly
)")
      .build();
}

}  // namespace gyr::plugins::core
