#include "executor/part/flow_events.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "base/probe.h"
#include "executor/flow_trigger_evaluation.h"
#include "executor/turn.h"
#include "model/flow.h"
#include "model/labels.h"

namespace gyr::executor {

using base::Value;

namespace {

/// Windows stay this long behind their end, for events that come late.
constexpr base::Duration late_events = base::Duration::of_seconds(60);

}  // namespace

// ---- telling

void FlowEvents::notify(const engine::ExecutionState& state, size_t changes_before, size_t runs_before) {
  const FlowListeners& listeners = turn_.services.flows.listeners();
  const model::Execution& execution = state.execution();
  if (listeners.empty() || execution.state.changes().size() == changes_before) return;
  if (execution.kind != model::ExecutionKind::normal) return;  // tests and the like start nothing
  for (size_t place : engine::told_changes(execution.state, changes_before, state.run_count() != runs_before)) {
    const auto flows = listeners.of(*execution.flow, execution.state.changes()[place].state);
    if (flows.empty()) continue;
    const FlowEventMessage message{engine::flow_event(state, place)};
    for (const auto& flow : flows) turn_.send(flow, {}, message);
  }
}

void FlowEvents::notify_of_end(const model::Execution& execution) {
  const FlowListeners& listeners = turn_.services.flows.listeners();
  if (listeners.empty() || execution.kind != model::ExecutionKind::normal) return;
  const FlowEventMessage message{engine::flow_event(execution, execution.state.changes().size() - 1)};
  for (const auto& flow : listeners.of(*execution.flow, execution.state.current())) turn_.send(flow, {}, message);
}

// ---- listening

base::Result<void> FlowEvents::hear(const FlowTriggerEvaluation& judging, const JudgedTrigger& trigger) {
  const model::TriggerSpec& spec = *trigger.plan.trigger;
  const engine::FlowJudgement& judgement = trigger.judgement;
  for (const std::string& warning : judgement.warnings) warn(judging.flow()->key, spec, warning);
  if (!judgement.passes || !judgement.concerns()) return {};
  GYR_TRY(const std::optional<Value> outputs, gather(judging, trigger));
  if (!outputs) return {};
  if (trigger.inputs) {
    start(judging, trigger, *outputs);
    return {};
  }
  warn(judging.flow()->key, spec,
       fmt::format("Failed to trigger flow {}.{} for trigger {}, invalid inputs", judging.flow()->key->namespace_,
                   judging.flow()->key->id, spec.id));
  warn(judging.flow()->key, spec, trigger.inputs.error().message());
  return {};
}

base::Result<std::optional<Value>> FlowEvents::gather(const FlowTriggerEvaluation& judging,
                                                      const JudgedTrigger& trigger) {
  const engine::FlowEvent& event = judging.event();
  bool fires = true;
  Value outputs = event.execution.outputs.is_map() ? event.execution.outputs : Value::empty_map();
  std::vector<Window*> complete;
  for (size_t i = 0; i < trigger.plan.sets.size(); ++i) {
    const engine::ConditionSet& set = trigger.plan.sets[i];
    const auto window = engine::window_at(set.rule, event.at());
    if (!window) {
      fires = false;  // outside of the hours of the day that count
      continue;
    }
    GYR_TRY(Window * live,
            window_of(judging.flow()->key, trigger.plan.trigger->id, set.window_id, window->start, event.at()));
    const auto& met = trigger.judgement.met[i];
    live->state.note(set.rule, event.execution.id, event.at(), met, event.execution.outputs);
    if (!met.empty()) {
      live->expires = std::max(live->expires, window->ends);
      live->is_changed = true;
    }
    fires = fires && live->state.count_met(set.keys()) >= set.needed;
    outputs = base::deep_merge(live->state.outputs(), outputs);
    if (set.reset) complete.push_back(live);
  }
  if (!fires) return std::nullopt;
  if (!complete.empty()) GYR_PROBE("a window of a flow trigger is complete");
  for (Window* window : complete) window->is_gone = true;
  return outputs;
}

base::Result<FlowEvents::Window*> FlowEvents::window_of(const std::shared_ptr<const model::FlowKey>& flow,
                                                        const std::string& trigger, const std::string& id,
                                                        int64_t start, base::Instant moment) {
  auto [place, is_new] = windows_.try_emplace({*flow, trigger, id});
  std::deque<Window>& windows = place->second;
  if (is_new) {
    auto rows = turn_.reader().windows(*flow, trigger, id);
    if (!rows) {
      windows_.erase(place);
      return base::fail(rows.error());
    }
    for (const store::WindowRow& row : *rows) {
      Window& window = windows.emplace_back();
      window.flow = flow;
      window.start = row.start;
      window.expires = row.expires;
      window.is_stored = true;
      auto state = engine::WindowState::decode(row.record);
      if (!state)
        base::log::error("the window '{}' of trigger {} of {}.{} is damaged and is started again", id, trigger,
                         flow->namespace_, flow->id);
      if (state) window.state = *std::move(state);
    }
  }
  Window* found = nullptr;
  for (Window& window : windows) {
    if (window.is_gone) continue;
    if (window.start == start) {
      found = &window;
    } else if (window.expires + late_events < moment) {
      GYR_PROBE("a window of a flow trigger expires");
      window.is_gone = true;  // TRIG-129
    }
  }
  if (found != nullptr) return found;
  Window& window = windows.emplace_back();
  window.flow = flow;
  window.start = start;
  return &window;
}

void FlowEvents::start(const FlowTriggerEvaluation& judging, const JudgedTrigger& trigger, const Value& outputs) {
  const LoadedFlowPtr& flow = judging.flow();
  const engine::FlowEvent& event = judging.event();
  std::vector<model::Label> inherited;
  if (const std::string* correlation = model::find_label(event.execution.labels, model::correlation_label)) {
    inherited.push_back({std::string(model::correlation_label), *correlation});
  }
  model::Execution execution;
  execution.id = trigger.execution;
  execution.flow = flow->key;
  execution.revision = flow->revision;
  execution.inputs = *trigger.inputs;
  execution.labels = model::execution_labels(flow->compiled->flow().labels, inherited, trigger.judgement.labels,
                                             trigger.execution.to_text());
  execution.trigger = model::ExecutionTrigger{
      trigger.plan.trigger->id, trigger.plan.trigger->type, engine::flow_trigger_variables(event, outputs), {}};
  turn_.create(flow, std::move(execution), false, 0);
}

void FlowEvents::warn(const std::shared_ptr<const model::FlowKey>& flow, const model::TriggerSpec& trigger,
                      std::string message) {
  if (trigger.log_level && *trigger.log_level > model::LogLevel::warn) return;
  model::LogEntry line;
  line.flow = flow;
  line.trigger_id = trigger.id;
  line.timestamp = turn_.now();
  line.level = model::LogLevel::warn;
  line.thread = "executor";
  line.message = std::move(message);
  turn_.changes.bytes += line.message.size();
  turn_.changes.batch.logs.push_back(std::move(line));
}

void FlowEvents::collect(store::Batch& batch) {
  for (auto& [key, windows] : windows_) {
    const auto& [flow, trigger, id] = key;
    for (Window& window : windows) {
      if (window.is_gone) {
        if (window.is_stored) batch.deleted_windows.push_back({flow, trigger, id, window.start});
      } else if (window.is_changed) {
        batch.windows.push_back({window.flow, trigger, id, window.start, window.expires, window.state.encode()});
      }
    }
  }
}

void FlowEvents::forget() {
  evaluating_.clear();
  windows_.clear();
}

}  // namespace gyr::executor
