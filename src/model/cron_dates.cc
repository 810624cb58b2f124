#include "model/cron_dates.h"

#include <algorithm>
#include <bit>

#include "syntax/calendar.h"
#include "syntax/time.h"

namespace gyr::model {
namespace {

constexpr int64_t seconds_of_day = 86'400;
constexpr int64_t seconds_of_hour = 3'600;
/// How far dates are looked for (TRIG-49).
constexpr int64_t horizon_seconds = int64_t{36'525} * seconds_of_day;
/// A repetition is skipped if the next tick is this much later (TRIG-48).
constexpr int64_t repetition_distance = 2 * 3600;
/// Moments beyond these have no dates: years have at most four digits.
constexpr int64_t first_second = -62'135'596'800;  // 0001-01-01
constexpr int64_t end_second = 253'402'300'800;    // 10000-01-01

/// The lowest bit from `from` on, or nothing.
std::optional<uint32_t> next_bit(uint64_t bits, uint32_t from) {
  if (from > 63) return std::nullopt;
  uint64_t left = bits >> from << from;
  if (left == 0) return std::nullopt;
  return static_cast<uint32_t>(std::countr_zero(left));
}

/// The highest bit up to `until`, or nothing.
std::optional<uint32_t> previous_bit(uint64_t bits, uint32_t until) {
  uint64_t left = until >= 63 ? bits : bits & ((uint64_t{2} << until) - 1);
  if (left == 0) return std::nullopt;
  return 63 - static_cast<uint32_t>(std::countl_zero(left));
}

/// The days of one month that match, bits 1 to 31 (TRIG-43).
uint32_t days_of(const Cron& cron, int64_t year, uint32_t month) {
  if ((cron.months >> month & 1) == 0) return 0;
  uint32_t count = syntax::days_in_month(year, month);
  auto all = static_cast<uint32_t>((uint64_t{2} << count) - 2);
  uint32_t by_date = cron.days & all;
  for (uint32_t back = 0; back < count; ++back) {
    if ((cron.days_before_last >> back & 1) != 0) by_date |= uint32_t{1} << (count - back);
  }
  // 1970-01-01 was a Thursday.
  int64_t first = syntax::days_from_civil({year, month, 1});
  auto weekday = static_cast<uint32_t>(((first + 4) % 7 + 7) % 7);
  uint32_t by_weekday = 0;
  for (uint32_t day = 1; day <= count; ++day, weekday = (weekday + 1) % 7) {
    if ((cron.weekdays >> weekday & 1) != 0) by_weekday |= uint32_t{1} << day;
  }
  if (cron.days_restricted && cron.weekdays_restricted) return by_date | by_weekday;
  return cron.days_restricted ? by_date : by_weekday;
}

/// The first second of a day that matches, from one on.
std::optional<int64_t> first_of_day(const Cron& cron, int64_t from) {
  auto hour = static_cast<uint32_t>(from / 3600), minute = static_cast<uint32_t>(from / 60 % 60),
       second = static_cast<uint32_t>(from % 60);
  auto at = [](uint32_t h, uint32_t m, uint32_t s) { return int64_t{h} * 3600 + m * 60 + s; };
  auto lowest = [](uint64_t bits) { return static_cast<uint32_t>(std::countr_zero(bits)); };
  auto h = next_bit(cron.hours, hour);
  if (!h) return std::nullopt;
  if (*h == hour) {
    auto m = next_bit(cron.minutes, minute);
    if (m && *m == minute) {
      if (auto s = next_bit(cron.seconds, second)) return at(hour, minute, *s);
      m = next_bit(cron.minutes, minute + 1);
    }
    if (m) return at(hour, *m, lowest(cron.seconds));
    h = next_bit(cron.hours, hour + 1);
    if (!h) return std::nullopt;
  }
  return at(*h, lowest(cron.minutes), lowest(cron.seconds));
}

/// The last second of a day that matches, up to one.
std::optional<int64_t> last_of_day(const Cron& cron, int64_t until) {
  auto hour = static_cast<uint32_t>(until / 3600), minute = static_cast<uint32_t>(until / 60 % 60),
       second = static_cast<uint32_t>(until % 60);
  auto at = [](uint32_t h, uint32_t m, uint32_t s) { return int64_t{h} * 3600 + m * 60 + s; };
  auto highest = [](uint64_t bits) { return 63 - static_cast<uint32_t>(std::countl_zero(bits)); };
  auto h = previous_bit(cron.hours, hour);
  if (!h) return std::nullopt;
  if (*h == hour) {
    auto m = previous_bit(cron.minutes, minute);
    if (m && *m == minute) {
      if (auto s = previous_bit(cron.seconds, second)) return at(hour, minute, *s);
      m = minute == 0 ? std::nullopt : previous_bit(cron.minutes, minute - 1);
    }
    if (m) return at(hour, *m, highest(cron.seconds));
    h = hour == 0 ? std::nullopt : previous_bit(cron.hours, hour - 1);
    if (!h) return std::nullopt;
  }
  return at(*h, highest(cron.minutes), highest(cron.seconds));
}

/// Like floor(a / b), for b > 0.
int64_t floor_divide(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

/// The first local second that matches in [from, end), counted as if in UTC.
std::optional<int64_t> first_local(const Cron& cron, int64_t from, int64_t end) {
  int64_t day = floor_divide(from, seconds_of_day);
  int64_t second = from - day * seconds_of_day;
  auto date = syntax::civil_from_days(day);
  while (day * seconds_of_day < end) {
    auto found = next_bit(days_of(cron, date.year, date.month), date.day);
    if (found) {
      int64_t candidate = day + (*found - date.day);
      auto time = first_of_day(cron, candidate == day ? second : 0);
      if (time) {
        int64_t local = candidate * seconds_of_day + *time;
        return local < end ? std::optional(local) : std::nullopt;
      }
      day = candidate + 1;
    } else {
      day += syntax::days_in_month(date.year, date.month) - date.day + 1;
    }
    second = 0;
    date = syntax::civil_from_days(day);
  }
  return std::nullopt;
}

/// The last local second that matches in [begin, until].
std::optional<int64_t> last_local(const Cron& cron, int64_t until, int64_t begin) {
  int64_t day = floor_divide(until, seconds_of_day);
  int64_t second = until - day * seconds_of_day;
  auto date = syntax::civil_from_days(day);
  while ((day + 1) * seconds_of_day > begin) {
    auto found = previous_bit(days_of(cron, date.year, date.month), date.day);
    if (found) {
      int64_t candidate = day - (date.day - *found);
      auto time = last_of_day(cron, candidate == day ? second : seconds_of_day - 1);
      if (time) {
        int64_t local = candidate * seconds_of_day + *time;
        return local >= begin ? std::optional(local) : std::nullopt;
      }
      day = candidate - 1;
    } else {
      day -= date.day;
    }
    second = seconds_of_day - 1;
    date = syntax::civil_from_days(day);
  }
  return std::nullopt;
}

base::Instant instant_of(int64_t second) { return {.seconds = second, .nanos = 0}; }

}  // namespace

std::optional<int64_t> CronDates::first_from(int64_t second) const {
  if (second < first_second) second = first_second;
  const int64_t end = std::min(second > end_second ? second : second + horizon_seconds, end_second);
  while (second < end) {
    auto segment = zone_.segment_at(second);
    int64_t stop = std::min(segment.end, end);
    if (auto local = first_local(cron_, second + segment.offset, stop + segment.offset)) return *local - segment.offset;
    second = stop;
  }
  return std::nullopt;
}

std::optional<int64_t> CronDates::last_until(int64_t second) const {
  if (second >= end_second) second = end_second - 1;
  const int64_t begin = std::max(second < first_second ? second : second - horizon_seconds, first_second);
  while (second >= begin) {
    auto segment = zone_.segment_at(second);
    int64_t start = std::max(segment.begin, begin);
    if (auto local = last_local(cron_, second + segment.offset, start + segment.offset)) return *local - segment.offset;
    second = start - 1;
  }
  return std::nullopt;
}

bool CronDates::is_tick(base::Instant moment) const {
  return moment.nanos == 0 && first_from(moment.seconds) == std::optional(moment.seconds);
}

std::optional<base::Instant> CronDates::next(base::Instant after) const {
  if (after.seconds >= end_second) return std::nullopt;
  auto candidate = first_from(after.seconds + 1);
  if (!candidate) return std::nullopt;
  auto segment = zone_.segment_at(*candidate);
  // The clocks were set back between the two: did they show this time before?
  bool may_repeat = segment.begin > after.seconds && is_tick(after);
  if (may_repeat) {
    auto former = zone_.segment_at(segment.begin - 1);
    bool was_shown = former.offset > segment.offset && *candidate + segment.offset - former.offset < former.end;
    if (was_shown && segment.offset < zone_.offset_at(after.seconds)) {
      auto behind = first_from(*candidate + 1);
      if (!behind || *behind - *candidate >= repetition_distance) candidate = behind;
    }
  }
  return candidate ? std::optional(instant_of(*candidate)) : std::nullopt;
}

std::optional<base::Instant> CronDates::previous(base::Instant before) const {
  auto found = last_until(before.nanos > 0 ? before.seconds : before.seconds - 1);
  return found ? std::optional(instant_of(*found)) : std::nullopt;
}

bool CronDates::is_passed_over(base::Instant tick, base::Instant before) const {
  const auto segment = zone_.segment_at(tick.seconds);
  const int64_t local = tick.seconds + segment.offset;
  const int64_t hour = floor_divide(local, seconds_of_hour);
  const bool begins_before_segment = hour * seconds_of_hour - segment.offset < segment.begin;
  // With the clocks set back the hour begins before, too, and is shown in full.
  if (!begins_before_segment || zone_.offset_at(segment.begin - 1) >= segment.offset) return false;
  const bool beginning_was_shown = hour * seconds_of_hour < segment.begin + zone_.offset_at(segment.begin - 1);
  if (beginning_was_shown) return false;
  if (floor_divide(before.seconds + zone_.offset_at(before.seconds), seconds_of_hour) == hour) return false;
  const auto hour_behind = static_cast<uint32_t>(((hour + 1) % 24 + 24) % 24);
  return (cron_.hours >> hour_behind & 1) == 0;
}

std::optional<base::Instant> CronDates::shown_previous(base::Instant before) const {
  auto found = previous(before);
  while (found && is_passed_over(*found, before)) found = previous(*found);
  return found;
}

std::string CronDates::text_of(base::Instant tick) const {
  int32_t offset = zone_.offset_at(tick.seconds);
  std::string text = syntax::format_instant({.seconds = tick.seconds + offset, .nanos = tick.nanos});
  text.pop_back();
  return text + text::offset_text(offset, "Z");
}

}  // namespace gyr::model
