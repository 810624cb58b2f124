#include "model/flow.h"

#include "model/bind.h"
#include "model/errors.h"
#include "model/labels.h"
#include "model/variant.h"

namespace gyr::model {

using base::Value;
using syntax::NodePtr;

std::span<const std::pair<std::string_view, ConcurrencyBehavior>> EnumNames<ConcurrencyBehavior>::names() {
  static constexpr std::pair<std::string_view, ConcurrencyBehavior> all[] = {{"QUEUE", ConcurrencyBehavior::queue},
                                                                             {"CANCEL", ConcurrencyBehavior::cancel},
                                                                             {"FAIL", ConcurrencyBehavior::fail}};
  return all;
}

std::span<const std::pair<std::string_view, SlaBehavior>> EnumNames<SlaBehavior>::names() {
  static constexpr std::pair<std::string_view, SlaBehavior> all[] = {
      {"FAIL", SlaBehavior::fail}, {"CANCEL", SlaBehavior::cancel}, {"NONE", SlaBehavior::none}};
  return all;
}

std::span<const std::pair<std::string_view, CheckStyle>> EnumNames<CheckStyle>::names() {
  static constexpr std::pair<std::string_view, CheckStyle> all[] = {{"INFO", CheckStyle::info},
                                                                    {"SUCCESS", CheckStyle::success},
                                                                    {"WARNING", CheckStyle::warning},
                                                                    {"ERROR", CheckStyle::error}};
  return all;
}

std::span<const std::pair<std::string_view, CheckBehavior>> EnumNames<CheckBehavior>::names() {
  static constexpr std::pair<std::string_view, CheckBehavior> all[] = {
      {"BLOCK_EXECUTION", CheckBehavior::block_execution},
      {"FAIL_EXECUTION", CheckBehavior::fail_execution},
      {"CREATE_EXECUTION", CheckBehavior::create_execution}};
  return all;
}

std::string_view to_text(CheckStyle style) { return EnumNames<CheckStyle>::names()[static_cast<size_t>(style)].first; }
std::string_view to_text(CheckBehavior behavior) {
  return EnumNames<CheckBehavior>::names()[static_cast<size_t>(behavior)].first;
}

const Schema& Concurrency::schema() {
  static const Schema schema =
      describe<Concurrency>("io.kestra.core.models.flows.Concurrency")
          .property("limit", &Concurrency::limit,
                    {.title = "Maximum number of concurrent executions", .required = true, .minimum = 1})
          .property("behavior", &Concurrency::behavior,
                    {.title = "Action on executions beyond the limit", .default_value = Value::string("QUEUE")})
          .build();
  return schema;
}

const Schema& Check::schema() {
  static const Schema schema =
      describe<Check>("io.kestra.core.models.flows.check.Check")
          .property("condition", &Check::condition,
                    {.title = "Condition that must be true", .required = true, .not_empty = true, .text_only = true})
          .property("message", &Check::message,
                    {.title = "Message to show if the condition is false", .required = true, .not_empty = true})
          .property("style", &Check::style, {.title = "Style of the message", .default_value = Value::string("INFO")})
          .property("behavior", &Check::behavior,
                    {.title = "Action if the condition is false", .default_value = Value::string("BLOCK_EXECUTION")})
          .build();
  return schema;
}

const Schema& Listener::schema() {
  static const Schema schema =
      describe<Listener>("io.kestra.core.models.listeners.Listener")
          .property("description", &Listener::description, {.title = "Description of the check"})
          .property("conditions", &Listener::conditions, {.title = "Conditions that must all be true"})
          .property("tasks", &Listener::tasks,
                    {.title = "Tasks to run after the execution has ended", .not_empty = true})
          .build();
  return schema;
}

// ---- SLA

namespace {

void add_sla(SchemaBuilder<Sla>& builder) {
  builder.ignore("type")
      .property("id", &Sla::id, {.title = "Id of the SLA, unique in the flow", .required = true, .not_empty = true})
      .property("behavior", &Sla::behavior, {.title = "Action when the SLA is violated", .required = true})
      .property("labels", &Sla::labels, {.title = "Labels to set on the execution when the SLA is violated"})
      .check([](const Sla& sla, const NodePtr& node, BindContext& context) {
        check_no_system_labels(sla.labels, "labels", node, context);
      });
}

const Schema& max_duration_schema() {
  static const Schema schema =
      describe<Sla>("io.kestra.core.models.flows.sla.types.MaxDurationSLA")
          .with(add_sla)
          .property("duration", &Sla::duration, {.title = "Maximum duration of the execution", .required = true})
          .build();
  return schema;
}

const Schema& assertion_schema() {
  static const Schema schema =
      describe<Sla>("io.kestra.core.models.flows.sla.types.ExecutionAssertionSLA")
          .with(add_sla)
          .property("assert", &Sla::assertion,
                    {.title = "Condition that must stay true", .required = true, .not_empty = true, .text_only = true})
          .build();
  return schema;
}

constexpr Variant sla_variants[] = {{"MAX_DURATION", max_duration_schema}, {"EXECUTION_ASSERTION", assertion_schema}};

const Schema& plugin_default_schema() {
  static const Schema schema =
      describe<PluginDefault>("io.kestra.core.models.flows.PluginDefault")
          .property("type", &PluginDefault::type, {.title = "Task type, or a prefix of task types"})
          .property(
              "forced", &PluginDefault::forced,
              {.title = "Whether the values override properties of the task", .default_value = Value::boolean(false)})
          .property("ref", &PluginDefault::ref, {.title = "Name for `pluginDefaultsRef` of tasks"})
          .property("values", &PluginDefault::values, {.title = "Default values of properties"})
          .build();
  return schema;
}

}  // namespace

TypeInfo Binder<Sla>::type_info() { return variant_type_info("SLA", sla_variants); }

void Binder<Sla>::bind(const NodePtr& node, Sla& target, BindContext& context) {
  const auto chosen = choose_variant(node, type_name(), sla_variants, context);
  if (!chosen) return;
  target.type = static_cast<SlaType>(*chosen);
  sla_variants[*chosen].schema().bind(node, &target, context);
}

TypeInfo Binder<PluginDefault>::type_info() { return {.type = ValueType::object, .object = plugin_default_schema}; }

void Binder<PluginDefault>::bind(const NodePtr& node, PluginDefault& target, BindContext& context) {
  plugin_default_schema().bind(node, &target, context);
  if (target.values != nullptr && !target.values->is_mapping()) {
    BindContext::Scope scope(context, "values");
    detail::expect_mapping("java.util.LinkedHashMap<java.lang.String,java.lang.Object>", target.values, context);
    target.values = nullptr;
  }
}

// ---- Flow

namespace {

void add_identity(SchemaBuilder<Flow>& builder) {
  builder
      .property("id", &Flow::id,
                {.title = "Id of the flow, unique in its namespace",
                 .required = true,
                 .not_blank = true,
                 .min_length = 1,
                 .max_length = 100,
                 .pattern = "^[a-zA-Z0-9][a-zA-Z0-9._-]*"})
      .property("namespace", &Flow::namespace_,
                {.title = "Namespace of the flow",
                 .required = true,
                 .not_blank = true,
                 .min_length = 1,
                 .max_length = 150,
                 .pattern = "^[a-z0-9][a-z0-9._-]*"})
      .property("description", &Flow::description, {.title = "Description of the flow, in Markdown"})
      .property("labels", &Flow::labels, {.title = "Labels of the flow and of its executions"})
      .property("disabled", &Flow::disabled,
                {.title = "Whether the flow is disabled",
                 .documentation = "A disabled flow cannot be executed.",
                 .default_value = Value::boolean(false)})
      .property("revision", &Flow::revision, {.title = "Revision of the flow, set by the server", .minimum = 1})
      .property("deleted", &Flow::deleted, {.title = "Deletion mark, set by the server", .hidden = true})
      .property("draft", &Flow::draft, {.title = "Whether the flow is a draft", .hidden = true})
      .property("tenantId", &Flow::tenant_id, {.title = "Tenant of the flow, set by the server", .hidden = true})
      .property("updated", &Flow::updated, {.title = "Date of the last update, set by the server", .hidden = true});
}

void add_work(SchemaBuilder<Flow>& builder) {
  builder.property("inputs", &Flow::inputs, {.title = "Inputs of an execution"})
      .property("variables", &Flow::variables, {.title = "Variables that expressions read as `vars`"})
      .property("tasks", &Flow::tasks, {.title = "Tasks to run, in order", .not_empty = true})
      .property("errors", &Flow::errors, {.title = "Tasks to run after a failure"})
      .property("finally", &Flow::finally, {.title = "Tasks to run at the end, after success and after failure"})
      .property("afterExecution", &Flow::after_execution,
                {.title = "Tasks to run after the execution has reached its final state"})
      .property("outputs", &Flow::outputs, {.title = "Outputs of an execution"})
      .property("triggers", &Flow::triggers, {.title = "Triggers that start executions"})
      .property("listeners", &Flow::listeners, {.title = "Replaced by `afterExecution`", .deprecated = true});
}

void add_policy(SchemaBuilder<Flow>& builder) {
  builder
      .property("pluginDefaults", &Flow::plugin_defaults,
                {.title = "Default values of properties, by task type", .aliases = {"taskDefaults"}})
      .property("concurrency", &Flow::concurrency, {.title = "Limit of concurrent executions"})
      .property("retry", &Flow::retry, {.title = "Retry policy of failed executions"})
      .property("sla", &Flow::sla, {.title = "Service level agreements of executions"})
      .property("checks", &Flow::checks, {.title = "Conditions to check before an execution is created"})
      .property("workerGroup", &Flow::worker_group, {.title = "Worker group that runs the tasks"})
      .property("quotas", &Flow::quotas, {.title = "Maximum number of executions in a period", .hidden = true})
      .property("policyRefs", &Flow::policy_refs, {.title = "Policies of the flow", .hidden = true})
      .property("workerSelector", &Flow::worker_selector,
                {.title = "Tags of the workers that run the tasks", .hidden = true});
}

}  // namespace

const Schema& Flow::schema() {
  static const Schema schema = describe<Flow>("io.kestra.core.models.flows.FlowWithSource")
                                   .with(add_identity)
                                   .with(add_work)
                                   .with(add_policy)
                                   .build();
  return schema;
}

void Flow::for_each_task(const std::function<void(const TaskSpec&)>& visitor) const {
  for (const auto* list : {&tasks, &errors, &finally, &after_execution}) model::for_each_task(*list, visitor);
  for (const Listener& listener : listeners) model::for_each_task(listener.tasks, visitor);
}

const TaskSpec* Flow::find_task(std::string_view task_id) const {
  const TaskSpec* found = nullptr;
  for_each_task([&](const TaskSpec& task) {
    if (found == nullptr && task.id == task_id) found = &task;
  });
  return found;
}

const TriggerSpec* Flow::find_trigger(std::string_view trigger_id) const {
  const auto found = std::ranges::find(triggers, trigger_id, &TriggerSpec::id);
  return found == triggers.end() ? nullptr : &*found;
}

}  // namespace gyr::model
