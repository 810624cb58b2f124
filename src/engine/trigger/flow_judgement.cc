// One event judged for one Flow trigger: its conditions, the parts of its sets, its labels and inputs
// (TRIG-115 to TRIG-125).
#include <fmt/format.h>

#include <algorithm>

#include "engine/context.h"
#include "engine/trigger/conditions.h"
#include "engine/trigger/flow_trigger.h"
#include "model/labels.h"
#include "syntax/time.h"
#include "text/regex.h"

namespace gyr::engine {
namespace {

using base::Value;
using expression::Lookup;
using expression::Outcome;
using plugin::PreconditionField;
using plugin::PreconditionFilter;
using plugin::PreconditionOperator;

/// The names of the listening flow, and those of the other execution (TRIG-117, TRIG-179).
class EventContext final : public expression::Context {
 public:
  EventContext(const FlowEventSubject& subject, const expression::Environment& environment) : subject_(subject) {
    if (subject.upstream != nullptr) upstream_.emplace(*subject.upstream, nullptr, subject.settings, environment);
  }
  /// For inputs and labels alone: conditions know no `trigger`.
  void show_trigger() {
    const Value& outputs = subject_.event.execution.outputs;
    trigger_ = Value::map({{"outputs", outputs.is_map() ? outputs : Value::empty_map()}});
  }

  Lookup root(std::string_view name) const override {
    if (name == "flow") return Lookup::of(subject_.listener.context_value());
    if (name == "vars") return Lookup::of(subject_.listener.variables());
    if (name == "envs") return Lookup::of(subject_.settings.envs);
    if (name == "globals") return Lookup::of(subject_.settings.globals);
    if (name == "kestra") return Lookup::of(subject_.settings.kestra);
    if (name == "namespace" && subject_.settings.namespaces != nullptr) {
      const model::FlowKey& flow = *subject_.listener.key();
      Value variables = subject_.settings.namespaces->variables(flow.tenant, flow.namespace_);
      return variables.is_null() ? Lookup::none() : Lookup::of(std::move(variables));
    }
    if (name == "labels") return Lookup::of(model::nested_labels(subject_.event.execution.labels));
    if (name == "execution") return Lookup::of(execution());
    if (name == "trigger" && trigger_.is_map()) return Lookup::of(trigger_);
    if (name == "outputs" || name == "inputs" || name == "tasks") {
      if (subject_.upstream_is_gone) return Lookup::of(Value::empty_map());
      return upstream_ ? upstream_->root(name) : Lookup::not_here();
    }
    return Lookup::none();
  }
  std::vector<std::string> root_names() const override {
    std::vector<std::string> names = {"flow",   "execution", "inputs", "outputs", "tasks",
                                      "labels", "vars",      "envs",   "globals", "kestra"};
    if (trigger_.is_map()) names.emplace_back("trigger");
    return names;
  }

 private:
  Value execution() const {
    const model::Execution& execution = subject_.event.execution;
    return Value::map({{"id", Value::string(execution.id.to_text())},
                       {"state", Value::string(model::to_text(execution.state.current()))},
                       {"startDate", Value::string(syntax::format_instant(execution.state.started()))},
                       {"originalId", Value::string(execution.original_id.to_text())}});
  }

  const FlowEventSubject& subject_;
  std::optional<ExecutionContext> upstream_;
  Value trigger_;
};

bool has_labels(const model::Execution& execution, const std::vector<model::Label>& wanted) {
  return std::ranges::all_of(wanted, [&](const model::Label& label) {
    return std::ranges::find(execution.labels, label) != execution.labels.end();
  });
}

/// The test of a filter on a text; nothing if the regular expression is invalid.
base::Result<bool> compare(const PreconditionFilter& filter, const Value& found) {
  const std::string text = found.is_null() ? std::string() : expression::to_text(found);
  const std::string value = filter.value.value_or("");
  const bool listed = filter.values && std::ranges::find(*filter.values, text) != filter.values->end();
  switch (filter.type) {
    case PreconditionOperator::equal_to: return text == value;
    case PreconditionOperator::not_equal_to: return text != value;
    case PreconditionOperator::in: return listed;
    case PreconditionOperator::not_in: return !listed;
    case PreconditionOperator::is_true: return expression::is_truthy(found);
    case PreconditionOperator::is_false: return !expression::is_truthy(found);
    case PreconditionOperator::is_null: return found.is_null();
    case PreconditionOperator::is_not_null: return !found.is_null();
    case PreconditionOperator::starts_with: return text.starts_with(value);
    case PreconditionOperator::ends_with: return text.ends_with(value);
    case PreconditionOperator::contains: return text.find(value) != std::string::npos;
    case PreconditionOperator::regex: {
      GYR_TRY(auto regex, text::Regex::compile(value));
      return regex->matches_whole(text);
    }
  }
  return false;
}

/// Judges with one set of answers. A need of something that is not there is kept and ends everything.
class EventJudge {
 public:
  EventJudge(const FlowTriggerPlan& plan, const FlowEventSubject& subject, const expression::Environment& environment,
             FlowJudgement& judgement)
      : plan_(plan),
        subject_(subject),
        environment_(environment),
        judgement_(judgement),
        names_(subject, environment) {}

  Outcome run() {
    judgement_ = {};
    judgement_.passes = std::ranges::find(plan_.states, subject_.event.state()) != plan_.states.end() &&
                        conditions_hold() && when_holds();
    if (judgement_.passes) {
      for (const ConditionSet& set : plan_.sets) judgement_.met.push_back(met_of(set));
      names_.show_trigger();
      if (judgement_.concerns()) render();
    }
    if (needs_) return *needs_;
    return Value();
  }

