#include "expression/dates/holidays.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "base/text.h"
#include "expression/dates/holidays_data.h"
#include "syntax/calendar.h"
#include "text/moment.h"

namespace gyr::expression {
namespace {

constexpr int64_t any_year = 1'000'000'000;

int64_t number(std::string_view text) {
  int64_t value = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

int64_t day_of(int64_t year, int64_t month, int64_t day) {
  return syntax::days_from_civil({year, static_cast<uint32_t>(month), static_cast<uint32_t>(day)});
}

/// Removes a prefix such as `2019-:` from a rule; returns whether it includes the year.
bool takes_year(std::string_view& rule, int64_t year) {
  size_t colon = rule.find(':');
  if (colon == std::string_view::npos) return true;
  std::string_view years = rule.substr(0, colon);
  rule.remove_prefix(colon + 1);
  size_t dash = years.find('-');
  if (dash == std::string_view::npos) return number(years) == year;
  int64_t from = dash == 0 ? -any_year : number(years.substr(0, dash));
  int64_t to = dash + 1 == years.size() ? any_year : number(years.substr(dash + 1));
  return from <= year && year <= to;
}

/// The nth weekday of a month, counted from its end where negative.
int64_t nth_weekday(int64_t year, int64_t nth, uint32_t weekday, int64_t month) {
  if (nth > 0) {
    int64_t first = day_of(year, month, 1);
    return first + (weekday + 7 - text::iso_day_of_week(first)) % 7 + (nth - 1) * 7;
  }
  int64_t last = day_of(year, month, syntax::days_in_month(year, static_cast<uint32_t>(month)));
  return last - (text::iso_day_of_week(last) + 7 - weekday) % 7 + (nth + 1) * 7;
}

/// The day of a rule in a year, its shift not yet applied; `rule` is left with the shift.
int64_t base_day(std::string_view& rule, int64_t year) {
  if (rule.starts_with('E') || rule.starts_with('O')) {
    int64_t easter = rule[0] == 'E' ? easter_day(year) : orthodox_easter_day(year);
    int64_t day = easter + number(rule.substr(1));
    rule = {};
    return day;
  }
  if (rule.starts_with(">=") || rule.starts_with("<=")) {
    int64_t day = day_of(year, number(rule.substr(2, 2)), number(rule.substr(4, 2)));
    auto weekday = static_cast<uint32_t>(number(rule.substr(7, 1)));
    bool after = rule[0] == '>';
    rule = rule.substr(8);
    return after ? day + (weekday + 7 - text::iso_day_of_week(day)) % 7
                 : day - (text::iso_day_of_week(day) + 7 - weekday) % 7;
  }
  if (size_t slash = rule.find('/'); slash != std::string_view::npos) {
    int64_t nth = number(rule.substr(0, slash));
    auto weekday = static_cast<uint32_t>(number(rule.substr(slash + 1, 1)));
    int64_t month = number(rule.substr(slash + 3, 2));
    rule = rule.substr(slash + 5);
    return nth_weekday(year, nth, weekday, month);
  }
  int64_t day = day_of(year, number(rule.substr(0, 2)), number(rule.substr(2, 2)));
  rule = rule.substr(4);
  return day;
}

bool rule_gives(std::string_view rule, int64_t year, int64_t day) {
  if (!takes_year(rule, year)) return false;
  int64_t base = base_day(rule, year);
  uint32_t weekday = text::iso_day_of_week(base);
  if (rule == "<") return day == (weekday == 7 ? base - 1 : base);
  if (day == base) return true;
  if (weekday < 6 || rule.empty()) return false;
  if (rule == "~") return day == (weekday == 6 ? base - 1 : base + 1);
  if (rule == ">") return day == base + 8 - weekday;
  if (rule == "2") return day == base + 2;
  return rule == "s" && weekday == 7 && day == base + 1;
}

bool rules_give(std::string_view rules, std::string_view without, int64_t day) {
  int64_t year = syntax::civil_from_days(day).year;
  for (std::string_view rule : base::split(rules, ' ')) {
    bool taken_away = rule.empty() || rule.starts_with('!');
    for (std::string_view other : base::split(without, ' '))
      taken_away |= other.starts_with('!') && other.substr(1) == rule;
    if (taken_away) continue;
    // A shifted day may lie in the year beside its own.
    for (int64_t in_year : {year, year + 1, year - 1}) {
      if (rule_gives(rule, in_year, day)) return true;
    }
  }
  return false;
}

// ---- Japan: the equinoxes, and days that are free because of their neighbours

/// By the formula for the years 1980 to 2099.
bool is_equinox(int64_t day) {
  syntax::CivilDate date = syntax::civil_from_days(day);
  if (date.month != 3 && date.month != 9) return false;
  double first = date.month == 3 ? 20.8431 : 23.2488;
  auto years = static_cast<double>(date.year - 1980);
  return date.day == static_cast<uint32_t>(first + 0.242194 * years) - static_cast<uint32_t>((date.year - 1980) / 4);
}

bool is_japanese_holiday(std::string_view rules, int64_t day) {
  auto is_own = [&](int64_t at) { return rules_give(rules, {}, at) || is_equinox(at); };
  if (is_own(day)) return true;
  // The first day after a holiday on a Sunday that is not a holiday itself.
  int64_t before = day - 1;
  while (is_own(before) && text::iso_day_of_week(before) != 7) --before;
  if (is_own(before) && text::iso_day_of_week(before) == 7) return true;
  // Between two holidays.
  return text::iso_day_of_week(day) != 7 && is_own(day - 1) && is_own(day + 1);
}

}  // namespace

int64_t easter_day(int64_t year) {
  // Anonymous Gregorian computus.
  int64_t a = year % 19;
  int64_t b = year / 100;
  int64_t c = year % 100;
  int64_t h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
  int64_t l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
  int64_t m = (a + 11 * h + 22 * l) / 451;
  int64_t n = h + l - 7 * m + 114;
  return day_of(year, n / 31, n % 31 + 1);
}

int64_t orthodox_easter_day(int64_t year) {
  // Meeus' Julian rule; the calendars lie apart by days that grow with the centuries.
  int64_t d = (19 * (year % 19) + 15) % 30;
  int64_t e = (2 * (year % 4) + 4 * (year % 7) - d + 34) % 7;
  int64_t n = d + e + 114;
  int64_t apart = year / 100 - year / 400 - 2;
  return day_of(year, n / 31, n % 31 + 1) + apart;
}

std::optional<bool> is_public_holiday(int64_t day, std::string_view country, std::string_view subdivision) {
  auto found = std::ranges::find_if(
      holiday_rules(), [&](const Country& known) { return base::equals_ignoring_case(known.code, country); });
  if (found == holiday_rules().end()) return std::nullopt;
  // The formulas of Easter are valid from 1583 on; a year such as 40000 is an error of the caller.
  int64_t year = syntax::civil_from_days(day).year;
  if (year < 1583 || year > 9999) return false;
  if (subdivision.empty()) {
    return found->code == "JP" ? is_japanese_holiday(found->rules, day) : rules_give(found->rules, {}, day);
  }
  if (base::starts_with_ignoring_case(subdivision, found->code) && subdivision.size() > 3 && subdivision[2] == '-') {
    subdivision.remove_prefix(3);
  }
  for (const Subdivision& part : found->subdivisions) {
    if (!base::equals_ignoring_case(part.code, subdivision)) continue;
    return rules_give(found->rules, part.rules, day) || rules_give(part.rules, {}, day);
  }
  return std::nullopt;
}

std::vector<std::string_view> holiday_countries() {
  std::vector<std::string_view> codes;
  for (const Country& country : holiday_rules()) codes.push_back(country.code);
  return codes;
}

}  // namespace gyr::expression
