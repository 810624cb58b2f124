#include "engine/trigger/schedule_dates.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "engine/trigger/conditions.h"
#include "syntax/time.h"

namespace gyr::engine::trigger {

using base::Instant;
using base::Value;
using model::ConditionSpec;

namespace {

/// TRIG-52: so far ahead and back conditions are tried. 10 years of 366 days.
constexpr int64_t search_seconds = 10LL * 366 * 86'400;

Instant just_before(Instant moment) { return moment - base::Duration::of_nanos(1); }

/// The edge of the date's day, on the clocks of the zone: the last moment of it, or the first. Where the clocks change
/// that day it may be an hour short, never too far.
Instant edge_of_day(const text::Zone& zone, Instant date, bool forward) {
  constexpr int64_t day = 86'400;
  const auto segment = zone.segment_at(date.seconds);
  const int64_t local = date.seconds + segment.offset;
  const int64_t start = local - ((local % day) + day) % day - segment.offset;
  if (forward) return {.seconds = std::min(start + day, segment.end) - 1};
  return {.seconds = std::max(start, segment.begin)};
}

}  // namespace

Judged<Value> judged(expression::Outcome outcome) {
  if (outcome.ok()) return std::move(outcome.value());
  if (outcome.failed()) return std::unexpected(Stop(outcome.error()));
  if (outcome.needs().call.function.empty()) {
    return std::unexpected(
        Stop(base::Error(expression::limit_exceeded,
                         "the expression needs too many requests to the server, or one that is not available here")));
  }
  return std::unexpected(Stop(Question{{}, outcome.needs().call}));
}

// ---- all dates

ScheduleDates::ScheduleDates(std::vector<Instant> dates, text::Zone zone) : dates_(Listed{}) {
  for (Instant& date : dates) date.nanos = 0;
  std::ranges::sort(dates);
  const auto doubles = std::ranges::unique(dates);
  dates.erase(doubles.begin(), doubles.end());
  dates_ = Listed{std::move(dates), std::move(zone)};
}

std::optional<Instant> ScheduleDates::next(Instant after) const {
  if (const auto* cron = std::get_if<model::CronDates>(&dates_)) return cron->next(after);
  const auto& dates = std::get<Listed>(dates_).dates;
  const auto found = std::ranges::upper_bound(dates, after);
  return found == dates.end() ? std::nullopt : std::optional(*found);
}

std::optional<Instant> ScheduleDates::previous(Instant before) const {
  if (const auto* cron = std::get_if<model::CronDates>(&dates_)) return cron->previous(before);
  const auto& dates = std::get<Listed>(dates_).dates;
  const auto found = std::ranges::lower_bound(dates, before);
  return found == dates.begin() ? std::nullopt : std::optional(*std::prev(found));
}

std::optional<Instant> ScheduleDates::shown_previous(Instant before) const {
  if (const auto* cron = std::get_if<model::CronDates>(&dates_)) return cron->shown_previous(before);
  return previous(before);
}

std::optional<Instant> ScheduleDates::first_from(Instant moment) const {
  const auto found = next(just_before(moment));
  if (!found) return found;
  const auto before = previous(*found);
  if (!before) return found;
  const auto in_series = next(*before);  // later where `found` only repeats a time
  return in_series && *in_series >= *found ? in_series : found;
}

const text::Zone& ScheduleDates::zone() const {
  if (const auto* cron = std::get_if<model::CronDates>(&dates_)) return cron->zone();
  return std::get<Listed>(dates_).zone;
}

std::string ScheduleDates::text_of(Instant date) const { return model::CronDates(model::Cron{}, zone()).text_of(date); }

// ---- dates at which conditions hold

DateSearch::DateSearch(const ScheduleDates& dates, std::vector<const ConditionSpec*> conditions,
                       const expression::Context& names, const expression::Environment& environment,
                       const model::FlowKey& listener, std::string country)
    : dates_(dates),
      conditions_(std::move(conditions)),
      names_(names),
      environment_(environment),
      listener_(listener),
      country_(std::move(country)) {
  any_on_dates_ =
      std::ranges::any_of(conditions_, [](const ConditionSpec* condition) { return is_about_dates(*condition); });
}

Value DateSearch::variables(Instant date) const {
  base::MapBuilder map;
  map.set("date", Value::string(dates_.text_of(date)));
  if (auto next = dates_.next(date)) map.set("next", Value::string(dates_.text_of(*next)));
  if (auto previous = dates_.shown_previous(date)) map.set("previous", Value::string(dates_.text_of(*previous)));
  return map.build();
}

expression::Outcome DateSearch::judge(const ConditionSpec& condition, Instant date) const {
  const Value map = variables(date);
  const expression::OverlayContext names(names_, Value::map({{"trigger", map}, {"schedule", map}}));
  return engine::holds(condition,
                       {.names = names, .environment = environment_, .listener = &listener_, .country = country_});
}

Judged<bool> DateSearch::holds(Instant date) const {
  for (const ConditionSpec* condition : conditions_) {
    auto outcome = judged(judge(*condition, date));
    if (!outcome) return std::unexpected(std::move(outcome.error()));
    if (!outcome->as_boolean()) return false;
  }
  return true;
}

Judged<std::optional<Instant>> DateSearch::passed_over(Instant date, bool forward) const {
  for (const ConditionSpec* condition : conditions_) {
    if (!is_about_dates(*condition)) continue;
    auto outcome = judged(judge(*condition, date));
    if (!outcome && std::holds_alternative<base::Error>(outcome.error()))
      return std::nullopt;  // shows when the date is due (TRIG-53)
    if (!outcome) return std::unexpected(std::move(outcome.error()));
    if (outcome->as_boolean()) continue;
    return is_about_days(*condition) ? edge_of_day(dates_.zone(), date, forward) : date;
  }
  return std::nullopt;
}

Judged<DateSearch::Found> DateSearch::search(std::optional<Instant> candidate, bool forward) const {
  if (!candidate || !any_on_dates_) return Found{candidate, std::nullopt};
  const int64_t first = candidate->seconds;
  for (size_t looked_at = 0; candidate; ++looked_at) {
    if (std::abs(candidate->seconds - first) > search_seconds) return Found{};
    if (looked_at == max_candidates) return Found{std::nullopt, candidate};
    auto passed = passed_over(*candidate, forward);
    if (!passed) return std::unexpected(std::move(passed.error()));
    if (!*passed) return Found{candidate, std::nullopt};
    // From the date itself, not from the edge of its day, where that is the neighbour: a repeated time counts by its
    // series.
    if (forward) {
      candidate = **passed == *candidate ? dates_.next(*candidate)
                                         : dates_.first_from(**passed + base::Duration::of_seconds(1));
    } else {
      candidate = dates_.previous(**passed);
    }
  }
  return Found{};
}

std::optional<Instant> DateSearch::plain_next(Instant after) const {
  if (!last_next_ || last_next_->first != after) last_next_ = {after, dates_.next(after)};
  return last_next_->second;
}

Judged<std::optional<Instant>> DateSearch::next(Instant after) const {
  const auto plain = plain_next(after);
  auto found = search(plain, true);
  if (!found) return std::unexpected(std::move(found.error()));
  if (found->date) return found->date;
  return found->stopped_at ? found->stopped_at : plain;
}

Judged<std::optional<Instant>> DateSearch::first_from(Instant moment) const {
  const auto plain = dates_.first_from(moment);
  auto found = search(plain, true);
  if (!found) return std::unexpected(std::move(found.error()));
  if (found->date) return found->date;
  return found->stopped_at ? found->stopped_at : plain;
}

Judged<std::optional<Instant>> DateSearch::shown_next(Instant after) const {
  auto found = search(plain_next(after), true);
  if (!found) return std::unexpected(std::move(found.error()));
  return found->date;
}

Judged<std::optional<Instant>> DateSearch::shown_previous(Instant before) const {
  auto found = search(dates_.shown_previous(before), false);
  if (!found) return std::unexpected(std::move(found.error()));
  return found->date;
}

Judged<std::optional<Instant>> DateSearch::previous(Instant before) const {
  auto found = search(dates_.previous(before), false);
  if (!found) return std::unexpected(std::move(found.error()));
  return found->date;
}

}  // namespace gyr::engine::trigger
