// A moment in the local time of one zone, and the fields of its date.
#pragma once

#include <cstdint>

#include "base/instant.h"
#include "syntax/calendar.h"
#include "text/zone.h"

namespace gyr::text {

/// A point of time with a zone (Java's ZonedDateTime).
struct Moment {
  int64_t seconds = 0;  ///< since the epoch
  uint32_t nanos = 0;
  int32_t offset = 0;
  Zone zone;

  static Moment at(base::Instant instant, const Zone& zone);
  /// What the zone's clocks show, counted as if in UTC.
  int64_t local_seconds() const { return seconds + offset; }
  int64_t local_day() const;
  /// Nanoseconds of the local day.
  int64_t nanos_of_day() const;
};

/// How a locale counts weeks.
struct WeekRule {
  uint32_t first_day = 1;  ///< 1 is Monday, 7 Sunday
  uint32_t min_days = 4;   ///< of the first week in the year
};
inline constexpr WeekRule iso_weeks{1, 4};

/// 1 Monday to 7 Sunday, of days since 1970-01-01.
uint32_t iso_day_of_week(int64_t day);
uint32_t day_of_year(int64_t day);
/// Position of a weekday in the week of this rule, from 1.
uint32_t localized_day_of_week(int64_t day, const WeekRule& rule);
uint32_t week_of_month(int64_t day, const WeekRule& rule);

/// A week and the year it counts for, which at the turn of the year need not be the date's own.
struct WeekOfYear {
  int64_t year = 0;
  uint32_t week = 0;
};
WeekOfYear week_of_year(int64_t day, const WeekRule& rule);
/// The day of a week-based date.
int64_t day_of_week_date(int64_t year, int64_t week, int64_t localized_day, const WeekRule& rule);

/// Moments further away than this are refused: years have at most nine digits, as in Java.
inline constexpr int64_t latest_second = 31'556'889'864'403'199;

}  // namespace gyr::text
