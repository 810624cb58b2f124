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
                    {.title = "Name of the plugin defaults to use instead of the general plugin defaults",
                     .group = "advanced"})
          .build();
  return schema;
}

const Schema& TriggerSpec::common_schema() {
  static const Schema schema =
      describe<TriggerSpec>("io.kestra.core.models.triggers.AbstractTrigger")
          .property("id", &TriggerSpec::id,
                    {.title = "Id of the trigger, unique in the flow",
                     .required = true,
                     .not_blank = true,
                     .pattern = "^[a-zA-Z0-9][a-zA-Z0-9_-]*",
                     .group = "core"})
          .ignore("type")
          .property("version", &TriggerSpec::version,
                    {.title = "Version of the plugin", .hidden = true, .group = "core"})
          .property("description", &TriggerSpec::description,
                    {.title = "Description of the trigger, in Markdown", .group = "core"})
          .property(
              "disabled", &TriggerSpec::disabled,
              {.title = "Whether the trigger is disabled", .default_value = Value::boolean(false), .group = "core"})
          .property("conditions", &TriggerSpec::conditions,
                    {.title = "Conditions that must all be true", .group = "core"})
          .property("when", &TriggerSpec::when,
                    {.title = "Condition that must be true", .text_only = true, .group = "core"})
          .property("labels", &TriggerSpec::labels, {.title = "Labels of the started executions", .group = "core"})
          .property("inputs", &TriggerSpec::inputs, {.title = "Inputs of the started executions", .group = "core"})
          .property("stopAfter", &TriggerSpec::stop_after,
                    {.title = "States of an execution that disable the trigger", .group = "core"})
          .property("allowConcurrent", &TriggerSpec::allow_concurrent,
                    {.title = "Whether the trigger may fire while one of its executions is running",
                     .default_value = Value::boolean(false),
                     .group = "core"})
          .property("failOnTriggerError", &TriggerSpec::fail_on_trigger_error,
                    {.title = "Whether a failed evaluation creates a failed execution",
                     .default_value = Value::boolean(false),
                     .group = "core"})
          .property("logLevel", &TriggerSpec::log_level,
                    {.title = "Minimum level of the log lines to store", .aliases = {"minLogLevel"}, .group = "core"})
          .property("logToFile", &TriggerSpec::log_to_file,
                    {.title = "Whether to write log lines to a file in internal storage",
                     .default_value = Value::boolean(false),
                     .group = "core"})
          .property("workerGroup", &TriggerSpec::worker_group,
                    {.title = "Worker group that evaluates the trigger", .group = "core"})
          .property("workerSelector", &TriggerSpec::worker_selector,
                    {.title = "Tags of the workers that evaluate the trigger", .hidden = true, .group = "core"})
          .property("policyRefs", &TriggerSpec::policy_refs,
                    {.title = "Policies of the trigger", .hidden = true, .group = "core"})
          .property("assets", &TriggerSpec::assets,
                    {.title = "Assets that the trigger reads and writes", .group = "core"})
          .property("pluginDefaultsRef", &TriggerSpec::plugin_defaults_ref,
                    {.title = "Name of the plugin defaults to use instead of the general plugin defaults",
                     .group = "advanced"})
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
