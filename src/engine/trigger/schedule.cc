// Dates that are due, missed, late or still to be computed (TRIG-52 to TRIG-65, TRIG-83 to TRIG-85).
#include <fmt/format.h>

#include "engine/trigger/start.h"
#include "engine/trigger/step.h"
#include "model/flow.h"
#include "plugin_api/render.h"
#include "plugin_api/schedule_trigger.h"
#include "syntax/time.h"

namespace gyr::engine::trigger {

using base::Instant;
using base::Value;
using model::DateTask;
using plugin::RecoverMissedSchedules;

namespace {

constexpr base::Duration one_nano = base::Duration::of_nanos(1);

template <class T>
Judged<T> rendered(const model::Dynamic<T>& property, const expression::Context& names,
                   const expression::Environment& environment) {
  auto value = judged(property.value_template().render(names, environment));
  if (!value) return std::unexpected(std::move(value.error()));
  auto converted = plugin::detail::Convert<T>::from(*value);
  if (!converted) return std::unexpected(Stop(converted.error()));
  return converted->value_or(T{});
}

/// A date of a list. Without an offset it is on the clocks of the zone.
Judged<Instant> read_date(const std::string& text, const text::Zone& zone) {
  auto parsed = syntax::parse_date_time(text);
  auto own = parsed && !parsed->zone.empty() ? text::Zone::find(parsed->zone) : base::Result<text::Zone>(zone);
  if (!parsed || !own) {
    return std::unexpected(
        Stop(base::Error(wrong_dates, fmt::format("'{}' is not a date-time such as 2030-01-01T09:00:00Z", text))));
  }
  if (parsed->offset_seconds)
    return Instant{.seconds = parsed->seconds - *parsed->offset_seconds, .nanos = parsed->nanos};
  return Instant{.seconds = own->from_local(parsed->seconds), .nanos = parsed->nanos};
}

/// Hands a stop on.
template <class T>
std::unexpected<Stop> hand_on(Judged<T>& judged) {
  return std::unexpected(std::move(judged.error()));
}

}  // namespace

Judged<ScheduleDates> Step::read_dates() const {
  if (around_.spec.is(plugin::schedule_type)) {
    const auto& schedule = around_.spec.properties<plugin::ScheduleTrigger>();
    auto cron = model::parse_cron(schedule.cron, schedule.with_seconds);
    if (!cron) return std::unexpected(Stop(cron.error()));
    if (schedule.timezone.empty()) return ScheduleDates(model::CronDates(*cron, around_.trigger_settings.zone));
    auto zone = text::Zone::find(schedule.timezone);
    if (!zone) return std::unexpected(Stop(zone.error()));
    return ScheduleDates(model::CronDates(*cron, *std::move(zone)));
  }
  const auto& listed = around_.spec.properties<plugin::ScheduleOnDatesTrigger>();
  text::Zone zone = around_.trigger_settings.zone;
  if (listed.timezone.is_set()) {
    auto name = rendered(listed.timezone, names_, environment_);
    if (!name) return hand_on(name);
    if (!name->empty()) {
      auto found = text::Zone::find(*name);
      if (!found) return std::unexpected(Stop(found.error()));
      zone = *std::move(found);
    }
  }
  std::vector<Instant> dates;
  if (listed.dates.is_set()) {
    auto texts = rendered(listed.dates, names_, environment_);
    if (!texts) return hand_on(texts);
    for (const std::string& text : *texts) {
      auto date = read_date(text, zone);
      if (!date) return hand_on(date);
      dates.push_back(*date);
    }
  }
  return ScheduleDates(std::move(dates), std::move(zone));
}

const DateSearch* Step::search() {
  if (search_) return &*search_;
  environment_ = environment_of(around_);
  names_ = expression::ValueContext(roots_of(around_));
  auto dates = read_dates();
  if (!dates) {
    stopped(std::move(dates.error()));
    return nullptr;
  }
  dates_ = *std::move(dates);
  std::vector<const model::ConditionSpec*> conditions;
  for (const auto& condition : around_.spec.conditions) conditions.push_back(&condition);
  if (around_.spec.is(plugin::schedule_type)) {
    for (const auto& condition : around_.spec.properties<plugin::ScheduleTrigger>().schedule_conditions)
      conditions.push_back(&condition);
  }
  search_.emplace(*dates_, std::move(conditions), names_, environment_, *around_.flow.key(),
                  around_.trigger_settings.country);
  return &*search_;
}

void Step::skipped(Instant from, Instant until, std::string_view why) {
  log(model::LogLevel::info, fmt::format("Skipped the dates from '{}' up to before '{}': {}", dates_->text_of(from),
                                         dates_->text_of(until), why));
}

// ---- dates that are still to be computed

namespace {

bool is_recovery(DateTask task) {
  return task == DateTask::recover || task == DateTask::recover_all || task == DateTask::recover_last ||
         task == DateTask::recover_none;
}

}  // namespace

void Step::settle() {
  if (state_.pending.task == DateTask::none || !is_schedule()) return;
  if (is_recovery(state_.pending.task) && !has_missed(state_.pending.since)) {
    state_.pending = {};  // the way of most executions that end: their dates need not be made ready
    return;
  }
  if (state_.pending.task == DateTask::recover_all) return;  // they run one after another, whatever the policy says
  if (search() == nullptr) return;
  const Instant since = state_.pending.since;
  Judged<void> done;
  switch (state_.pending.task) {
    case DateTask::none: return;
    case DateTask::first: done = settle_first(since); break;
    case DateTask::recover: done = recover(since, policy()); break;
    case DateTask::recover_all: return;
    case DateTask::recover_last: done = recover(since, RecoverMissedSchedules::last); break;
    case DateTask::recover_none: done = recover(since, RecoverMissedSchedules::none); break;
    case DateTask::backfill: done = settle_backfill(); break;
  }
  if (!done) return stopped(std::move(done.error()));
  state_.pending = {};
}

Judged<void> Step::settle_first(Instant since) {
  auto first = search_->next(state_.evaluated ? std::max(since, *state_.evaluated) : since);
  if (!first) return hand_on(first);
  state_.next = *first;
  return {};
}

RecoverMissedSchedules Step::policy() const {
  const auto own = around_.spec.is(plugin::schedule_type)
                       ? around_.spec.properties<plugin::ScheduleTrigger>().recover_missed_schedules
                       : around_.spec.properties<plugin::ScheduleOnDatesTrigger>().recover_missed_schedules;
  if (own) return *own;
  const auto configured = around_.trigger_settings.recover.find(around_.spec.type);
  return configured == around_.trigger_settings.recover.end() ? RecoverMissedSchedules::all : configured->second;
}

model::DateTask recovery_by(RecoverMissedSchedules policy) {
  switch (policy) {
    case RecoverMissedSchedules::all: return DateTask::recover_all;
    case RecoverMissedSchedules::last: return DateTask::recover_last;
    case RecoverMissedSchedules::none: return DateTask::recover_none;
  }
  return DateTask::recover;
}

Judged<void> Step::recover(Instant since, RecoverMissedSchedules policy) {
  if (!has_missed(since)) return {};
  switch (policy) {
    case RecoverMissedSchedules::all: return {};
    case RecoverMissedSchedules::last: {
      auto last = search_->previous(since + one_nano);
      if (!last) return hand_on(last);
      if (*last && **last > *state_.next) {
        skipped(*state_.next, **last, "recoverMissedSchedules is LAST");
        state_.next = **last;
      }
      return {};
    }
    case RecoverMissedSchedules::none: {
      auto next = search_->next(state_.evaluated ? std::max(since, *state_.evaluated) : since);
      if (!next) return hand_on(next);
      if (*next) {
        skipped(*state_.next, **next, "recoverMissedSchedules is NONE");
      } else {
        log(model::LogLevel::info,
            fmt::format("Skipped the dates from '{}' on, no date is left: recoverMissedSchedules is NONE",
                        dates_->text_of(*state_.next)));
      }
      state_.next = *next;
      return {};
    }
  }
  return {};
}

void Step::recover_at_takeover() {
  // Nothing has touched the state since this owner took it over, and it was due a while before.
  if (!is_schedule() || state_.pending.task != DateTask::none || state_.backfill || !state_.next) return;
  if (state_.updated >= around_.life_began) return;
  if (*state_.next + missed_after >= around_.life_began) return;
  state_.pending = {DateTask::recover, around_.life_began};
}

// ---- a date that is due

void Step::fire_due() {
  settle();
  if (effects_.question || effects_.gone || must_compute()) return;
  for (size_t looked_at = 0; looked_at < max_dates_a_step; ++looked_at) {
    if (!may_be_evaluated() || !state_.next || *state_.next > around_.now) return;
    if (!state_.execution_id.is_none() && !around_.spec.allow_concurrent) return;  // waits for its end
    if (search() == nullptr) return;
    const TriggerState before = state_;
    auto goes_on = fire();
    if (!goes_on) {
      if (looked_at > 0 && std::holds_alternative<Question>(goes_on.error())) {
        state_ = before;  // asked when it is due the next time, which is at once
        return;
      }
      return stopped(std::move(goes_on.error()));
    }
    if (!*goes_on) return;
  }
}

Judged<bool> Step::drop_late() {
  if (state_.backfill || !around_.spec.is(plugin::schedule_type)) return true;
  const auto& delay = around_.spec.properties<plugin::ScheduleTrigger>().late_maximum_delay;
  if (!delay || *state_.next + *delay >= around_.now) return true;
  const Instant late = *state_.next;
  auto next = search_->first_from(around_.now - *delay);
  if (!next) return hand_on(next);
  if (*next) {
    skipped(late, **next, fmt::format("they are later than lateMaximumDelay {}", syntax::format_duration(*delay)));
  } else {
    log(model::LogLevel::info, fmt::format("Skipped the date '{}', the last one: it is later than lateMaximumDelay {}",
                                           dates_->text_of(late), syntax::format_duration(*delay)));
  }
  state_.next = *next;
  return *next && **next <= around_.now;
}

Judged<bool> Step::conditions_hold(Instant date) {
  auto holds = search_->holds(date);
  if (!holds || !*holds || !around_.spec.when.is_set()) return holds;
  const Value map = search_->variables(date);
  const expression::OverlayContext names(names_, Value::map({{"trigger", map}, {"schedule", map}}));
  auto value = judged(around_.spec.when.value_template().render(names, environment_));
  if (!value) return hand_on(value);
  return expression::is_truthy(*value);
}

Judged<void> Step::move_on(Instant date) {
  state_.evaluated = date;
  if (state_.backfill) return move_backfill_on(date);
  auto next = search_->next(date);
  if (!next) return hand_on(next);
  state_.next = *next;
  return {};
}

void Step::fail_at(Instant date, const base::Error& error) {
  log(model::LogLevel::error, fmt::format("Unable to evaluate the trigger '{}': {}", around_.spec.id, error.message()));
  effects_.start = failed_start(around_, error.message());
  state_.last_triggered = around_.now;
  state_.evaluated = date;
  // The next plain date after now, so that the error shows once a date (TRIG-53).
  if (state_.backfill) {
    const auto next = search_->dates().next(date);
    if (!next || *next > state_.backfill->end) return end_backfill();
    state_.backfill->current = *next;
    state_.next = *next;
    return;
  }
  state_.next = search_->dates().next(present());
}

Judged<bool> Step::fire() {
  auto in_time = drop_late();
  if (!in_time) return hand_on(in_time);
  if (!*in_time) return false;
  const Instant date = *state_.next;
  auto holds = conditions_hold(date);
  if (!holds) {
    if (std::holds_alternative<Question>(holds.error())) return hand_on(holds);
    fail_at(date, std::get<base::Error>(holds.error()));
    return false;
  }
  if (!*holds) {
    log(model::LogLevel::debug,
        fmt::format("Skipped the date '{}': its conditions do not hold", dates_->text_of(date)));
    auto moved = move_on(date);
    if (!moved) return hand_on(moved);
    return true;
  }
  auto started = start_execution(date);
  if (!started) return hand_on(started);
  return false;
}

Judged<void> Step::start_execution(Instant date) {
  base::MapBuilder variables;
  if (around_.spec.is(plugin::schedule_type)) {
    auto next = search_->shown_next(date), previous = search_->shown_previous(date);
    if (!next) return hand_on(next);
    if (!previous) return hand_on(previous);
    variables.set("date", Value::string(dates_->text_of(date)));
    if (*next) variables.set("next", Value::string(dates_->text_of(**next)));
    if (*previous) variables.set("previous", Value::string(dates_->text_of(**previous)));
  }
  std::vector<LogLine> lines;
  auto start = start_at(state_, around_, date, variables.build(), lines);
  if (!start) return hand_on(start);
  for (LogLine& line : lines) log(line.level, std::move(line.message));
  if (start->failure.empty()) {
    log(model::LogLevel::info, fmt::format("Scheduled execution {} at '{}' started at '{}'", start->id.to_text(),
                                           dates_->text_of(date), syntax::format_instant(around_.now)));
    if (!around_.spec.allow_concurrent) state_.execution_id = start->id;
  }
  state_.last_triggered = around_.now;
  effects_.start = *std::move(start);
  return move_on(date);
}

}  // namespace gyr::engine::trigger
