#include "engine/trigger/flow_trigger.h"

#include <fmt/format.h>

#include <algorithm>

#include "plugin_api/registry.h"
#include "syntax/json.h"

namespace gyr::engine {

using model::State;

namespace {

/// TRIG-110: executions are neither SKIPPED nor RESUBMITTED, which are left out.
constexpr State usual_states[] = {State::failed,    State::warning, State::success, State::killed,
                                  State::cancelled, State::retried, State::paused};

/// The text of the item of a list in the definition.
std::string content_of(const syntax::Node* list, size_t item) {
  if (list == nullptr || !list->is_sequence() || item >= list->items().size()) return std::to_string(item);
  return syntax::write_json(list->items()[item]->to_value());
}

ConditionSet set_of(const plugin::Preconditions& preconditions, const model::TriggerSpec& trigger,
                    const text::Zone& zone) {
  ConditionSet set;
  set.window_id = "preconditions " + preconditions.id;
  set.rule = window_rule(preconditions.time_window, zone);
  set.reset = preconditions.reset_on_success;
  const syntax::Node* node = trigger.node == nullptr ? nullptr : trigger.node->find("preconditions");
  const syntax::Node* flows = node == nullptr ? nullptr : node->find("flows");
  const syntax::Node* where = node == nullptr ? nullptr : node->find("where");
  for (size_t i = 0; i < preconditions.flows.size(); ++i) {
    set.parts.push_back({.key = "flow " + content_of(flows, i), .flow = &preconditions.flows[i]});
  }
  for (size_t i = 0; i < preconditions.where.size(); ++i) {
    set.parts.push_back({.key = "where " + content_of(where, i), .where = &preconditions.where[i]});
  }
  set.needed = set.parts.size();
  return set;
}

ConditionSet set_of(const plugin::FlowTrigger& properties, const model::TriggerSpec& trigger, const text::Zone& zone) {
  ConditionSet set;
  set.window_id = "dependsOn";
  set.rule = window_rule({}, zone);
  if (properties.window) {
    text::Zone own = zone;
    if (!properties.window->timezone.empty()) own = text::Zone::find(properties.window->timezone).value_or(zone);
    set.rule = window_rule(properties.window->time_window(), own);
    set.reset = properties.window->fire_once;
  }
  const syntax::Node* list = trigger.node == nullptr ? nullptr : trigger.node->find("dependsOn");
  for (size_t i = 0; i < properties.depends_on.size(); ++i) {
    set.parts.push_back({.key = content_of(list, i), .dependency = &properties.depends_on[i]});
  }
  set.needed = properties.mode == plugin::DependencyMode::all ? set.parts.size()
               : properties.mode == plugin::DependencyMode::any
                   ? 1
                   : static_cast<size_t>(properties.min_satisfied.value_or(1));
  return set;
}

ConditionSet set_of(const plugin::MultipleCondition& condition, const text::Zone& zone) {
  ConditionSet set;
  set.window_id = "condition " + condition.id;
  plugin::TimeWindow window = condition.time_window;
  if (condition.window) window.window = condition.window;
  if (condition.window_advance) window.window_advance = condition.window_advance;
  set.rule = window_rule(window, zone);
  set.reset = condition.reset_on_success;
  for (const auto& [name, part] : condition.conditions) {
    const std::string content = part.node == nullptr ? std::string() : syntax::write_json(part.node->to_value());
    set.parts.push_back({.key = name + " " + content, .condition = &part});
  }
  set.needed = set.parts.size();
  return set;
}

// ---- filters

using Sources = std::vector<EventFilter::Source>;

/// The restriction of a required condition on the flow, if it has one.
std::optional<EventFilter::Source> source_of(const model::ConditionSpec& condition) {
  const plugin::ConditionType* type = plugin::Registry::condition_type_of(condition);
  if (type == nullptr || type->restriction == nullptr) return std::nullopt;
  auto restriction = type->restriction(*condition.object);
  if (!restriction) return std::nullopt;
  return EventFilter::Source{std::move(restriction->namespace_), std::move(restriction->flow_id)};
}

EventFilter::Source source_of(const plugin::PreconditionWhere& where) {
  EventFilter::Source source;
  for (const plugin::PreconditionFilter& filter : where.filters) {
    const bool counts = filter.type == plugin::PreconditionOperator::equal_to &&
                        (where.operand == plugin::PreconditionOperand::and_ || where.filters.size() == 1);
    if (counts && filter.field == plugin::PreconditionField::flow_id) source.flow_id = filter.value;
    if (counts && filter.field == plugin::PreconditionField::namespace_) source.namespace_ = filter.value;
  }
  return source;
}

EventFilter::Source source_of(const ConditionSet::Part& part) {
  if (part.flow != nullptr) return {part.flow->namespace_, part.flow->flow_id};
  if (part.dependency != nullptr) return {part.dependency->namespace_, part.dependency->flow_id};
  if (part.where != nullptr) return source_of(*part.where);
  return source_of(*part.condition).value_or(EventFilter::Source{});
}

/// The trigger can only fire if a part of some set is met (TRIG-128); one matching condition is enough.
Sources sources_of(const FlowTriggerPlan& plan) {
  for (const model::ConditionSpec* condition : plan.conditions) {
    auto source = source_of(*condition);
    if (source && (source->namespace_ || source->flow_id)) return {*std::move(source)};
  }
  Sources sources;
  for (const ConditionSet& set : plan.sets) {
    for (const auto& part : set.parts) sources.push_back(source_of(part));
  }
  const bool of_all = sources.empty() || std::ranges::any_of(sources, [](const auto& source) {
                        return !source.namespace_ && !source.flow_id;
                      });
  if (of_all) return {EventFilter::Source{}};
  return sources;
}

}  // namespace

std::vector<std::string> ConditionSet::keys() const {
  std::vector<std::string> keys;
  keys.reserve(parts.size());
  for (const Part& part : parts) keys.push_back(part.key);
  return keys;
}

FlowTriggerPlan plan_of(const model::TriggerSpec& trigger, const text::Zone& server_zone) {
  const auto& properties = trigger.properties<plugin::FlowTrigger>();
  FlowTriggerPlan plan;
  plan.trigger = &trigger;
  plan.states = properties.states;
  if (plan.states.empty()) plan.states.assign(std::begin(usual_states), std::end(usual_states));
  for (const model::ConditionSpec& condition : trigger.conditions) {
    if (condition.is(plugin::multiple_condition_type)) {
      plan.sets.push_back(set_of(condition.properties<plugin::MultipleCondition>(), server_zone));
    } else {
      plan.conditions.push_back(&condition);
    }
  }
  if (properties.preconditions) plan.sets.push_back(set_of(*properties.preconditions, trigger, server_zone));
  if (!properties.depends_on.empty()) plan.sets.push_back(set_of(properties, trigger, server_zone));
  // One that asks for nothing always holds.
  std::erase_if(plan.sets, [](const ConditionSet& set) { return set.parts.empty(); });
  return plan;
}

EventFilter filter_of(const model::TriggerSpec& trigger) {
  const FlowTriggerPlan plan = plan_of(trigger, {});
  EventFilter filter;
  for (State state : plan.states) filter.states |= uint32_t{1} << static_cast<unsigned>(state);
  filter.sources = sources_of(plan);
  return filter;
}

bool FlowJudgement::concerns() const {
  return met.empty() || std::ranges::any_of(met, [](const auto& keys) { return !keys.empty(); });
}

}  // namespace gyr::engine
