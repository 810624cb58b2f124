// io.kestra.plugin.core.execution.Resume (CORE-86, CORE-98, TASK-96)
#include "plugin_api/render.h"
#include "plugins/core/core_tasks.h"
#include "plugins/host_calls.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

struct Resume {
  model::Dynamic<std::string> execution_id;
  model::Dynamic<std::string> namespace_;
  model::Dynamic<std::string> flow_id;
  model::Dynamic<std::map<std::string, Value>> inputs;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

/// A text, or null: blanks name nothing.
Value named(const std::optional<std::string>& text) { return text && !text->empty() ? Value::string(*text) : Value(); }

base::Task<plugin::TaskResult> Resume::run(plugin::RunContext& context) const {
  GYR_CO_TRY(auto id_text, co_await context.render(execution_id));
  GYR_CO_TRY(auto namespace_text, co_await context.render(namespace_));
  GYR_CO_TRY(auto flow_text, co_await context.render(flow_id));
  GYR_CO_TRY(auto rendered, co_await context.render(inputs));
  const Value id = named(id_text);
  const Value in = named(namespace_text);
  const Value flow = named(flow_text);
  // The target rule of CORE-3.
  if (id.is_null() && !(in.is_null() && flow.is_null())) {
    co_return base::fail(plugin::task_failed, "`namespace` and `flowId` require `executionId`");
  }
  if (in.is_null() != flow.is_null())
    co_return base::fail(plugin::task_failed, "`namespace` and `flowId` must be set together");
  base::MapBuilder values;
  if (rendered) {
    for (auto& [name, value] : *rendered) values.set(name, value);
  }
  GYR_CO_CHECK(co_await context.host_call(
      host_calls::execution_resume,
      Value::map({{"executionId", id}, {"namespace", in}, {"flowId", flow}, {"inputs", values.build()}})));
  co_return plugin::Success{};
}

}  // namespace

plugin::TaskType resume_task() {
  return plugin::task_type<Resume>("io.kestra.plugin.core.execution.Resume")
      .title("Resumes a paused execution")
      .documentation("By default, the task resumes the current execution, in which a parallel branch is paused.")
      .deprecated()
      .property("executionId", &Resume::execution_id, {.title = "Id of the paused execution", .group = "main"})
      .property("namespace", &Resume::namespace_, {.title = "Namespace of the execution", .group = "main"})
      .property(
          "flowId", &Resume::flow_id,
          {.title = "Flow of the execution", .documentation = "The default is the current flow.", .group = "main"})
      .property("inputs", &Resume::inputs, {.title = "Inputs that the Pause task requires", .group = "main"})
      .example("Resumes another execution", R"(id: approve
type: io.kestra.plugin.core.execution.Resume
executionId: "{{ trigger.executionId }}"
namespace: company.team
flowId: deploy
inputs:
  reason: all tests passed
)")
      .build();
}

}  // namespace gyr::plugins::core