 private:
  const model::Execution& observed() const { return subject_.event.execution; }
  const model::FlowKey& listener() const { return *subject_.listener.key(); }

  /// The truth of an outcome; an error is false, with a warning.
  bool truth(const Outcome& outcome, std::string_view condition) {
    if (outcome.asks_host()) {
      needs_ = outcome.needs();
      return false;
    }
    if (outcome.failed()) warn(condition, outcome.error());
    return outcome.ok() && outcome.value().is_boolean() && outcome.value().as_boolean();
  }
  void warn(std::string_view condition, const base::Error& error) {
    judgement_.warnings.push_back(
        fmt::format("[namespace: {}] [flow: {}] [condition: {}] Evaluate Condition Failed with error '{}'",
                    listener().namespace_, listener().id, condition, error.message()));
  }

  bool holds_now(const model::ConditionSpec& condition) {
    if (needs_) return false;
    ObservedExecution upstream{&observed()};
    if (reads_task_runs(condition)) {
      if (subject_.upstream == nullptr && !subject_.upstream_is_gone)
        return truth(expression::HostRequest{}, condition.type);
      for (size_t i = 0; subject_.upstream != nullptr && i < subject_.upstream->run_count(); ++i) {
        upstream.task_runs.push_back(&subject_.upstream->runs()[i]->run);
      }
    }
    return truth(
        holds(condition, {.names = names_, .environment = environment_, .observed = upstream, .listener = &listener()}),
        condition.type);
  }
  bool conditions_hold() {
    return std::ranges::all_of(plan_.conditions,
                               [this](const model::ConditionSpec* condition) { return holds_now(*condition); });
  }

  bool expression_holds(const model::DynamicSource& source, std::string_view what) {
    if (!source.is_set()) return true;
    Outcome rendered = source.value_template().render(names_, environment_);
    if (rendered.ok()) return expression::is_truthy(rendered.value());
    return truth(rendered, what);
  }
  bool when_holds() { return !needs_ && expression_holds(plan_.trigger->when, "when"); }

  std::vector<std::string> met_of(const ConditionSet& set) {
    std::vector<std::string> met;
    for (const auto& part : set.parts) {
      if (!needs_ && meets(part)) met.push_back(part.key);
    }
    return met;
  }
  bool meets(const ConditionSet::Part& part) {
    if (part.flow != nullptr) return meets(*part.flow);
    if (part.where != nullptr) return meets(*part.where);
    if (part.dependency != nullptr) return meets(*part.dependency) && expression_holds(part.dependency->when, "when");
    return holds_now(*part.condition);
  }
  template <class Source>
  bool meets(const Source& wanted) {
    const model::Execution& execution = observed();
    return (!wanted.namespace_ || *wanted.namespace_ == execution.flow->namespace_) &&
           (!wanted.flow_id || *wanted.flow_id == execution.flow->id) &&
           (wanted.states.empty() || std::ranges::find(wanted.states, subject_.event.state()) != wanted.states.end()) &&
           has_labels(execution, wanted.labels);
  }
  bool meets(const plugin::PreconditionWhere& where) {
    const auto one = [&](const PreconditionFilter& filter) { return meets(filter, where.id); };
    return where.operand == plugin::PreconditionOperand::and_ ? std::ranges::all_of(where.filters, one)
                                                              : std::ranges::any_of(where.filters, one);
  }
  bool meets(const PreconditionFilter& filter, const std::string& id) {
    if (needs_) return false;
    Outcome found = value_of(filter);
    if (!found.ok()) return truth(found, id);
    auto holds = compare(filter, found.value());
    if (!holds) warn(id, holds.error());
    return holds.value_or(false);
  }
  Outcome value_of(const PreconditionFilter& filter) {
    switch (filter.field) {
      case PreconditionField::flow_id: return Value::string(observed().flow->id);
      case PreconditionField::namespace_: return Value::string(observed().flow->namespace_);
      case PreconditionField::state: return Value::string(model::to_text(subject_.event.state()));
      case PreconditionField::expression: break;
    }
    return expression::Template::compile(filter.value.value_or(""))->render(names_, environment_);
  }

  void render() {
    for (const model::Label& label : plan_.trigger->labels) {
      if (needs_) return;
      Outcome rendered = expression::Template::compile(label.value)->render(names_, environment_);
      if (rendered.ok()) {
        judgement_.labels.push_back(
            {label.key, rendered.value().is_null() ? "" : expression::to_text(rendered.value())});
      } else if (rendered.asks_host()) {
        needs_ = rendered.needs();
      } else {
        judgement_.warnings.push_back(fmt::format("Failed to render label '{}', it will be omitted", label.key));
      }
    }
    if (needs_ || !plan_.trigger->inputs.is_set()) return;
    Outcome rendered = plan_.trigger->inputs.value_template().render(names_, environment_);
    if (rendered.asks_host()) {
      needs_ = rendered.needs();
    } else if (rendered.failed()) {
      judgement_.inputs = base::fail(rendered.error());
    } else {
      judgement_.inputs = std::move(rendered.value());
    }
  }

  const FlowTriggerPlan& plan_;
  const FlowEventSubject& subject_;
  const expression::Environment& environment_;
  FlowJudgement& judgement_;
  EventContext names_;
  std::optional<expression::HostRequest> needs_;
};

}  // namespace

Outcome judge_event(const FlowTriggerPlan& plan, const FlowEventSubject& subject,
                    const expression::Environment& environment, FlowJudgement& judgement) {
  return EventJudge(plan, subject, environment, judgement).run();
}

}  // namespace gyr::engine
