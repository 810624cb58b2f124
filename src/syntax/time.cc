#include "syntax/time.h"

#include "base/assert.h"
#include "syntax/calendar.h"
#include "syntax/temporal_reader.h"

namespace gyr::syntax {
namespace {

constexpr int64_t seconds_per_day = 86'400;
constexpr int64_t nanos_per_day = seconds_per_day * base::nanos_per_second;

int64_t floor_divide(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }
int64_t floor_rest(int64_t a, int64_t b) { return a % b + (a % b < 0 ? b : 0); }

/// Date, `T` and time of day, to seconds on the clock of the text.
bool read_date_time(TemporalReader& reader, ParsedDateTime& out) {
  CivilDate date;
  TemporalReader::Time time;
  if (!reader.date(date) || !reader.separator() || !reader.time(time, true)) return false;
  int64_t days = days_from_civil(date) + (time.next_day ? 1 : 0);
  out.seconds = days * seconds_per_day + time.nanos_of_day / base::nanos_per_second;
  out.nanos = static_cast<uint32_t>(time.nanos_of_day % base::nanos_per_second);
  return true;
}

base::Instant instant_of(const ParsedDateTime& parsed) {
  return {parsed.seconds - parsed.offset_seconds.value_or(0), parsed.nanos};
}

/// Two digits; fmt is four times slower, and every line of a log carries a time.
void append_two(std::string& out, int64_t value) {
  out += static_cast<char>('0' + value / 10);
  out += static_cast<char>('0' + value % 10);
}

void append_date(std::string& out, int64_t days) {
  CivilDate date = civil_from_days(days);
  if (date.year >= 0 && date.year <= 9'999) {
    append_two(out, date.year / 100);
    append_two(out, date.year % 100);
  } else {
    int64_t magnitude = date.year < 0 ? -date.year : date.year;
    fmt::format_to(std::back_inserter(out), "{}{:04}", date.year < 0 ? '-' : '+', magnitude);
  }
  out += '-';
  append_two(out, date.month);
  out += '-';
  append_two(out, date.day);
}

enum class Fraction { groups, trimmed };

void append_fraction(std::string& out, uint32_t nanos, Fraction form) {
  if (nanos == 0) return;
  char text[10];
  text[0] = '.';
  for (int i = 9; i > 0; --i, nanos /= 10) text[i] = static_cast<char>('0' + nanos % 10);
  size_t size = sizeof text;
  if (form == Fraction::trimmed) {
    while (text[size - 1] == '0') --size;
  } else {
    while (size > 4 && text[size - 1] == '0' && text[size - 2] == '0' && text[size - 3] == '0') size -= 3;
  }
  out.append(text, size);
}

void append_time(std::string& out, int64_t second_of_day, uint32_t nanos, Fraction form) {
  append_two(out, second_of_day / 3'600);
  out += ':';
  append_two(out, second_of_day / 60 % 60);
  out += ':';
  append_two(out, second_of_day % 60);
  append_fraction(out, nanos, form);
}

/// Seconds on some clock as date, `T` and time.
void append_date_time(std::string& out, int64_t seconds, uint32_t nanos, Fraction form) {
  append_date(out, floor_divide(seconds, seconds_per_day));
  out += 'T';
  append_time(out, floor_rest(seconds, seconds_per_day), nanos, form);
}

void append_local_time(std::string& out, int64_t nanos_of_day, Fraction form) {
  int64_t nanos = floor_rest(nanos_of_day, nanos_per_day);
  append_time(out, nanos / base::nanos_per_second, static_cast<uint32_t>(nanos % base::nanos_per_second), form);
}

void append_offset(std::string& out, int32_t offset_seconds) {
  if (offset_seconds == 0) {
    out += 'Z';
    return;
  }
  out += offset_seconds < 0 ? '-' : '+';
  int64_t magnitude = offset_seconds < 0 ? -static_cast<int64_t>(offset_seconds) : offset_seconds;
  append_two(out, magnitude / 3'600 % 100);
  out += ':';
  append_two(out, magnitude / 60 % 60);
  if (magnitude % 60 != 0) {
    out += ':';
    append_two(out, magnitude % 60);
  }
}

void append_zoned(std::string& out, const base::ZonedDateTime& value, TemporalStyle style) {
  bool print = style == TemporalStyle::print;
  base::Instant local = value.instant + base::Duration::of_seconds(value.offset_seconds);
  append_date_time(out, local.seconds, local.nanos, print ? Fraction::groups : Fraction::trimmed);
  append_offset(out, value.offset_seconds);
  bool named = !value.zone.empty() && value.zone != "Z" && value.zone.front() != '+' && value.zone.front() != '-';
  if (print && named) out.append("[").append(value.zone).append("]");
}

base::Result<base::Instant> read_instant(std::string_view text, bool lenient) {
  TemporalReader reader(text);
  ParsedDateTime parsed;
  if (!read_date_time(reader, parsed) || !reader.offset(parsed.offset_seconds, lenient) || !reader.end()) {
    return base::fail(reader.error());
  }
  if (!parsed.offset_seconds && !lenient) {
    reader.fail();
    return base::fail(
        reader.error().with_hint("the time zone is missing: add `Z` for UTC or an offset such as `+02:00`"));
  }
  return instant_of(parsed);
}

}  // namespace

base::Result<base::Instant> parse_instant(std::string_view text) { return read_instant(text, false); }
base::Result<base::Instant> parse_api_instant(std::string_view text) { return read_instant(text, true); }

base::Result<ParsedDateTime> parse_date_time(std::string_view text) {
  TemporalReader reader(text);
  ParsedDateTime parsed;
  bool read = read_date_time(reader, parsed) && reader.offset(parsed.offset_seconds, false) &&
              reader.zone(parsed.zone) && reader.end();
  if (!read) return base::fail(reader.error());
  return parsed;
}

base::Result<int64_t> parse_local_date(std::string_view text) {
  TemporalReader reader(text);
  CivilDate date;
  if (!reader.date(date) || !reader.end()) return base::fail(reader.error());
  return days_from_civil(date);
}

base::Result<int64_t> parse_local_time(std::string_view text) {
  TemporalReader reader(text);
  TemporalReader::Time time;
  if (!reader.time(time, false) || !reader.end()) return base::fail(reader.error());
  return time.nanos_of_day;
}

void append_instant(std::string& out, base::Instant instant) {
  append_date_time(out, instant.seconds, instant.nanos, Fraction::groups);
  out += 'Z';
}

std::string format_instant(base::Instant instant) {
  std::string out;
  append_instant(out, instant);
  return out;
}

std::string format_local_date(int64_t days) {
  std::string out;
  append_date(out, days);
  return out;
}

std::string format_local_time(int64_t nanos_of_day) {
  std::string out;
  append_local_time(out, nanos_of_day, Fraction::groups);
  return out;
}

bool is_temporal(const base::Value& value) {
  using Kind = base::Value::Kind;
  switch (value.kind()) {
    case Kind::instant:
    case Kind::duration:
    case Kind::zoned_date_time:
    case Kind::local_date_time:
    case Kind::local_date:
    case Kind::local_time: return true;
    default: return false;
  }
}

void append_temporal(std::string& out, const base::Value& value, TemporalStyle style) {
  using Kind = base::Value::Kind;
  Fraction form = style == TemporalStyle::print ? Fraction::groups : Fraction::trimmed;
  switch (value.kind()) {
    case Kind::instant: return append_instant(out, value.as_instant());
    case Kind::duration: return append_duration(out, value.as_duration());
    case Kind::zoned_date_time: return append_zoned(out, value.as_zoned(), style);
    case Kind::local_date_time: {
      base::Instant local = value.as_local_date_time();
      return append_date_time(out, local.seconds, local.nanos, form);
    }
    case Kind::local_date: return append_date(out, value.as_local_date());
    case Kind::local_time: return append_local_time(out, value.as_local_time(), form);
    default: GYR_ASSERT(is_temporal(value));
  }
}

std::string format_temporal(const base::Value& value) {
  std::string out;
  append_temporal(out, value, TemporalStyle::print);
  return out;
}

}  // namespace gyr::syntax
