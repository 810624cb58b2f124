// Polling and realtime triggers: when evaluations and listeners are sent to workers, and how their results are applied
// (TRIG-140 to TRIG-151).
#include <fmt/format.h>

#include <algorithm>

#include "engine/trigger/conditions.h"
#include "engine/trigger/start.h"
#include "engine/trigger/step.h"
#include "model/cron_dates.h"
#include "plugin_api/registry.h"

namespace gyr::engine::trigger {

using base::Duration;
using base::Value;
using model::TriggerKind;

namespace {

/// Doublings after which a pause is the longest one.
constexpr uint32_t max_doublings = 6;

Duration pause_after(uint32_t failed_starts) {
  const auto factor = static_cast<double>(1U << std::min(failed_starts, max_doublings));
  return std::min(base::scaled(min_pause, factor), max_pause);
}

}  // namespace

std::optional<Duration> Step::interval() const {
  const plugin::TriggerType& type = plugin::Registry::trigger_type_of(around_.spec);
  const auto given = type.interval == nullptr ? std::nullopt : type.interval(*around_.spec.object);
  if (!given) return std::nullopt;
  return std::clamp(*given, min_interval, max_interval);
}

void Step::pause(Duration length) { state_.next = present() + length; }

void Step::forget_evaluation() {
  state_.evaluating_since.reset();
  state_.evaluation = {};
  state_.worker_id.clear();
}

void Step::end_evaluation() {
  if (!state_.evaluating_since) return;
  effects_.ended_evaluation = state_.evaluation;
  forget_evaluation();
  if (!state_.next) state_.next = around_.now;  // a listener has no date while it runs
}

void Step::end_unwanted_evaluation() {
  if (!may_be_evaluated()) end_evaluation();
}

// ---- due

Value Step::variables_at(base::Instant date) const {
  date.nanos = 0;
  return Value::map(
      {{"date", Value::string(model::CronDates(model::Cron{}, around_.trigger_settings.zone).text_of(date))}});
}

Judged<bool> Step::conditions_hold(const Value& variables) {
  if (around_.spec.conditions.empty() && !around_.spec.when.is_set()) return true;
  const auto environment = environment_of(around_);
  const expression::ValueContext roots(roots_of(around_));
  const expression::OverlayContext names(roots, Value::map({{"trigger", own_names(around_.spec, variables)}}));
  auto hold = judged(all_hold(around_.spec.conditions, {.names = names,
                                                        .environment = environment,
                                                        .listener = around_.flow.key().get(),
                                                        .country = around_.trigger_settings.country}));
  if (!hold) return std::unexpected(std::move(hold.error()));
  if (!hold->as_boolean() || !around_.spec.when.is_set()) return hold->as_boolean();
  auto when = judged(around_.spec.when.value_template().render(names, environment));
  if (!when) return std::unexpected(std::move(when.error()));
  return expression::is_truthy(*when);
}

void Step::evaluate_due() {
  if (state_.evaluating_since || !may_be_evaluated() || !state_.next || *state_.next > around_.now ||
      waits_for_execution())
    return;
  if (state_.kind == TriggerKind::realtime) return begin_evaluation();
  const auto every = interval();
  if (!every) {
    log(model::LogLevel::error, "Trigger must have a non-empty 'interval' configuration.");  // TRIG-140
    state_.next.reset();
    return;
  }
  const auto hold = conditions_hold(variables_at(*state_.next));
  if (asked(hold)) return;
  if (hold && *hold) return begin_evaluation();
  state_.evaluated = around_.now;
  pause(*every);
  if (hold) {
    log(model::LogLevel::debug, "Not evaluated: its conditions do not hold");
  } else {
    const std::string why = std::get<base::Error>(hold.error()).message();
    log(model::LogLevel::error, fmt::format("Unable to evaluate the trigger '{}': {}", around_.spec.id, why));
    start_failed(around_.new_execution, why);
  }
}

void Step::begin_evaluation() {
  state_.evaluated = around_.now;
  state_.evaluating_since = around_.now;
  state_.evaluation = around_.new_execution;
  state_.worker_id.clear();
  const bool listens = state_.kind == TriggerKind::realtime;
  if (listens) state_.next.reset();
  base::MapBuilder roots(roots_of(around_));
  roots.set("trigger", own_names(around_.spec, {}));
  effects_.evaluate = Evaluation{state_.evaluation, listens, roots.build()};
}

// ---- what workers tell

void Step::apply(const EvaluationStarted& event) {
  if (is_running(event.evaluation)) state_.worker_id = event.worker_id;
}

void Step::apply(const EvaluationLost& event) {
  if (!state_.evaluating_since || (!event.evaluation.is_none() && !is_running(event.evaluation))) return;
  forget_evaluation();
  state_.next = around_.now + event.pause;
}

void Step::apply(const Evaluated& event) {
  if (!is_running(event.evaluation)) return;
  if (state_.kind == TriggerKind::realtime) return listener_ended(event);
  evaluated_to(event);
}

void Step::evaluation_failed(base::Id evaluation, std::string_view message) {
  log(model::LogLevel::warn, fmt::format("Trigger evaluation failed in the worker with error: {}", message));
  start_failed(evaluation, message);
}

void Step::start_failed(base::Id id, std::string_view reason) {
  if (!around_.spec.fail_on_trigger_error && state_.kind == TriggerKind::polling) return;
  std::vector<LogLine> lines;
  auto start = failed_evaluation(around_, id, std::string(reason), lines);
  if (asked(start)) return;
  for (LogLine& line : lines) log(line.level, std::move(line.message));
  if (!start) return log(model::LogLevel::error, std::get<base::Error>(start.error()).message());
  state_.last_triggered = around_.now;
  effects_.start = *std::move(start);
}

void Step::evaluated_to(const Evaluated& event) {
  forget_evaluation();
  pause(interval().value_or(max_interval));  // as it is now: it was there when the evaluation began
  if (!event.error.empty()) return evaluation_failed(event.evaluation, event.error);
  if (!event.variables) return;
  std::vector<LogLine> lines;
  const Value variables = event.variables->is_map() ? *event.variables : Value::empty_map();
  auto start = start_found(state_, around_, event.evaluation, variables, event.log_file, lines);
  if (asked(start)) return;
  if (!start) return evaluation_failed(event.evaluation, std::get<base::Error>(start.error()).message());
  for (LogLine& line : lines) log(line.level, std::move(line.message));
  if (start->failure.empty() && !around_.spec.allow_concurrent) state_.execution_id = start->id;
  state_.last_triggered = around_.now;
  effects_.start = *std::move(start);
}

void Step::listener_ended(const Evaluated& event) {
  // A listener that has run for a long time restarts as if it had never failed.
  if (event.was_listening && *state_.evaluating_since + max_pause <= around_.now) state_.failed_starts = 0;
  pause(pause_after(state_.failed_starts));
  state_.failed_starts = std::min(state_.failed_starts + 1, max_doublings);
  forget_evaluation();
  if (!event.was_listening) {
    return evaluation_failed(event.evaluation,
                             event.error.empty() ? "the listener ended before it was ready" : event.error);
  }
  if (event.error.empty()) return log(model::LogLevel::info, "The listener has ended and is restarted");
  log(model::LogLevel::warn, fmt::format("The listener failed and is restarted: {}", event.error));
}

void Step::apply(const EventHeard& event) {
  if (state_.kind != TriggerKind::realtime || !is_running(event.evaluation)) {
    return refuse(stale_evaluation, "the listener was stopped; the event remains at its source");
  }
  const Value variables = event.variables.is_map() ? event.variables : Value::empty_map();
  base::MapBuilder dated(variables_at(around_.now));
  for (const auto& entry : variables.entries()) dated.set(entry.key, entry.value);
  const auto hold = conditions_hold(dated.build());
  if (asked(hold)) return;
  if (!hold) {
    const std::string why = std::get<base::Error>(hold.error()).message();
    log(model::LogLevel::error, fmt::format("Unable to evaluate the conditions for an event: {}", why));
    return start_failed(around_.new_execution, why);
  }
  if (!*hold) return log(model::LogLevel::debug, "Skipped an event: its conditions do not hold");
  std::vector<LogLine> lines;
  auto start = start_found(state_, around_, around_.new_execution, variables, {}, lines);
  if (asked(start)) return;
  if (!start) return evaluation_failed(around_.new_execution, std::get<base::Error>(start.error()).message());
  for (LogLine& line : lines) log(line.level, std::move(line.message));
  state_.last_triggered = around_.now;
  effects_.start = *std::move(start);
}

}  // namespace gyr::engine::trigger
