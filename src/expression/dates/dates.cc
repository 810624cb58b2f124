#include "expression/dates/dates.h"

#include <fmt/format.h>

#include "expression/dates/pattern.h"
#include "expression/evaluator.h"
#include "expression/filters/arguments.h"
#include "expression/template.h"
#include "syntax/calendar.h"

namespace gyr::expression {
namespace {

using base::Value;

constexpr int64_t day_seconds = 86'400;
// EXPR-247: integers from here on count milliseconds.
constexpr int64_t first_millisecond = 1'000'000'000'000;

base::Result<text::Moment> moment_at(int64_t seconds, uint32_t nanos, const text::Zone& zone) {
  if (seconds > text::latest_second || seconds < -text::latest_second) {
    return base::fail(evaluation_failed, "the year of a date has more than nine digits");
  }
  return text::Moment::at({seconds, nanos}, zone);
}

base::Result<text::Moment> from_local(int64_t local_seconds, uint32_t nanos, const text::Zone& zone) {
  if (local_seconds > text::latest_second || local_seconds < -text::latest_second) {
    return base::fail(evaluation_failed, "the year of a date has more than nine digits");
  }
  return moment_at(zone.from_local(local_seconds), nanos, zone);
}

base::Result<text::Moment> from_parsed(const DatePattern::Parsed& parsed, const text::Zone& zone) {
  int64_t nanos_of_day = parsed.nanos_of_day.value_or(0);
  int64_t local = parsed.day * day_seconds + nanos_of_day / base::nanos_per_second;
  auto nanos = static_cast<uint32_t>(nanos_of_day % base::nanos_per_second);
  if (!parsed.nanos_of_day) return from_local(local, nanos, zone);
  if (parsed.offset) return moment_at(local - *parsed.offset, nanos, zone);
  if (!parsed.zone) return from_local(local, nanos, zone);
  GYR_TRY(text::Moment there, from_local(local, nanos, *parsed.zone));
  return moment_at(there.seconds, nanos, zone);
}

/// `count` digits as a number; -1 where another character is among them.
int64_t digits_at(std::string_view text, size_t begin, size_t count) {
  int64_t value = 0;
  for (const char c : text.substr(begin, count)) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

/// `2024-02-29T12:00:00.123Z`, which is what dates of contexts look like: without a pattern. Nothing for every other
/// text, wrong ones included.
std::optional<base::Instant> common_instant(std::string_view text) {
  constexpr std::string_view shape = "0000-00-00T00:00:00";
  constexpr size_t max_fraction = 9;
  if (text.size() <= shape.size() || text.back() != 'Z') return std::nullopt;
  if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':') return std::nullopt;
  std::string_view fraction = text.substr(shape.size(), text.size() - shape.size() - 1);
  const bool has_fraction = !fraction.empty();
  if (has_fraction && (fraction[0] != '.' || fraction.size() < 2 || fraction.size() > max_fraction + 1))
    return std::nullopt;
  if (has_fraction) fraction.remove_prefix(1);
  const int64_t year = digits_at(text, 0, 4), month = digits_at(text, 5, 2), day = digits_at(text, 8, 2);
  const int64_t hour = digits_at(text, 11, 2), minute = digits_at(text, 14, 2), second = digits_at(text, 17, 2);
  int64_t nanos = digits_at(fraction, 0, fraction.size());
  const bool is_time = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60 && nanos >= 0;
  if (!is_time || year < 0 || month < 1 || month > 12 || day < 1) return std::nullopt;
  if (day > syntax::days_in_month(year, static_cast<uint32_t>(month))) return std::nullopt;
  for (size_t i = fraction.size(); i < max_fraction; ++i) nanos *= 10;
  const int64_t days = syntax::days_from_civil({year, static_cast<uint32_t>(month), static_cast<uint32_t>(day)});
  return base::Instant{days * day_seconds + hour * 3'600 + minute * 60 + second, static_cast<uint32_t>(nanos)};
}

base::Result<text::Moment> from_text(std::string_view text, std::optional<std::string_view> format,
                                     const text::Zone& zone) {
  if (format) {
    GYR_TRY(auto pattern, DatePattern::compile(*format));
    GYR_TRY(auto parsed, pattern->parse(text));
    return from_parsed(parsed, zone);
  }
  if (auto instant = common_instant(text)) return moment_at(instant->seconds, instant->nanos, zone);
  if (auto parsed = DatePattern::iso_input().parse(text)) return from_parsed(*parsed, zone);
  GYR_TRY(auto parsed, DatePattern::iso_date_input().parse(text));
  return from_parsed(parsed, zone);
}

struct Unit {
  std::string_view name;
  int64_t nanos;   ///< of an exact unit
  int64_t days;    ///< of a unit of local days
  int64_t months;  ///< of a unit of local months
};
constexpr Unit units[] = {
    {"NANOS", 1, 0, 0},
    {"MICROS", 1000, 0, 0},
    {"MILLIS", 1'000'000, 0, 0},
    {"SECONDS", base::nanos_per_second, 0, 0},
    {"MINUTES", 60 * base::nanos_per_second, 0, 0},
    {"HOURS", 3600 * base::nanos_per_second, 0, 0},
    {"HALF_DAYS", 12 * 3600 * base::nanos_per_second, 0, 0},
    {"DAYS", 0, 1, 0},
    {"WEEKS", 0, 7, 0},
    {"MONTHS", 0, 0, 1},
    {"YEARS", 0, 0, 12},
    {"DECADES", 0, 0, 120},
    {"CENTURIES", 0, 0, 1200},
    {"MILLENNIA", 0, 0, 12'000},
};

std::unexpected<base::Error> too_far() {
  return base::fail(evaluation_failed, "the year of a date has more than nine digits");
}

base::Result<text::Moment> add_exact(const text::Moment& moment, int64_t amount, int64_t unit) {
  // Whole seconds and the rest apart, so that nothing overflows.
  __int128 total = static_cast<__int128>(amount) * unit + moment.nanos;
  __int128 seconds = total / base::nanos_per_second;
  auto nanos = static_cast<int64_t>(total % base::nanos_per_second);
  if (nanos < 0) {
    nanos += base::nanos_per_second;
    seconds -= 1;
  }
  __int128 sum = seconds + moment.seconds;
  if (sum > text::latest_second || sum < -text::latest_second) return too_far();
  return moment_at(static_cast<int64_t>(sum), static_cast<uint32_t>(nanos), moment.zone);
}

}  // namespace

base::Result<text::Moment> moment_of(const Value& value, std::optional<std::string_view> existing_format,
                                     const text::Zone& zone) {
  switch (value.kind()) {
    case Value::Kind::instant: return moment_at(value.as_instant().seconds, value.as_instant().nanos, zone);
    case Value::Kind::zoned_date_time:
      return moment_at(value.as_zoned().instant.seconds, value.as_zoned().instant.nanos, zone);
    case Value::Kind::local_date_time:
      return from_local(value.as_local_date_time().seconds, value.as_local_date_time().nanos, zone);
    case Value::Kind::local_date: {
      int64_t day = value.as_local_date();
      if (day > text::latest_second / day_seconds || day < -text::latest_second / day_seconds) return too_far();
      return from_local(day * day_seconds + day_seconds / 2, 0, zone);
    }
    case Value::Kind::integer: {
      int64_t count = value.as_integer();
      if (count < first_millisecond) return moment_at(count, 0, zone);
      return moment_at(count / 1000, static_cast<uint32_t>(count % 1000 * base::nanos_per_milli), zone);
    }
    case Value::Kind::string: return from_text(value.text(), existing_format, zone);
    default: return base::fail(evaluation_failed, fmt::format("{} is not a date", class_name(value)));
  }
}

base::Result<std::string> format_moment(const text::Moment& moment, std::string_view format, std::string_view locale) {
  GYR_TRY(auto pattern, DatePattern::compile(format));
  auto text = text::LocaleText::find(locale);
  return pattern->format(moment, *text);
}

base::Result<text::Moment> add_to_moment(const text::Moment& moment, int64_t amount, std::string_view name) {
  const Unit* unit = nullptr;
  for (const Unit& known : units) {
    if (known.name == name) unit = &known;
  }
  if (unit == nullptr) {
    std::vector<std::string_view> names;
    for (const Unit& known : units) names.push_back(known.name);
    return base::fail(base::Error(evaluation_failed, fmt::format("`{}` is not a unit of time", name))
                          .with_hint(fmt::format("the units are: {}", fmt::join(names, ", "))));
  }
  if (unit->nanos != 0) return add_exact(moment, amount, unit->nanos);
  int64_t day = moment.local_day();
  int64_t in_day = moment.local_seconds() - day * day_seconds;
  __int128 moved_day = static_cast<__int128>(amount) * unit->days + day;
  if (unit->months != 0) {
    syntax::CivilDate date = syntax::civil_from_days(day);
    __int128 months =
        static_cast<__int128>(amount) * unit->months + static_cast<__int128>(date.year) * 12 + (date.month - 1);
    __int128 year = months / 12 - (months % 12 < 0 ? 1 : 0);
    if (year > 999'999'999 || year < -999'999'999) return too_far();
    auto month = static_cast<uint32_t>(months - year * 12) + 1;
    uint32_t last = syntax::days_in_month(static_cast<int64_t>(year), month);
    moved_day = syntax::days_from_civil({static_cast<int64_t>(year), month, std::min(date.day, last)});
  }
  if (moved_day > text::latest_second / day_seconds || moved_day < -text::latest_second / day_seconds) return too_far();
  int64_t local = static_cast<int64_t>(moved_day) * day_seconds + in_day;
  return moment_at(moment.zone.from_local(local, &moment.offset), moment.nanos, moment.zone);
}

bool text_argument(Invocation& call, size_t index, std::optional<std::string>& out) {
  const Value& value = call.argument(index);
  if (value.is_null()) return true;
  if (!value.is_string()) {
    call.fail(fmt::format("the argument '{}' of '{}' must be a text. Actual type was: {}",
                          call.entry().parameters[index].name, call.entry().name, class_name(value)));
    return false;
  }
  out = value.text();
  return true;
}

bool zone_argument(Invocation& call, size_t index, text::Zone& out) {
  std::optional<std::string> name;
  if (!text_argument(call, index, name)) return false;
  const std::string& server_zone = call.session().environment.time_zone;
  if (!name && server_zone.empty()) return true;
  auto zone = text::Zone::find(name ? *name : server_zone);
  if (!zone) {
    fail_with(call, zone.error());
    return false;
  }
  out = *zone;
  return true;
}

}  // namespace gyr::expression
