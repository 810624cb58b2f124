#include "syntax/calendar.h"

#include <algorithm>

namespace gyr::syntax {
namespace {

// Years are counted from March, so that the leap day is the last of its year; 400 such years make an era of fixed
// length.
constexpr int64_t days_per_era = 146'097;
constexpr int64_t days_to_epoch = 719'468;  // from 0000-03-01 to 1970-01-01
constexpr int64_t farthest_day = INT64_MAX / 86'400;

constexpr int64_t floor_divide(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

/// Days from 1 March to the first of the month that is `months` (0..11) after March.
constexpr int64_t days_before(int64_t months) { return (153 * months + 2) / 5; }

}  // namespace

uint32_t days_in_month(int64_t year, uint32_t month) {
  if (month == 2) return is_leap_year(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

int64_t days_from_civil(const CivilDate& date) {
  int64_t year = date.month <= 2 ? date.year - 1 : date.year;
  int64_t months = (date.month + 9) % 12;
  int64_t era = floor_divide(year, 400);
  int64_t year_of_era = year - era * 400;
  int64_t day_of_year = days_before(months) + date.day - 1;
  int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * days_per_era + day_of_era - days_to_epoch;
}

CivilDate civil_from_days(int64_t days) {
  days = std::clamp(days, -farthest_day - 1, farthest_day) + days_to_epoch;
  int64_t era = floor_divide(days, days_per_era);
  int64_t day_of_era = days - era * days_per_era;
  // Without the leap days seen so far, years have 365 days each.
  int64_t year_of_era = (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t months = (5 * day_of_year + 2) / 153;
  CivilDate date;
  date.day = static_cast<uint32_t>(day_of_year - days_before(months) + 1);
  date.month = static_cast<uint32_t>(months < 10 ? months + 3 : months - 9);
  date.year = year_of_era + era * 400 + (date.month <= 2 ? 1 : 0);
  return date;
}

}  // namespace gyr::syntax
