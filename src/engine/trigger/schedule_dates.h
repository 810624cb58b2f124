// The dates of a schedule, whether a cron expression or a list gives them, and those at which its conditions hold
// (TRIG-46 to TRIG-54, TRIG-83).
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

/// Why an evaluation could not be finished: an error, or a question to the host. With its answer it is begun anew.
using Question = model::InputNeed;  ///< `part` is empty outside of inputs
using Stop = std::variant<base::Error, Question>;
template <class T>
using Judged = std::expected<T, Stop>;

/// A value or what stopped its rendering. A value that is not in memory is an error: nothing waits for it here.
Judged<base::Value> judged(expression::Outcome outcome);

/// All dates of a schedule, conditions not regarded. Immutable; any thread. Dates are whole seconds.
class ScheduleDates {
 public:
  explicit ScheduleDates(model::CronDates cron) : dates_(std::move(cron)) {}
  /// In any order, doubles and fractions of seconds allowed (TRIG-83).
  ScheduleDates(std::vector<base::Instant> dates, expression::Zone zone);

  std::optional<base::Instant> next(base::Instant after) const;
  std::optional<base::Instant> previous(base::Instant before) const;
  /// For `trigger.previous`: model::CronDates::shown_previous.
  std::optional<base::Instant> shown_previous(base::Instant before) const;
  /// The first one that is not before `moment` and belongs to the series: no time that the clocks show again (TRIG-48).
  std::optional<base::Instant> first_from(base::Instant moment) const;
  const expression::Zone& zone() const;
  /// With the offset of the zone (TRIG-50).
  std::string text_of(base::Instant date) const;

 private:
  struct Listed {
    std::vector<base::Instant> dates;  // ascending
    expression::Zone zone;
  };
  std::variant<model::CronDates, Listed> dates_;
};

/// The dates at which conditions on dates hold (TRIG-51, TRIG-52). Looks at a bounded number of dates a call. Borrows
/// all it is given; one thread.
class DateSearch {
 public:
  /// `names`: roots of expressions besides `trigger` and `schedule`.
  DateSearch(const ScheduleDates& dates, std::vector<const model::ConditionSpec*> conditions,
             const expression::Context& names, const expression::Environment& environment,
             const model::FlowKey& listener, std::string country);

  /// The date to evaluate next after `after`: the first later one for which the conditions on dates hold, or cannot be
  /// judged. None within 10 years, or none among the dates a call looks at: a plain date, which is then found false and
  /// moved on from.
  Judged<std::optional<base::Instant>> next(base::Instant after) const;
  /// The same, `moment` included.
  Judged<std::optional<base::Instant>> first_from(base::Instant moment) const;
  /// For `trigger.next` and `trigger.previous`: none where none is found.
  Judged<std::optional<base::Instant>> shown_next(base::Instant after) const;
  Judged<std::optional<base::Instant>> shown_previous(base::Instant before) const;
  /// The last date before `before` at which the conditions on dates hold.
  Judged<std::optional<base::Instant>> previous(base::Instant before) const;
  /// Whether all conditions hold at this date, those on events included.
  Judged<bool> holds(base::Instant date) const;
  /// `{date, next, previous}` with the neighbours in the plain series (TRIG-50).
  base::Value variables(base::Instant date) const;
  const ScheduleDates& dates() const { return dates_; }

 private:
  struct Found {
    std::optional<base::Instant> date;
    std::optional<base::Instant> stopped_at;  ///< too many dates were looked at
  };
  std::optional<base::Instant> plain_next(base::Instant after) const;
  Judged<Found> search(std::optional<base::Instant> candidate, bool forward) const;
  /// Nothing: it holds, or cannot be judged. Else how far, at least, the next candidate is away.
  Judged<std::optional<base::Instant>> passed_over(base::Instant date, bool forward) const;
  expression::Outcome judge(const model::ConditionSpec& condition, base::Instant date) const;

  const ScheduleDates& dates_;
  std::vector<const model::ConditionSpec*> conditions_;
  bool any_on_dates_ = false;
  const expression::Context& names_;
  const expression::Environment& environment_;
  const model::FlowKey& listener_;
  std::string country_;
  /// The last date asked for and the one behind it: an execution shows it, then the trigger moves on to it.
  mutable std::optional<std::pair<base::Instant, std::optional<base::Instant>>> last_next_;
};

/// Dates that one search looks at, at most: some ten milliseconds.
inline constexpr size_t max_candidates = 5'000;

}  // namespace gyr::engine::trigger
