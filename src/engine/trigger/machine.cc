#include "engine/trigger/machine.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/codec.h"
#include "base/hash.h"
#include "engine/trigger/step.h"

namespace gyr::engine::trigger {

using model::DateTask;
using model::TriggerKind;

std::optional<TriggerKind> kind_of(const model::TriggerSpec& spec, const plugin::Registry& registry) {
  switch (registry.type_of(spec).kind) {
    case plugin::TriggerKind::schedule: return TriggerKind::schedule;
    case plugin::TriggerKind::polling: return TriggerKind::polling;
    case plugin::TriggerKind::realtime: return TriggerKind::realtime;
    case plugin::TriggerKind::flow:
    case plugin::TriggerKind::webhook: return std::nullopt;
  }
  return std::nullopt;
}

uint64_t fingerprint_of(const model::TriggerSpec& spec) {
  // Stored, so it is the same in every build and version.
  return base::fnv1a(base::encode_value(spec.node->to_value()));
}

TriggerState new_state(std::shared_ptr<const model::FlowKey> flow, const model::TriggerSpec& spec, TriggerKind kind) {
  TriggerState state;
  state.flow = std::move(flow);
  state.trigger_id = spec.id;
  state.kind = kind;
  return state;
}

void Answers::add(Question question, base::Result<base::Value> answer) {
  expression::HostAnswer answered{std::move(question.call), std::move(answer)};
  if (question.part.empty()) {
    expressions.push_back(std::move(answered));
  } else {
    inputs.push_back({std::move(question.part), std::move(answered)});
  }
}

// ---- one event

bool Step::may_be_evaluated() const {
  return around_.trigger_settings.evaluated && !state_.disabled && !around_.spec.disabled && !around_.flow_disabled &&
         !(state_.backfill && state_.backfill->paused);
}

void Step::log(model::LogLevel level, std::string message) {
  if (around_.spec.log_level && level < *around_.spec.log_level) return;  // TRIG-13
  effects_.logs.push_back({level, std::move(message)});
}

void Step::stopped(Stop stop) {
  if (auto* question = std::get_if<Question>(&stop)) {
    effects_.question = std::move(*question);
    return;
  }
  log(model::LogLevel::error,
      fmt::format("Cannot compute the dates of the trigger: {}", std::get<base::Error>(stop).message()));
  if (state_.pending.task == DateTask::first) {
    effects_.gone = true;  // TRIG-85
    return;
  }
  state_.pending = {};
  state_.disabled = true;  // TRIG-192
}

std::optional<base::Instant> Step::wake() const {
  if (must_compute()) return state_.pending.since;
  if (!may_be_evaluated() || !state_.next || state_.evaluating_since) return std::nullopt;
  if (waits_for_execution()) return *state_.next + lock_check;
  return state_.next;
}

void Step::apply(const Defined& event) {
  const uint64_t fingerprint = fingerprint_of(around_.spec);
  if (!event.is_new && fingerprint == state_.fingerprint) {
    // The flow is evaluated again: the policy applies to the dates that were missed.
    if (event.was_flow_disabled && !around_.flow_disabled && is_schedule() && !state_.backfill) pend(DateTask::recover);
    return;
  }
  if (event.is_new) {
    state_.disabled = false;
    state_.created = around_.now;
  } else if (state_.disabled_in_flow != around_.spec.disabled) {
    state_.disabled = around_.spec.disabled;
  }
  state_.fingerprint = fingerprint;
  state_.disabled_in_flow = around_.spec.disabled;
  state_.stop_after = around_.spec.stop_after;
  state_.backfill.reset();  // TRIG-75
  if (is_schedule()) {
    state_.next.reset();
    pend(DateTask::first);
  } else {
    end_evaluation();
    state_.failed_starts = 0;
    state_.next = around_.now;  // TRIG-141
  }
}

void Step::apply(const Due&) {
  if (is_schedule()) return fire_due();
  evaluate_due();
}

void Step::apply(const ExecutionEnded& event) {
  if (event.state && !state_.disabled &&
      std::ranges::find(state_.stop_after, *event.state) != state_.stop_after.end()) {
    state_.disabled = true;  // TRIG-193
    log(model::LogLevel::info, fmt::format("The trigger is disabled by `stopAfter`: execution {} ended with state {}",
                                           event.id.to_text(), model::to_text(*event.state)));
  }
  if (state_.execution_id != event.id) return;
  state_.execution_id = {};
  // TRIG-62. Dates of a list simply follow one after another (TRIG-84).
  const bool runs_all = state_.pending.task == DateTask::recover_all && has_missed(state_.pending.since);
  if (is_schedule() && around_.spec.is(plugin::schedule_type) && !state_.backfill && !state_.disabled && !runs_all)
    pend(DateTask::recover);
}

void Step::apply(const SetDisabled& event) {
  if (state_.disabled == event.disabled) return;
  state_.disabled = event.disabled;
  if (!event.disabled && is_schedule() && !state_.backfill && (event.recover || state_.execution_id.is_none()))
    pend(event.recover ? recovery_by(*event.recover) : DateTask::recover);  // TRIG-241
}

void Step::apply(const Unlock&) {
  if (!state_.is_locked()) return refuse(not_locked, "Trigger is not locked");
  state_.execution_id = {};
  end_evaluation();
}

void Step::apply(const Restart&) {
  state_.evaluated.reset();
  end_evaluation();
  if (state_.kind != TriggerKind::realtime) return;
  state_.failed_starts = 0;
  state_.next = around_.now;
}

namespace {

bool differs(const std::optional<model::Backfill>& a, const std::optional<model::Backfill>& b) {
  if (!a || !b) return a.has_value() != b.has_value();
  return a->current != b->current || a->paused != b->paused || a->start != b->start || a->end != b->end;
}

bool differs(const TriggerState& a, const TriggerState& b) {
  return a.evaluated != b.evaluated || a.next != b.next || a.execution_id != b.execution_id ||
         a.last_triggered != b.last_triggered || a.evaluating_since != b.evaluating_since ||
         a.evaluation != b.evaluation || a.worker_id != b.worker_id || a.failed_starts != b.failed_starts ||
         a.disabled != b.disabled || a.wake_at != b.wake_at || a.pending.task != b.pending.task ||
         a.fingerprint != b.fingerprint || a.kind != b.kind || differs(a.backfill, b.backfill);
}

/// With the answer to a question; others have happened, whatever their date asks.
bool is_applied_again(const Event& event) {
  return std::holds_alternative<Due>(event) || std::holds_alternative<Evaluated>(event) ||
         std::holds_alternative<EventHeard>(event);
}

}  // namespace

Effects advance(TriggerState& state, const Event& event, const Surroundings& around) {
  Effects effects;
  TriggerState changed = state;
  Step step(changed, around, effects);
  // Saving a flow is not a take-over (TRIG-64).
  if (!std::holds_alternative<Defined>(event)) step.recover_at_takeover();
  std::visit([&](const auto& content) { step.apply(content); }, event);
  if (!effects.refused && !effects.question && !effects.gone) step.settle();
  if (effects.refused || (effects.question && is_applied_again(event))) {
    effects.start.reset();
    effects.evaluate.reset();
    effects.logs.clear();
    return effects;
  }
  // Any other event has happened, whatever its date asks: that is asked when it is due, which is at once.
  effects.question.reset();
  step.end_unwanted_evaluation();
  changed.wake_at = step.wake();
  effects.changed = differs(state, changed);
  if (!effects.changed) return effects;
  changed.updated = around.now;
  state = std::move(changed);
  return effects;
}

}  // namespace gyr::engine::trigger
