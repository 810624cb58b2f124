#include "text/moment.h"

namespace gyr::text {
namespace {

constexpr int64_t seconds_a_day = 86'400;

int64_t floor_divide(int64_t a, int64_t b) { return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0); }
int64_t floor_modulo(int64_t a, int64_t b) { return a - floor_divide(a, b) * b; }

/// Where the first week begins, as a shift that makes weeks countable (Java's WeekFields).
int64_t week_shift(int64_t day_number, int64_t localized_day, const WeekRule& rule) {
  int64_t week_start = floor_modulo(day_number - localized_day, 7);
  return week_start + 1 > static_cast<int64_t>(rule.min_days) ? 7 - week_start : -week_start;
}

int64_t week_number(int64_t shift, int64_t day_number) { return (7 + shift + (day_number - 1)) / 7; }

}  // namespace

Moment Moment::at(base::Instant instant, const Zone& zone) {
  Moment moment;
  moment.seconds = instant.seconds;
  moment.nanos = instant.nanos;
  moment.offset = zone.offset_at(instant.seconds);
  moment.zone = zone;
  return moment;
}

int64_t Moment::local_day() const { return floor_divide(local_seconds(), seconds_a_day); }

int64_t Moment::nanos_of_day() const {
  return floor_modulo(local_seconds(), seconds_a_day) * base::nanos_per_second + nanos;
}

uint32_t iso_day_of_week(int64_t day) {
  return static_cast<uint32_t>(floor_modulo(day + 3, 7)) + 1;  // 1970-01-01 was a Thursday
}

uint32_t day_of_year(int64_t day) {
  syntax::CivilDate date = syntax::civil_from_days(day);
  return static_cast<uint32_t>(day - syntax::days_from_civil({date.year, 1, 1})) + 1;
}

uint32_t localized_day_of_week(int64_t day, const WeekRule& rule) {
  int64_t iso = iso_day_of_week(day);
  return static_cast<uint32_t>(floor_modulo(iso - static_cast<int64_t>(rule.first_day), 7)) + 1;
}

uint32_t week_of_month(int64_t day, const WeekRule& rule) {
  int64_t of_month = syntax::civil_from_days(day).day;
  return static_cast<uint32_t>(week_number(week_shift(of_month, localized_day_of_week(day, rule), rule), of_month));
}

WeekOfYear week_of_year(int64_t day, const WeekRule& rule) {
  int64_t year = syntax::civil_from_days(day).year;
  int64_t of_year = day_of_year(day);
  int64_t shift = week_shift(of_year, localized_day_of_week(day, rule), rule);
  int64_t week = week_number(shift, of_year);
  if (week == 0) return week_of_year(day - of_year, rule);  // still the last week of the year before
  int64_t length = syntax::is_leap_year(year) ? 366 : 365;
  int64_t first_of_next = week_number(shift, length + static_cast<int64_t>(rule.min_days));
  if (week >= first_of_next) return {year + 1, static_cast<uint32_t>(week - first_of_next + 1)};
  return {year, static_cast<uint32_t>(week)};
}

int64_t day_of_week_date(int64_t year, int64_t week, int64_t localized_day, const WeekRule& rule) {
  int64_t first = syntax::days_from_civil({year, 1, 1});
  int64_t shift = week_shift(1, localized_day_of_week(first, rule), rule);
  return first - shift + (week - 1) * 7 + (localized_day - 1);
}

}  // namespace gyr::text
