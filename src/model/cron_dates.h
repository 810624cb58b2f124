// The dates of a cron expression on the clocks of a time zone (TRIG-46 to TRIG-49).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/instant.h"
#include "expression/dates/zone.h"
#include "model/cron.h"

namespace gyr::model {

/// Computes ticks: moments of whole seconds at which the zone's clocks show what the expression allows. Times that the
/// clocks leave out give no tick; times that come twice give two, but see next(). Immutable, safe on any thread; a call
/// costs some microseconds, one for an expression that never matches less than a millisecond.
class CronDates {
 public:
  CronDates(Cron cron, expression::Zone zone) : cron_(cron), zone_(std::move(zone)) {}

  const expression::Zone& zone() const { return zone_; }

  /// The first tick after a moment; none where none comes within 100 years. After a tick, one that only repeats a time
  /// the clocks have shown before is left out where the tick behind it is two hours later or more (TRIG-48).
  std::optional<base::Instant> next(base::Instant after) const;
  /// The last tick before a moment, repetitions counted; none where there was none for 100 years.
  std::optional<base::Instant> previous(base::Instant before) const;
  /// What is shown as the tick before a moment (`trigger.previous`, `gyr cron next --previous`): the same, except that
  /// ticks in an hour whose beginning the clocks leave out are passed over, as in the reference, when the search comes
  /// from another hour and the expression does not allow the hour behind (CRON-196: Lord Howe, 2:30 in October).
  std::optional<base::Instant> shown_previous(base::Instant before) const;
  bool is_tick(base::Instant moment) const;

  /// `2024-03-11T09:00:00-04:00`, or `Z`, as triggers show it (TRIG-55).
  std::string text_of(base::Instant tick) const;

 private:
  std::optional<int64_t> first_from(int64_t second) const;
  std::optional<int64_t> last_until(int64_t second) const;
  bool is_passed_over(base::Instant tick, base::Instant before) const;

  Cron cron_;
  expression::Zone zone_;
};

}  // namespace gyr::model
