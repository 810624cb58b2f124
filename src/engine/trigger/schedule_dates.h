// The dates of a schedule, from a cron expression or a list, and the dates at which its conditions are true (TRIG-46 to
// TRIG-54, TRIG-83).
#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/instant.h"
#include "expression/context.h"
#include "expression/template.h"
#include "model/cron_dates.h"
#include "model/input_resolution.h"
#include "model/trigger.h"

namespace gyr::engine::trigger {

/// Why an evaluation stopped: an error, or a question to the host. With its answer, the evaluation starts again.
using Question = model::InputNeed;  ///< `part` is empty outside of inputs
using Stop = std::variant<base::Error, Question>;
template <class T>
using Judged = std::expected<T, Stop>;

/// A value, or the reason why its rendering stopped. A value that is not in memory is an error, because nothing waits
/// for it here.
Judged<base::Value> judged(expression::Outcome outcome);

/// All dates of a schedule, without conditions. Immutable, thread-safe. Dates are whole seconds.
class ScheduleDates {
 public:
  explicit ScheduleDates(model::CronDates cron) : dates_(std::move(cron)) {}
  /// The dates can be in any order, with duplicates and fractions of seconds (TRIG-83).
  ScheduleDates(std::vector<base::Instant> dates, text::Zone zone);

  std::optional<base::Instant> next(base::Instant after) const;
  std::optional<base::Instant> previous(base::Instant before) const;
  /// For `trigger.previous`: model::CronDates::shown_previous.
  std::optional<base::Instant> shown_previous(base::Instant before) const;
  /// The first date of the series that is not before `moment`; local times that repeat are skipped (TRIG-48).
  std::optional<base::Instant> first_from(base::Instant moment) const;
  const text::Zone& zone() const;
  /// With the offset of the zone (TRIG-50).
  std::string text_of(base::Instant date) const;

 private:
  struct Listed {
    std::vector<base::Instant> dates;  // ascending
    text::Zone zone;
  };
  std::variant<model::CronDates, Listed> dates_;
};

/// The dates at which conditions on dates are true (TRIG-51, TRIG-52). Checks a limited number of dates per call. All
/// arguments must outlive it. Not thread-safe.
class DateSearch {
 public:
  /// `names`: the roots of expressions besides `trigger` and `schedule`.
  DateSearch(const ScheduleDates& dates, std::vector<const model::ConditionSpec*> conditions,
             const expression::Context& names, const expression::Environment& environment,
             const model::FlowKey& listener, std::string country);

  /// The date to evaluate next after `after`: the first later date at which the conditions on dates are true or cannot
  /// be evaluated. If there is none within 10 years or among the dates that a call checks, a plain date: it is then
  /// evaluated as false and skipped.
  Judged<std::optional<base::Instant>> next(base::Instant after) const;
  /// The same, including `moment`.
  Judged<std::optional<base::Instant>> first_from(base::Instant moment) const;
  /// For `trigger.next` and `trigger.previous`; nothing if no date is found.
  Judged<std::optional<base::Instant>> shown_next(base::Instant after) const;
  Judged<std::optional<base::Instant>> shown_previous(base::Instant before) const;
  /// The last date before `before` at which the conditions on dates are true.
  Judged<std::optional<base::Instant>> previous(base::Instant before) const;
  /// Whether all conditions are true at this date, including those on events.
  Judged<bool> holds(base::Instant date) const;
  /// `{date, next, previous}` with the previous and next date of the plain series (TRIG-50).
  base::Value variables(base::Instant date) const;
  const ScheduleDates& dates() const { return dates_; }

 private:
  struct Found {
    std::optional<base::Instant> date;
    std::optional<base::Instant> stopped_at;  ///< set if too many dates were checked
  };
  std::optional<base::Instant> plain_next(base::Instant after) const;
  Judged<Found> search(std::optional<base::Instant> candidate, bool forward) const;
  /// Nothing: the condition is true or cannot be evaluated. Otherwise the minimum distance of the next candidate.
  Judged<std::optional<base::Instant>> passed_over(base::Instant date, bool forward) const;
  expression::Outcome judge(const model::ConditionSpec& condition, base::Instant date) const;

  const ScheduleDates& dates_;
  std::vector<const model::ConditionSpec*> conditions_;
  bool any_on_dates_ = false;
  const expression::Context& names_;
  const expression::Environment& environment_;
  const model::FlowKey& listener_;
  std::string country_;
  /// The last requested date and its successor: an execution uses it, then the trigger moves to it.
  mutable std::optional<std::pair<base::Instant, std::optional<base::Instant>>> last_next_;
};

/// The maximum number of dates that one search checks: some ten milliseconds.
inline constexpr size_t max_candidates = 5'000;

}  // namespace gyr::engine::trigger
