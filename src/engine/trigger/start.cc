#include "engine/trigger/start.h"

#include <fmt/format.h>

#include "model/flow.h"
#include "model/labels.h"
#include "model/nested.h"
#include "syntax/time.h"

namespace gyr::engine::trigger {

using base::Value;
using model::Label;

namespace {

/// The inputs that have defaults, for a trigger's own expressions; one that cannot be rendered here is not among them.
Value default_inputs(const CompiledFlow& flow, const Value& roots, const expression::Environment& environment) {
  const expression::ValueContext names(roots);
  model::NestedMap inputs;
  for (const auto& input : flow.defaulted_inputs()) {
    auto outcome = input.value.render_typed(names, environment);
    if (outcome.ok()) inputs.put(input.id, std::move(outcome.value()));
  }
  return inputs.build();
}

void put_flow_roots(base::MapBuilder& roots, const CompiledFlow& flow, const Settings& settings,
                    const std::vector<Label>& labels) {
  roots.set("flow", flow.context_value());
  roots.set("labels", model::nested_labels(labels));
  roots.set("vars", flow.variables());
  roots.set("envs", settings.envs);
  roots.set("globals", settings.globals);
  roots.set("kestra", settings.kestra);
  if (settings.namespaces == nullptr) return;
  const Value variables = settings.namespaces->variables(flow.key()->tenant, flow.key()->namespace_);
  if (!variables.is_null()) roots.set("namespace", variables);
}

/// Renders labels; one that cannot be rendered is left out (TRIG-8).
Judged<std::vector<Label>> rendered_labels(const std::vector<Label>& labels, const expression::Context& names,
                                           const expression::Environment& environment, std::vector<LogLine>& logs) {
  std::vector<Label> rendered;
  for (const Label& label : labels) {
    if (label.value.find('{') == std::string::npos) {
      rendered.push_back(label);
      continue;
    }
    auto value = judged(expression::ValueTemplate(Value::string(label.value)).render(names, environment));
    if (value) {
      rendered.push_back({label.key, value->is_null() ? std::string() : expression::to_text(*value)});
    } else if (std::holds_alternative<Question>(value.error())) {
      return std::unexpected(std::move(value.error()));
    } else {
      logs.push_back(
          {model::LogLevel::warn, fmt::format("Failed to render label '{}', it will be omitted", label.key)});
    }
  }
  return rendered;
}

/// The values the trigger gives, those of its backfill over them.
Judged<Value> given_inputs(const TriggerState& state, const Surroundings& around, const expression::Context& names,
                           const expression::Environment& environment) {
  base::MapBuilder given;
  const auto add = [&](const expression::ValueTemplate& source) -> Judged<void> {
    auto value = judged(source.render_typed(names, environment));
    if (!value) return std::unexpected(std::move(value.error()));
    if (!value->is_map()) return {};
    for (const auto& entry : value->entries()) given.set(entry.name(), entry.value);
    return {};
  };
  if (around.spec.inputs.is_set()) {
    if (auto added = add(around.spec.inputs.value_template()); !added) return std::unexpected(std::move(added.error()));
  }
  if (state.backfill && state.backfill->inputs.is_map()) {
    if (auto added = add(expression::ValueTemplate(state.backfill->inputs)); !added)
      return std::unexpected(std::move(added.error()));
  }
  return given.build();
}

/// Validated and converted as for a request (TRIG-25). An error contains the problem.
Judged<Value> resolved_inputs(const StartExecution& start, const Surroundings& around, Value given,
                              std::vector<LogLine>& logs) {
  const auto& inputs = around.flow.flow().inputs;
  if (inputs.empty() && given.size() == 0) return Value::empty_map();
  const Value* variables = start.trigger ? &start.trigger->variables : nullptr;
  const expression::ValueContext names(
      roots_before_execution(around.flow, around.settings, start.id, start.labels, variables, around.now));
  model::InputRequest request;
  request.inputs = inputs;
  request.given = std::move(given);
  request.context = &names;
  request.environment = environment_of(around);
  request.encryptor = around.settings.encryptor;
  request.answers = around.answers.inputs;
  auto outcome = model::resolve_inputs(request);
  if (auto* question = std::get_if<model::InputNeed>(&outcome)) {
    if (!question->call.function.empty()) return std::unexpected(Stop(std::move(*question)));
    return std::unexpected(Stop(base::Error(
        wrong_inputs,
        "cannot resolve an input before the execution exists: its expression needs a value of the execution")));
  }
  const auto& resolved = std::get<model::ResolvedInputs>(outcome);
  for (const std::string& id : resolved.undeclared) {
    logs.push_back({model::LogLevel::warn,
                    fmt::format("Input {} was provided for workflow {}.{} but isn't declared in the workflow inputs",
                                id, around.flow.key()->namespace_, around.flow.key()->id)});
  }
  if (!resolved.valid()) return std::unexpected(Stop(base::Error(wrong_inputs, resolved.message())));
  return inputs.empty() ? Value::empty_map() : resolved.values();
}

}  // namespace

expression::Environment environment_of(const Surroundings& around) {
  expression::Environment environment;
  environment.now = around.now;
  environment.random_seed = around.random_seed;
  environment.answers = around.answers.expressions;
  environment.recursive_rendering = around.settings.recursive_rendering;
  return environment;
}

Value roots_of(const Surroundings& around) {
  if (!around.roots.is_null()) return around.roots;
  base::MapBuilder roots;
  const auto labels = model::execution_labels(around.flow.flow().labels, {}, {}, {});
  put_flow_roots(roots, around.flow, around.settings, labels);
  around.roots = roots.build();
  if (!around.flow.defaulted_inputs().empty()) {
    base::MapBuilder all(around.roots);
    all.set("inputs", default_inputs(around.flow, around.roots, environment_of(around)));
    around.roots = all.build();
  }
  return around.roots;
}

Value roots_before_execution(const CompiledFlow& flow, const Settings& settings, base::Id execution,
                             const std::vector<Label>& labels, const Value* trigger_variables, base::Instant now) {
  base::MapBuilder roots;
  put_flow_roots(roots, flow, settings, labels);
  const Value id = Value::string(execution.to_text());
  roots.set("execution", Value::map({{"id", id},
                                     {"state", Value::string("CREATED")},
                                     {"startDate", Value::string(syntax::format_instant(now))},
                                     {"originalId", id}}));
  if (trigger_variables != nullptr) roots.set("trigger", *trigger_variables);
  return roots.build();
}

namespace {

StartExecution failed_from_start(const Surroundings& around, base::Id id, std::string reason) {
  StartExecution start;
  start.id = id;
  start.labels = model::execution_labels(around.flow.flow().labels, {}, {}, start.id.to_text());
  start.failure = std::move(reason);
  return start;
}

/// Labels and inputs of an execution that has its id and its trigger; `own` is `trigger` in their expressions.
Judged<StartExecution> completed(StartExecution start, const TriggerState& state, const Surroundings& around, Value own,
                                 std::vector<LogLine>& logs) {
  const model::TriggerSpec& spec = around.spec;
  const auto environment = environment_of(around);
  const expression::ValueContext flow_names(roots_of(around));
  const expression::OverlayContext names(flow_names, Value::map({{"trigger", std::move(own)}}));
  auto labels = rendered_labels(spec.labels, names, environment, logs);
  if (!labels) return std::unexpected(std::move(labels.error()));
  if (state.backfill) {
    auto more = rendered_labels(state.backfill->labels, names, environment, logs);
    if (!more) return std::unexpected(std::move(more.error()));
    model::put_labels(*labels, *more);
  }
  labels->push_back({"system.from", "trigger"});
  start.labels = model::execution_labels(around.flow.flow().labels, {}, *labels, start.id.to_text());

  auto given = given_inputs(state, around, names, environment);
  auto inputs = given ? resolved_inputs(start, around, *std::move(given), logs) : std::move(given);
  if (inputs) {
    start.inputs = *std::move(inputs);
    return start;
  }
  if (std::holds_alternative<Question>(inputs.error())) return std::unexpected(std::move(inputs.error()));
  std::string reason = std::get<base::Error>(inputs.error()).message();
  logs.push_back({model::LogLevel::warn, "The execution fails because its inputs are invalid: " + reason});
  return failed_from_start(around, start.id, std::move(reason));
}

}  // namespace

Value own_names(const model::TriggerSpec& spec, const Value& variables) {
  base::MapBuilder names(variables.is_map() ? variables : Value::empty_map());
  names.set_if_absent("id", Value::string(spec.id));
  names.set_if_absent("type", Value::string(spec.type));
  return names.build();
}

StartExecution failed_start(const Surroundings& around, std::string reason) {
  return failed_from_start(around, around.new_execution, std::move(reason));
}

Judged<StartExecution> start_at(const TriggerState& state, const Surroundings& around, base::Instant date,
                                Value variables, std::vector<LogLine>& logs) {
  StartExecution start;
  start.id = around.new_execution;
  start.trigger = model::ExecutionTrigger{around.spec.id, around.spec.type, std::move(variables), {}};
  start.schedule_date = date;
  return completed(std::move(start), state, around, own_names(around.spec, {}), logs);
}

Judged<StartExecution> start_found(const TriggerState& state, const Surroundings& around, base::Id id, Value variables,
                                   std::string log_file, std::vector<LogLine>& logs) {
  StartExecution start;
  start.id = id;
  Value own = own_names(around.spec, variables);
  start.trigger = model::ExecutionTrigger{around.spec.id, around.spec.type, std::move(variables), std::move(log_file)};
  return completed(std::move(start), state, around, std::move(own), logs);
}

Judged<StartExecution> failed_evaluation(const Surroundings& around, base::Id id, std::string reason,
                                         std::vector<LogLine>& logs) {
  const model::TriggerSpec& spec = around.spec;
  const expression::ValueContext flow_names(roots_of(around));
  const expression::OverlayContext names(flow_names, Value::map({{"trigger", own_names(spec, {})}}));
  auto labels = rendered_labels(spec.labels, names, environment_of(around), logs);
  if (!labels) return std::unexpected(std::move(labels.error()));
  labels->push_back({"system.from", "trigger"});
  StartExecution start = failed_from_start(around, id, std::move(reason));
  start.labels = model::execution_labels(around.flow.flow().labels, {}, *labels, id.to_text());
  start.trigger = model::ExecutionTrigger{spec.id, spec.type, Value::empty_map(), {}};
  start.log_failure = false;
  return start;
}

}  // namespace gyr::engine::trigger
