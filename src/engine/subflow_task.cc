#include "engine/subflow_task.h"

#include "model/bind.h"

namespace gyr::model {

std::span<const std::pair<std::string_view, engine::RestartBehavior>> EnumNames<engine::RestartBehavior>::names() {
  static constexpr std::pair<std::string_view, engine::RestartBehavior> all[] = {
      {"RETRY_FAILED", engine::RestartBehavior::retry_failed},
      {"NEW_EXECUTION", engine::RestartBehavior::new_execution},
  };
  return all;
}

}  // namespace gyr::model

namespace gyr::engine {

plugin::TaskType SubflowTask::describe() {
  using model::ValueType;
  return plugin::task_type<SubflowTask>("io.kestra.plugin.core.flow.Subflow")
      .title("Runs another flow")
      .documentation(
          "Starts an execution of another flow with the given inputs and labels. By default, the task waits until the "
          "execution ends, copies its outputs, and fails if the execution fails.")
      .trait(plugin::Trait::executable)
      .with([](auto& builder) { describe_called_flow(builder); })
      .property("outputs", &SubflowTask::outputs,
                {.title = "Expressions over the outputs of the started execution", .deprecated = true})
      .output("executionId", {.type = ValueType::string, .title = "Id of the started execution"})
      .output("state", {.type = ValueType::string,
                        .title = "Final state of the execution, or CREATED if the task does not wait"})
      .output("outputs", {.type = ValueType::map, .title = "Outputs of the started execution"})
      .example("Runs a flow and uses its outputs", R"(id: parent
namespace: company.team
tasks:
  - id: call
    type: io.kestra.plugin.core.flow.Subflow
    namespace: company.team
    flowId: child
    inputs:
      user: Ada
  - id: show
    type: io.kestra.plugin.core.log.Log
    message: "{{ outputs.call.outputs.greeting }}"
)",
               true)
      .build();
}

}  // namespace gyr::engine
