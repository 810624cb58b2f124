// io.kestra.plugin.core.execution.Kill (TASK-97)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/core/execution/target.h"
#include "plugins/host_calls.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

struct Kill {
  model::Dynamic<std::string> execution_id;
  model::Dynamic<std::string> namespace_;
  model::Dynamic<std::string> flow_id;
  model::Dynamic<bool> propagate_kill;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

base::Task<plugin::TaskResult> Kill::run(plugin::RunContext& context) const {
  GYR_CO_TRY(auto id, co_await context.render(execution_id));
  GYR_CO_TRY(auto space, co_await context.render(namespace_));
  GYR_CO_TRY(auto flow, co_await context.render(flow_id));
  GYR_CO_TRY(base::MapBuilder arguments, target_arguments(id, space, flow));
  GYR_CO_TRY(auto propagates, co_await context.render(propagate_kill));
  arguments.set("propagateKill", Value::boolean(propagates.value_or(true)));
  GYR_CO_CHECK(co_await context.host_call(host_calls::executions_kill, arguments.build()));
  co_return plugin::Success{};
}

}  // namespace

plugin::TaskType kill_task() {
  return plugin::task_type<Kill>("io.kestra.plugin.core.execution.Kill")
      .title("Kills an execution")
      .property(
          "executionId", &Kill::execution_id,
          {.title = "Id of the execution", .documentation = "The default is the current execution.", .group = "main"})
      .property("namespace", &Kill::namespace_,
                {.title = "Namespace of the execution, if it belongs to another flow", .group = "main"})
      .property("flowId", &Kill::flow_id,
                {.title = "Flow of the execution, if it belongs to another flow", .group = "main"})
      .property("propagateKill", &Kill::propagate_kill,
                {.title = "Whether to kill the executions that its Subflow tasks started",
                 .default_value = Value::boolean(true),
                 .group = "main"})
      .example("Kills an execution that another task started", R"(id: enough
type: io.kestra.plugin.core.execution.Kill
executionId: "{{ outputs.start.executionId }}"
namespace: company.team
flowId: long_one
)")
      .build();
}

}  // namespace gyr::plugins::core
