// Days and dates of the proleptic Gregorian calendar.
#pragma once

#include <cstdint>

namespace gyr::syntax {

/// A day of the proleptic Gregorian calendar, without zone.
struct CivilDate {
  int64_t year = 1970;
  uint32_t month = 1;
  uint32_t day = 1;
  friend bool operator==(const CivilDate&, const CivilDate&) = default;
};

constexpr bool is_leap_year(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

/// Days of a month 1..12.
uint32_t days_in_month(int64_t year, uint32_t month);

/// Days since 1970-01-01 of a valid date with a year of at most nine digits.
int64_t days_from_civil(const CivilDate& date);

/// The date of a day; days further than the seconds of an int64 reach count as the last of them.
CivilDate civil_from_days(int64_t days);

}  // namespace gyr::syntax
