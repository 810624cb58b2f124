#include "model/trigger.h"

#include "model/bind.h"
#include "model/errors.h"
#include "model/labels.h"

namespace gyr::model {

using base::Value;
using syntax::NodePtr;

const Schema& ConditionSpec::common_schema() {
  static const Schema schema =
      describe<ConditionSpec>("io.kestra.core.models.conditions.Condition").ignore("type").build();
  return schema;
}

const Schema& TaskRunnerSpec::common_schema() {
  static const Schema schema =
      describe<TaskRunnerSpec>("io.kestra.core.models.tasks.runners.TaskRunner")
          .ignore("type")
          .property("version", &TaskRunnerSpec::version,
                    {.title = "Version of the plugin", .hidden = true, .group = "core"})
          .property("pluginDefaultsRef", &TaskRunnerSpec::plugin_defaults_ref,
                    {.title = "Name of the plugin defaults to use instead of the general ones", .group = "advanced"})
          .build();
  return schema;
}

const Schema& TriggerSpec::common_schema() {
  static const Schema schema =
      describe<TriggerSpec>("io.kestra.core.models.triggers.AbstractTrigger")
          .property("id", &TriggerSpec::id,
                    {.title = "Unique name of the trigger in its flow",
                     .required = true,
                     .not_blank = true,
                     .pattern = "^[a-zA-Z0-9][a-zA-Z0-9_-]*",
                     .group = "core"})
          .ignore("type")
          .property("version", &TriggerSpec::version,
                    {.title = "Version of the plugin", .hidden = true, .group = "core"})
          .property("description", &TriggerSpec::description,
                    {.title = "What the trigger is for (Markdown)", .group = "core"})
          .property(
              "disabled", &TriggerSpec::disabled,
              {.title = "Whether the trigger is left out", .default_value = Value::boolean(false), .group = "core"})
          .property("conditions", &TriggerSpec::conditions, {.title = "Conditions that must all hold", .group = "core"})
          .property("when", &TriggerSpec::when,
                    {.title = "Expression that must be true", .text_only = true, .group = "core"})
          .property("labels", &TriggerSpec::labels, {.title = "Labels of the executions it starts", .group = "core"})
          .property("inputs", &TriggerSpec::inputs, {.title = "Values for the inputs of the flow", .group = "core"})
          .property("stopAfter", &TriggerSpec::stop_after,
                    {.title = "States of an execution after which the trigger is disabled", .group = "core"})
          .property("allowConcurrent", &TriggerSpec::allow_concurrent,
                    {.title = "Whether it may fire while an execution it started runs",
                     .default_value = Value::boolean(false),
                     .group = "core"})
          .property("failOnTriggerError", &TriggerSpec::fail_on_trigger_error,
                    {.title = "Whether an error of the evaluation makes a failed execution",
                     .default_value = Value::boolean(false),
                     .group = "core"})
          .property("logLevel", &TriggerSpec::log_level,
                    {.title = "Lowest level of log lines that are kept", .aliases = {"minLogLevel"}, .group = "core"})
          .property("logToFile", &TriggerSpec::log_to_file,
                    {.title = "Whether log lines go to a file in internal storage",
                     .default_value = Value::boolean(false),
                     .group = "core"})
          .property("workerGroup", &TriggerSpec::worker_group,
                    {.title = "Workers that may evaluate it", .group = "core"})
          .property("workerSelector", &TriggerSpec::worker_selector,
                    {.title = "Tags of workers", .hidden = true, .group = "core"})
          .property("policyRefs", &TriggerSpec::policy_refs, {.title = "Policies", .hidden = true, .group = "core"})
          .property("assets", &TriggerSpec::assets, {.title = "What the trigger reads and writes", .group = "core"})
          .property("pluginDefaultsRef", &TriggerSpec::plugin_defaults_ref,
                    {.title = "Name of the plugin defaults to use instead of the general ones", .group = "advanced"})
          .check([](const TriggerSpec& trigger, const NodePtr& node, BindContext& context) {
            check_no_system_labels(trigger.labels, "labels", node, context);
          })
          .build();
  return schema;
}

void Binder<ConditionSpec>::bind(const NodePtr& node, ConditionSpec& target, BindContext& context) {
  detail::bind_typed(TypeSource::Kind::condition, type_name(), ConditionSpec::common_schema(), &target, node, target,
                     context);
}

void Binder<TaskRunnerSpec>::bind(const NodePtr& node, TaskRunnerSpec& target, BindContext& context) {
  detail::bind_typed(TypeSource::Kind::task_runner, type_name(), TaskRunnerSpec::common_schema(), &target, node, target,
                     context);
}

void Binder<TriggerSpec>::bind(const NodePtr& node, TriggerSpec& target, BindContext& context) {
  if (!detail::bind_typed(TypeSource::Kind::trigger, type_name(), TriggerSpec::common_schema(), &target, node, target,
                          context)) {
    if (const syntax::Node* id = node->find("id"); id != nullptr && id->is_scalar()) target.id = scalar_text(*id);
  }
  target.defect = context.take_defect();
}

}  // namespace gyr::model
