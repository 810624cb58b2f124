// io.kestra.plugin.core.trigger.Flow (TRIG-110 to TRIG-136). When it fires: src/engine/trigger/flow_trigger.cc.
#include <fmt/format.h>

#include "model/errors.h"
#include "plugin_api/flow_trigger.h"
#include "plugins/core/trigger/schedule_checks.h"
#include "plugins/core/trigger/time_window.h"
#include "plugins/core/trigger/triggers.h"

namespace gyr::plugin {

using base::Value;
using model::BindContext;
using model::ValueType;
using syntax::NodePtr;

const model::Schema& PreconditionFilter::schema() {
  static const model::Schema schema =
      model::describe<PreconditionFilter>("io.kestra.plugin.core.trigger.Flow$Filter")
          .property("field", &PreconditionFilter::field, {.title = "Field to compare", .required = true})
          .property("type", &PreconditionFilter::type, {.title = "Comparison operator", .required = true})
          .property("value", &PreconditionFilter::value, {.title = "Value to compare with"})
          .property("values", &PreconditionFilter::values, {.title = "Values to compare with, for IN and NOT_IN"})
          .check([](const PreconditionFilter& filter, const NodePtr& node, BindContext& context) {
            const bool of_list = filter.type == PreconditionOperator::in || filter.type == PreconditionOperator::not_in;
            const bool of_nothing = filter.type >= PreconditionOperator::is_true &&
                                    filter.type <= PreconditionOperator::is_not_null &&
                                    filter.field != PreconditionField::expression;
            const auto refuse = [&](std::string_view property, std::string_view what) {
              const NodePtr place = node->find_shared(property);
              const auto type = model::EnumNames<PreconditionOperator>::names()[static_cast<size_t>(filter.type)].first;
              context.report(model::wrong_trigger, fmt::format("`{}` {} for type {}", property, what, type),
                             place != nullptr ? place : node);
            };
            if (of_list) {
              if (filter.value) refuse("value", "must be null");
              if (!filter.values) refuse("values", "cannot be null");
            } else {
              if (!filter.value && !of_nothing) refuse("value", "cannot be null");
              if (filter.values) refuse("values", "must be null");
            }
          })
          .build();
  return schema;
}

const model::Schema& PreconditionWhere::schema() {
  static const model::Schema schema =
      model::describe<PreconditionWhere>("io.kestra.plugin.core.trigger.Flow$ExecutionFilter")
          .property("id", &PreconditionWhere::id, {.title = "Id of the condition", .required = true, .not_empty = true})
          .property("operand", &PreconditionWhere::operand,
                    {.title = "Whether all filters must match (AND) or at least one (OR)",
                     .default_value = Value::string("AND")})
          .property("filters", &PreconditionWhere::filters,
                    {.title = "Filters of the condition", .required = true, .not_empty = true})
          .build();
  return schema;
}

const model::Schema& UpstreamFlow::schema() {
  static const model::Schema schema =
      model::describe<UpstreamFlow>("io.kestra.plugin.core.trigger.Flow$UpstreamFlow")
          .property("namespace", &UpstreamFlow::namespace_, {.title = "Namespace of the flow"})
          .property("flowId", &UpstreamFlow::flow_id, {.title = "Id of the flow"})
          .property("states", &UpstreamFlow::states, {.title = "States that match"})
          .property("labels", &UpstreamFlow::labels, {.title = "Labels that the execution must have"})
          .build();
  return schema;
}

const model::Schema& Preconditions::schema() {
  static const model::Schema schema =
      model::describe<Preconditions>("io.kestra.plugin.core.trigger.Flow$Preconditions")
          .property("id", &Preconditions::id,
                    {.title = "Id of the preconditions, unique in the flow",
                     .required = true,
                     .not_blank = true,
                     .pattern = "^[a-zA-Z0-9][a-zA-Z0-9_-]*"})
          .property("flows", &Preconditions::flows, {.title = "Flows whose executions must have ended"})
          .property("where", &Preconditions::where, {.title = "Conditions that an execution must match"})
          .property("timeWindow", &Preconditions::time_window,
                    {.title = "Time window in which all executions must end"})
          .property("resetOnSuccess", &Preconditions::reset_on_success,
                    {.title = "Whether all preconditions must match again after the trigger fired",
                     .default_value = Value::boolean(true)})
          .build();
  return schema;
}

const model::Schema& Dependency::schema() {
  static const model::Schema schema =
      model::describe<Dependency>("io.kestra.plugin.core.trigger.Flow$DependsOn")
          .property("namespace", &Dependency::namespace_, {.title = "Namespace of the flow"})
          .property("flowId", &Dependency::flow_id, {.title = "Id of the flow"})
          .property("states", &Dependency::states, {.title = "States that match"})
          .property("labels", &Dependency::labels, {.title = "Labels that the execution must have"})
          .property("when", &Dependency::when, {.title = "Condition that must be true", .text_only = true})
          .build();
  return schema;
}

namespace {

/// One of the four kinds, whole.
void check_dependency_window(const DependencyWindow& window, const NodePtr& node, BindContext& context) {
  const int kinds = (window.deadline.empty() ? 0 : 1) + (window.from.empty() && window.to.empty() ? 0 : 1) +
                    (window.lookback ? 1 : 0) + (window.every || window.offset ? 1 : 0);
  if (kinds > 1) {
    context.report(
        model::wrong_trigger,
        "a window must have exactly one of `deadline`, `from` with `to`, `lookback`, or `every` with `offset`", node);
  }
  if (window.from.empty() != window.to.empty())
    context.report(model::wrong_trigger, "`from` and `to` of a window must be set together", node);
  if (window.offset && !window.every)
    context.report(model::wrong_trigger, "`offset` requires `every`", node->find_shared("offset"));
  plugins::core::check_time_of_day("deadline", window.deadline, node, context);
  plugins::core::check_time_of_day("from", window.from, node, context);
  plugins::core::check_time_of_day("to", window.to, node, context);
  if (!window.timezone.empty()) plugins::core::check_zone(window.timezone, node->find_shared("timezone"), context);
}

}  // namespace

const model::Schema& DependencyWindow::schema() {
  static const model::Schema schema =
      model::describe<DependencyWindow>("io.kestra.plugin.core.trigger.Flow$Window")
          .property("deadline", &DependencyWindow::deadline,
                    {.title = "End of the window, which starts at midnight", .shown_as = ValueType::time})
          .property("from", &DependencyWindow::from,
                    {.title = "Start of the daily window", .shown_as = ValueType::time})
          .property("to", &DependencyWindow::to, {.title = "End of the daily window", .shown_as = ValueType::time})
          .property("lookback", &DependencyWindow::lookback, {.title = "Length of the window, which ends now"})
          .property("every", &DependencyWindow::every, {.title = "Length of consecutive windows"})
          .property("offset", &DependencyWindow::offset, {.title = "Offset of the windows from midnight"})
          .property(
              "timezone", &DependencyWindow::timezone,
              {.title = "Time zone of the window", .documentation = "The default is the time zone of the server."})
          .property("fireOnce", &DependencyWindow::fire_once,
                    {.title = "Whether all dependencies must match again after the trigger fired",
                     .default_value = Value::boolean(false)})
          .check(&check_dependency_window)
          .build();
  return schema;
}

}  // namespace gyr::plugin

