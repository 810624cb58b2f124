// The dates of a cron expression on the clocks of a time zone (TRIG-46 to TRIG-49).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/instant.h"
#include "model/cron.h"
#include "text/zone.h"

namespace gyr::model {

/// Computes ticks: moments of whole seconds at which the local time of the zone matches the expression. Local times
/// that are skipped give no tick; local times that occur twice give two, but see next(). Immutable, safe on any thread.
/// A call takes some microseconds, less than a millisecond for an expression that never matches.
class CronDates {
 public:
  CronDates(Cron cron, text::Zone zone) : cron_(cron), zone_(std::move(zone)) {}

  const text::Zone& zone() const { return zone_; }

  /// The first tick after a moment; nothing if there is none within 100 years. If `after` is a tick, a tick that
  /// repeats a local time is skipped if the tick after it is two hours later or more (TRIG-48).
  std::optional<base::Instant> next(base::Instant after) const;
  /// The last tick before a moment, including repetitions; nothing if there is none within 100 years.
  std::optional<base::Instant> previous(base::Instant before) const;
  /// The tick before a moment as it is shown (`trigger.previous`, `gyr cron next --previous`). Like previous(), except
  /// that, as in the reference, ticks in an hour whose beginning is skipped are left out if the search comes from
  /// another hour and the expression does not allow the hour after it (CRON-196: Lord Howe, 2:30 in October).
  std::optional<base::Instant> shown_previous(base::Instant before) const;
  bool is_tick(base::Instant moment) const;

  /// `2024-03-11T09:00:00-04:00`, or `Z`, as triggers show it (TRIG-55).
  std::string text_of(base::Instant tick) const;

 private:
  std::optional<int64_t> first_from(int64_t second) const;
  std::optional<int64_t> last_until(int64_t second) const;
  bool is_passed_over(base::Instant tick, base::Instant before) const;

  Cron cron_;
  text::Zone zone_;
};

}  // namespace gyr::model
