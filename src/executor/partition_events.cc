// Flow triggers: what the executions of this partition tell the flows that listen, and what its own flows make of what
// they are told (TRIG-110 to TRIG-137).
#include <fmt/format.h>

#include "base/log.h"
#include "base/probe.h"
#include "executor/flow_trigger_evaluation.h"
#include "executor/partition.h"
#include "executor/partition_pending.h"
#include "model/flow.h"
#include "model/labels.h"

namespace gyr::executor {

using base::Value;

namespace {

/// Windows stay this long behind their end, for events that come late.
constexpr base::Duration late_events = base::Duration::of_seconds(60);

}  // namespace

// ---- telling

void Partition::notify_flow_triggers(const engine::ExecutionState& state, size_t changes_before, size_t runs_before) {
  const FlowListeners& listeners = services_.flows.listeners();
  const model::Execution& execution = state.execution();
  if (listeners.empty() || execution.state.changes().size() == changes_before) return;
  if (execution.kind != model::ExecutionKind::normal) return;  // tests and the like start nothing
  for (size_t place : engine::told_changes(execution.state, changes_before, state.run_count() != runs_before)) {
    const auto flows = listeners.of(*execution.flow, execution.state.changes()[place].state);
    if (flows.empty()) continue;
    const FlowEventMessage message{engine::flow_event(state, place)};
    for (const auto& flow : flows) send(flow, {}, message);
  }
}

void Partition::notify_flow_triggers_of_end(const model::Execution& execution) {
  const FlowListeners& listeners = services_.flows.listeners();
  if (listeners.empty() || execution.kind != model::ExecutionKind::normal) return;
  const FlowEventMessage message{engine::flow_event(execution, execution.state.changes().size() - 1)};
  for (const auto& flow : listeners.of(*execution.flow, execution.state.current())) send(flow, {}, message);
}

// ---- listening

void Partition::apply_inbox(const store::InboxMessage& message, int64_t sequence, const FlowEventMessage& told) {
  if (evaluating_events_.contains(message.id)) {
    GYR_PROBE("an event comes again while it is evaluated");
    return;  // the row stays until it is judged
  }
  auto flow = services_.flows.get(*reader_, *message.flow, 0);
  if (!flow) return failed_to_read(flow.error(), told.event.execution.id);
  const LoadedFlowPtr& loaded = *flow;
  if (loaded == nullptr || loaded->deleted || loaded->disabled || loaded->compiled == nullptr)
    return applied(message, sequence);
  auto judging = std::make_shared<FlowTriggerEvaluation>(loaded, told.event, services_.settings, services_.inputs);
  evaluating_events_.insert(message.id);
  auto begun = judging->begin(*reader_, services_.flows, services_.triggers.zone, now(),
                              [this, message, sequence](std::shared_ptr<const FlowTriggerEvaluation> judged) {
                                push(FlowEventJudged{message, sequence, std::move(judged)});
                              });
  if (begun) return;
  evaluating_events_.erase(message.id);
  failed_to_read(begun.error(), told.event.execution.id);
}

void Partition::process(FlowEventJudged& message) {
  if (evaluating_events_.erase(message.origin.id) == 0) {
    GYR_PROBE("the evaluation of an event ends after it was rolled back");
    return;  // the row starts it anew
  }
  if (message.judging == nullptr) return applied(message.origin, message.sequence);
  const FlowTriggerEvaluation& judging = *message.judging;
  auto flow = services_.flows.get(*reader_, *message.origin.flow, 0);
  auto stay = [&](const base::Error& error) {
    evaluating_events_.insert(message.origin.id);
    failed_to_read(error, judging.event().execution.id);
  };
  if (!flow) return stay(flow.error());
  if (*flow == nullptr || (*flow)->revision != judging.flow()->revision) {
    // The flow was saved meanwhile: its new revision judges.
    GYR_PROBE("an event is evaluated again because its flow was saved");
    InboxHint again{message.origin, message.sequence};
    return process(again);
  }
  for (const JudgedTrigger& trigger : judging.triggers()) {
    if (auto heard = hear(judging, trigger); !heard) return abandon_batch(heard.error(), {});
  }
  applied(message.origin, message.sequence);
}

base::Result<void> Partition::hear(const FlowTriggerEvaluation& judging, const JudgedTrigger& trigger) {
  const model::TriggerSpec& spec = *trigger.plan.trigger;
  const engine::FlowJudgement& judgement = trigger.judgement;
  for (const std::string& warning : judgement.warnings) warn_of_trigger(judging.flow()->key, spec, warning);
  if (!judgement.passes || !judgement.concerns()) return {};
  GYR_TRY(const std::optional<Value> outputs, gather(judging, trigger));
  if (!outputs) return {};
  if (trigger.inputs) {
    start_by_flow_trigger(judging, trigger, *outputs);
    return {};
  }
  warn_of_trigger(judging.flow()->key, spec,
                  fmt::format("Failed to trigger flow {}.{} for trigger {}, invalid inputs",
                              judging.flow()->key->namespace_, judging.flow()->key->id, spec.id));
  warn_of_trigger(judging.flow()->key, spec, trigger.inputs.error().message());
  return {};
}

base::Result<std::optional<Value>> Partition::gather(const FlowTriggerEvaluation& judging,
                                                     const JudgedTrigger& trigger) {
  const engine::FlowEvent& event = judging.event();
  bool fires = true;
  Value outputs = event.execution.outputs.is_map() ? event.execution.outputs : Value::empty_map();
  std::vector<PendingWindow*> complete;
  for (size_t i = 0; i < trigger.plan.sets.size(); ++i) {
    const engine::ConditionSet& set = trigger.plan.sets[i];
    const auto window = engine::window_at(set.rule, event.at());
    if (!window) {
      fires = false;  // outside of the hours of the day that count
      continue;
    }
    GYR_TRY(PendingWindow * live,
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
  for (PendingWindow* window : complete) window->is_gone = true;
  return outputs;
}

base::Result<PendingWindow*> Partition::window_of(const std::shared_ptr<const model::FlowKey>& flow,
                                                  const std::string& trigger, const std::string& id, int64_t start,
                                                  base::Instant moment) {
  auto [place, is_new] = pending_->windows.try_emplace({*flow, trigger, id});
  std::deque<PendingWindow>& windows = place->second;
  if (is_new) {
    auto rows = reader_->windows(*flow, trigger, id);
    if (!rows) {
      pending_->windows.erase(place);
      return base::fail(rows.error());
    }
    for (const store::WindowRow& row : *rows) {
      PendingWindow& window = windows.emplace_back();
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
  PendingWindow* found = nullptr;
  for (PendingWindow& window : windows) {
    if (window.is_gone) continue;
    if (window.start == start) {
      found = &window;
    } else if (window.expires + late_events < moment) {
      GYR_PROBE("a window of a flow trigger expires");
      window.is_gone = true;  // TRIG-129
    }
  }
  if (found != nullptr) return found;
  PendingWindow& window = windows.emplace_back();
  window.flow = flow;
  window.start = start;
  return &window;
}

void Partition::start_by_flow_trigger(const FlowTriggerEvaluation& judging, const JudgedTrigger& trigger,
                                      const Value& outputs) {
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
  create(flow, std::move(execution), false, 0);
}

void Partition::warn_of_trigger(const std::shared_ptr<const model::FlowKey>& flow, const model::TriggerSpec& trigger,
                                std::string message) {
  if (trigger.log_level && *trigger.log_level > model::LogLevel::warn) return;
  model::LogEntry line;
  line.flow = flow;
  line.trigger_id = trigger.id;
  line.timestamp = now();
  line.level = model::LogLevel::warn;
  line.thread = "executor";
  line.message = std::move(message);
  pending_->bytes += line.message.size();
  pending_->batch.logs.push_back(std::move(line));
}

void Partition::collect_windows() {
  for (auto& [key, windows] : pending_->windows) {
    const auto& [flow, trigger, id] = key;
    for (PendingWindow& window : windows) {
      if (window.is_gone) {
        if (window.is_stored) pending_->batch.deleted_windows.push_back({flow, trigger, id, window.start});
      } else if (window.is_changed) {
        pending_->batch.windows.push_back(
            {window.flow, trigger, id, window.start, window.expires, window.state.encode()});
      }
    }
  }
}

}  // namespace gyr::executor