namespace gyr::plugins::core {

using base::Value;
using model::BindContext;
using model::ValueType;
using syntax::NodePtr;

namespace {

/// Either spelling, not both, and the numbers of the newer one.
void check_spelling(const plugin::FlowTrigger& trigger, const NodePtr& node, BindContext& context) {
  const bool is_newer = !trigger.depends_on.empty();
  if (is_newer && trigger.preconditions) {
    context.report(model::wrong_trigger, "a Flow trigger cannot have both `preconditions` and `dependsOn`",
                   node->find_shared("dependsOn"));
  }
  for (std::string_view property : {"window", "mode", "minSatisfied"}) {
    const NodePtr place = node->find_shared(property);
    if (is_newer || place == nullptr || place->is_null()) continue;
    context.report(model::wrong_trigger, fmt::format("`{}` requires `dependsOn`", property), place);
  }
  const bool counts = trigger.mode == plugin::DependencyMode::at_least;
  if (counts && trigger.min_satisfied.value_or(0) <= 0) {
    context.report(model::wrong_trigger, "the mode AT_LEAST requires a `minSatisfied` greater than 0",
                   node->find_shared("mode"));
  }
  if (counts && trigger.min_satisfied.value_or(0) > static_cast<int64_t>(trigger.depends_on.size())) {
    context.report(model::wrong_trigger, "`minSatisfied` is greater than the number of entries in `dependsOn`",
                   node->find_shared("minSatisfied"));
  }
  if (!counts && trigger.min_satisfied) {
    context.report(model::wrong_trigger, "`minSatisfied` requires the mode AT_LEAST",
                   node->find_shared("minSatisfied"));
  }
}

}  // namespace

plugin::TriggerType flow_trigger() {
  return plugin::trigger_type<plugin::FlowTrigger>(plugin::flow_trigger_type, plugin::TriggerKind::flow)
      .title("Starts an execution when executions of other flows reach certain states")
      .property("states", &plugin::FlowTrigger::states,
                {.title = "States of the other execution that match",
                 .documentation = "By default, all final states and PAUSED."})
      .property("preconditions", &plugin::FlowTrigger::preconditions,
                {.title = "Events that must occur in a time window"})
      .property("dependsOn", &plugin::FlowTrigger::depends_on,
                {.title = "Dependencies, the newer form of `preconditions`", .hidden = true})
      .property("window", &plugin::FlowTrigger::window, {.title = "Time window for `dependsOn`", .hidden = true})
      .property("mode", &plugin::FlowTrigger::mode,
                {.title = "Number of dependencies that must match: ALL, ANY or AT_LEAST",
                 .default_value = Value::string("ALL"),
                 .hidden = true})
      .property("minSatisfied", &plugin::FlowTrigger::min_satisfied,
                {.title = "Minimum number of dependencies, for AT_LEAST", .hidden = true})
      .check([](const plugin::FlowTrigger& trigger, const NodePtr& node, BindContext& context) {
        check_spelling(trigger, node, context);
        const auto given = [&](std::string_view property) {
          const syntax::Node* value = node->find(property);
          return value != nullptr && !value->is_null() && !(value->is_sequence() && value->items().empty());
        };
        if (trigger.preconditions || given("conditions") || given("dependsOn") || given("when")) return;
        const NodePtr id = node->find_shared("id");
        context.warn(
            model::trigger_for_everything,
            fmt::format(
                "This flow will be triggered for EVERY execution of EVERY flow on your instance. We recommend adding "
                "the preconditions property to the Flow trigger '{}'.",
                id != nullptr && id->is_scalar() ? model::scalar_text(*id) : ""),
            node->span());
      })
      .output("executionId", {.type = ValueType::string, .title = "Id of the other execution"})
      .output("namespace", {.type = ValueType::string, .title = "Namespace of the other flow"})
      .output("flowId", {.type = ValueType::string, .title = "Id of the other flow"})
      .output("flowRevision", {.type = ValueType::integer, .title = "Revision of the other flow"})
      .output("state", {.type = ValueType::string, .title = "State of the other execution"})
      .output("executionLabels", {.type = ValueType::map, .title = "Labels of the other execution"})
      .output("outputs", {.type = ValueType::map, .title = "Outputs of the other flow"})
      .example("Starts an execution after another flow succeeded",
               "id: after_upstream\ntype: io.kestra.plugin.core.trigger.Flow\npreconditions:\n  id: upstream_done\n  "
               "flows:\n    - namespace: "
               "company.team\n      flowId: upstream\n      states: [SUCCESS]\n")
      .build();
}

}  // namespace gyr::plugins::core
