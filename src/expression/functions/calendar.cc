// Functions over calendar dates (EXPR-305 to EXPR-309).
#include <fmt/format.h>

#include "base/text.h"
#include "expression/dates/dates.h"
#include "expression/dates/holidays.h"
#include "expression/dates/pattern.h"
#include "expression/evaluator.h"
#include "expression/filters/arguments.h"
#include "expression/registry.h"

namespace gyr::expression {
namespace {

using base::Value;

constexpr std::string_view day_names[] = {"MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"};
constexpr std::string_view positions[] = {"FIRST", "SECOND", "THIRD", "FOURTH", "LAST"};

/// A date as its text shows it: one with a zone keeps its own local date.
struct LocalDate {
  int64_t day = 0;
  int64_t nanos_of_day = 0;
};

std::optional<LocalDate> local_date(Invocation& call, size_t index = 0) {
  const Value& value = call.argument(index);
  if (value.is_string()) {
    auto parsed = DatePattern::iso_input().parse(value.text());
    if (!parsed) parsed = DatePattern::iso_date_input().parse(value.text());
    if (!parsed) {
      fail_with(call, parsed.error());
      return std::nullopt;
    }
    return LocalDate{parsed->day, parsed->nanos_of_day.value_or(0)};
  }
  if (value.kind() == Value::Kind::local_date) return LocalDate{value.as_local_date(), 0};
  text::Zone zone;
  if (value.kind() == Value::Kind::zoned_date_time) zone = text::Zone::of_offset(value.as_zoned().offset_seconds);
  auto moment = moment_of(value, std::nullopt, zone);
  if (!moment) {
    fail_with(call, moment.error());
    return std::nullopt;
  }
  return LocalDate{moment->local_day(), moment->nanos_of_day()};
}

/// The instant of a date; one without a zone is in UTC.
std::optional<base::Instant> instant(Invocation& call, size_t index) {
  auto moment = moment_of(call.argument(index), std::nullopt, text::Zone());
  if (!moment) {
    fail_with(call, moment.error());
    return std::nullopt;
  }
  return base::Instant{moment->seconds, moment->nanos};
}

Operand small(int64_t value) { return Value::fitting_integer(value); }

Operand is_weekend(Invocation& call) {
  auto date = local_date(call);
  return date ? Invocation::boolean(text::iso_day_of_week(date->day) >= 6) : Operand::failed();
}

Operand day_of_week(Invocation& call) {
  auto date = local_date(call);
  return date ? call.text(day_names[text::iso_day_of_week(date->day) - 1]) : Operand::failed();
}

Operand day_of_month(Invocation& call) {
  auto date = local_date(call);
  return date ? small(syntax::civil_from_days(date->day).day) : Operand::failed();
}

Operand month_of_year(Invocation& call) {
  auto date = local_date(call);
  return date ? small(syntax::civil_from_days(date->day).month) : Operand::failed();
}

Operand hour_of_day(Invocation& call) {
  auto date = local_date(call);
  return date ? small(date->nanos_of_day / (3600 * base::nanos_per_second)) : Operand::failed();
}

/// The position of a name in a list, any case; the call fails with all names where it is none of them.
std::optional<size_t> name_argument(Invocation& call, size_t index, std::span<const std::string_view> names) {
  std::string text = call.text_of(call.argument(index));
  for (size_t i = 0; i < names.size(); ++i) {
    if (base::equals_ignoring_case(names[i], text)) return i;
  }
  call.fail(fmt::format("The '{}()' function got '{}' as '{}'. Expected one of: {}", call.entry().name, text,
                        call.entry().parameters[index].name, fmt::join(names, ", ")));
  return std::nullopt;
}

Operand is_day_week_in_month(Invocation& call) {
  auto date = local_date(call);
  if (!date) return Operand::failed();
  auto weekday = name_argument(call, 1, day_names);
  auto position = weekday ? name_argument(call, 2, positions) : std::nullopt;
  if (!position) return Operand::failed();
  syntax::CivilDate civil = syntax::civil_from_days(date->day);
  bool is_weekday = text::iso_day_of_week(date->day) == *weekday + 1;
  constexpr size_t last = 4;
  bool fits = *position == last ? civil.day + 7 > syntax::days_in_month(civil.year, civil.month)
                                : (civil.day - 1) / 7 == *position;
  return Invocation::boolean(is_weekday && fits);
}

Operand is_holiday(Invocation& call) {
  auto date = local_date(call);
  if (!date) return Operand::failed();
  std::string country = call.text_of(call.argument(1));
  auto holiday = is_public_holiday(date->day, country, call.given(2) ? call.text_of(call.argument(2)) : std::string());
  if (!holiday) {
    return call.fail(fmt::format("no public holidays are known for the country '{}'; supported countries: {}", country,
                                 fmt::join(holiday_countries(), ", ")));
  }
  return Invocation::boolean(*holiday);
}

Operand is_last_working_day(Invocation& call) {
  auto date = local_date(call);
  if (!date) return Operand::failed();
  syntax::CivilDate civil = syntax::civil_from_days(date->day);
  int64_t last = date->day + syntax::days_in_month(civil.year, civil.month) - civil.day;
  while (text::iso_day_of_week(last) >= 6) --last;
  return Invocation::boolean(date->day == last);
}

Operand is_before(Invocation& call) {
  auto date = instant(call, 0);
  auto reference = date ? instant(call, 1) : std::nullopt;
  return reference ? Invocation::boolean(*date < *reference) : Operand::failed();
}

Operand is_after(Invocation& call) {
  auto date = instant(call, 0);
  auto reference = date ? instant(call, 1) : std::nullopt;
  return reference ? Invocation::boolean(*date > *reference) : Operand::failed();
}

Operand is_between(Invocation& call) {
  auto date = instant(call, 0);
  auto after = date ? instant(call, 1) : std::nullopt;
  auto before = after ? instant(call, 2) : std::nullopt;
  return before ? Invocation::boolean(*date > *after && *date < *before) : Operand::failed();
}

#define GYR_DATE_PARAMETER(function) \
  {.name = "date", .required = "The '" function "()' function expects a 'date' argument."}

constexpr Parameter weekend_parameters[] = {GYR_DATE_PARAMETER("isWeekend")};
constexpr Parameter week_parameters[] = {GYR_DATE_PARAMETER("dayOfWeek")};
constexpr Parameter month_day_parameters[] = {GYR_DATE_PARAMETER("dayOfMonth")};
constexpr Parameter month_parameters[] = {GYR_DATE_PARAMETER("monthOfYear")};
constexpr Parameter hour_parameters[] = {GYR_DATE_PARAMETER("hourOfDay")};
constexpr Parameter last_parameters[] = {GYR_DATE_PARAMETER("isLastWorkingDay")};
constexpr Parameter position_parameters[] = {
    GYR_DATE_PARAMETER("isDayWeekInMonth"),
    {.name = "dayOfWeek", .required = "The 'isDayWeekInMonth()' function expects a 'dayOfWeek' argument."},
    {.name = "position", .required = "The 'isDayWeekInMonth()' function expects a 'position' argument."}};
constexpr Parameter holiday_parameters[] = {
    GYR_DATE_PARAMETER("isPublicHoliday"),
    {.name = "countryCode", .required = "The 'isPublicHoliday()' function expects a 'countryCode' argument."},
    {.name = "subDivision"}};
constexpr Parameter is_before_parameters[] = {
    GYR_DATE_PARAMETER("isDateBefore"),
    {.name = "reference", .required = "The 'isDateBefore()' function expects a 'reference' argument."}};
constexpr Parameter is_after_parameters[] = {
    GYR_DATE_PARAMETER("isDateAfter"),
    {.name = "reference", .required = "The 'isDateAfter()' function expects a 'reference' argument."}};
constexpr Parameter between_parameters[] = {
    GYR_DATE_PARAMETER("isDateBetween"),
    {.name = "after", .required = "The 'isDateBetween()' function expects an 'after' argument."},
    {.name = "before", .required = "The 'isDateBetween()' function expects a 'before' argument."}};

#undef GYR_DATE_PARAMETER

constexpr Entry calendar_entries[] = {
    {.name = "dayOfMonth",
     .run = day_of_month,
     .parameters = month_day_parameters,
     .traits = addition,
     .summary = "the day of the month, 1 to 31",
     .example = R"({{ dayOfMonth("2024-02-29") }})",
     .result = "29"},
    {.name = "dayOfWeek",
     .run = day_of_week,
     .parameters = week_parameters,
     .traits = addition,
     .summary = "the day of the week, such as MONDAY",
     .example = R"({{ dayOfWeek("2024-02-29") }})",
     .result = "THURSDAY"},
    {.name = "hourOfDay",
     .run = hour_of_day,
     .parameters = hour_parameters,
     .traits = addition,
     .summary = "the hour, 0 to 23",
     .example = R"({{ hourOfDay("2024-02-29T12:34:00Z") }})",
     .result = "12"},
    {.name = "isDateAfter",
     .run = is_after,
     .parameters = is_after_parameters,
     .traits = addition,
     .summary = "whether a date is later than another",
     .example = R"({{ isDateAfter("2024-03-01", "2024-02-29") }})",
     .result = "true"},
    {.name = "isDateBefore",
     .run = is_before,
     .parameters = is_before_parameters,
     .traits = addition,
     .summary = "whether a date is earlier than another",
     .example = R"({{ isDateBefore("2024-03-01", "2024-02-29") }})",
     .result = "false"},
    {.name = "isDateBetween",
     .run = is_between,
     .parameters = between_parameters,
     .traits = addition,
     .summary = "whether a date lies between two others",
     .example = R"({{ isDateBetween("2024-03-01", "2024-02-01", "2024-04-01") }})",
     .result = "true"},
    {.name = "isDayWeekInMonth",
     .run = is_day_week_in_month,
     .parameters = position_parameters,
     .traits = addition,
     .summary = "whether a date is the first, second, third, fourth or last such weekday of its month",
     .example = R"({{ isDayWeekInMonth("2024-03-04", "MONDAY", "FIRST") }})",
     .result = "true"},
    {.name = "isLastWorkingDay",
     .run = is_last_working_day,
     .parameters = last_parameters,
     .traits = addition,
     .summary = "whether a date is the last day of its month that is neither Saturday nor Sunday",
     .example = R"({{ isLastWorkingDay("2024-03-29") }})",
     .result = "true"},
    {.name = "isPublicHoliday",
     .run = is_holiday,
     .parameters = holiday_parameters,
     .traits = addition,
     .summary = "whether a date is a public holiday in a country or one of its parts",
     .example = R"({{ isPublicHoliday("2024-07-14", "FR") }})",
     .result = "true"},
    {.name = "isWeekend",
     .run = is_weekend,
     .parameters = weekend_parameters,
     .traits = addition,
     .summary = "whether a date is a Saturday or Sunday",
     .example = R"({{ isWeekend("2024-03-02") }})",
     .result = "true"},
    {.name = "monthOfYear",
     .run = month_of_year,
     .parameters = month_parameters,
     .traits = addition,
     .summary = "the month, 1 to 12",
     .example = R"({{ monthOfYear("2024-02-29") }})",
     .result = "2"},
};

}  // namespace

std::span<const Entry> calendar_functions() { return calendar_entries; }

}  // namespace gyr::expression
