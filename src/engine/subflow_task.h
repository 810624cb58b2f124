// The Subflow task: its properties and description (TASK-50). Its behaviour is in lifecycle/subflow.cc.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "model/bind.h"
#include "model/dynamic.h"
#include "plugin_api/task_type.h"

namespace gyr::engine {

enum class RestartBehavior : uint8_t { retry_failed, new_execution };

/// Properties of `io.kestra.plugin.core.flow.Subflow`.
struct SubflowTask {
  model::Dynamic<std::string> namespace_;
  model::Dynamic<std::string> flow_id;
  std::optional<int64_t> revision;
  model::Dynamic<base::Value> inputs;
  model::Dynamic<base::Value> labels;
  bool wait = true;
  bool transmit_failed = true;
  bool inherit_labels = false;
  model::Dynamic<std::string> schedule_date;
  std::map<std::string, base::Value> outputs;  ///< [old] replaced by the outputs of the flow
  RestartBehavior restart_behavior = RestartBehavior::retry_failed;

  static plugin::TaskType describe();
};

}  // namespace gyr::engine

namespace gyr::model {

template <>
struct EnumNames<engine::RestartBehavior> {
  static std::string_view type_name() { return "RestartBehavior"; }
  static std::span<const std::pair<std::string_view, engine::RestartBehavior>> names();
};

}  // namespace gyr::model

namespace gyr::engine {

/// The properties that name the called flow and its treatment: the same for Subflow and ForEachItem.
template <class Builder>
void describe_called_flow(Builder& builder) {
  builder.property("namespace", &SubflowTask::namespace_, {.title = "Namespace of the flow to run", .required = true})
      .property("flowId", &SubflowTask::flow_id, {.title = "Id of the flow to run", .required = true})
      .property(
          "revision", &SubflowTask::revision,
          {.title = "Revision of the flow", .documentation = "By default, the latest revision runs.", .minimum = 1})
      .property("inputs", &SubflowTask::inputs, {.title = "Inputs of the started execution"})
      .property("labels", &SubflowTask::labels,
                {.title = "Labels of the started execution, as a map or a list of pairs"})
      .property(
          "wait", &SubflowTask::wait,
          {.title = "Whether to wait until the started execution ends", .default_value = base::Value::boolean(true)})
      .property("transmitFailed", &SubflowTask::transmit_failed,
                {.title = "Whether this task takes over the final state of the started execution",
                 .default_value = base::Value::boolean(true)})
      .property("inheritLabels", &SubflowTask::inherit_labels,
                {.title = "Whether the started execution inherits the labels of this execution",
                 .default_value = base::Value::boolean(false)})
      .property("scheduleDate", &SubflowTask::schedule_date, {.title = "Start date of the execution"})
      .property("restartBehavior", &SubflowTask::restart_behavior,
                {.title = "Action on a failed execution when this execution is restarted",
                 .default_value = base::Value::string("RETRY_FAILED")});
}

}  // namespace gyr::engine
