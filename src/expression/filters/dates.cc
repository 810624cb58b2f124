// Filters over dates (EXPR-240 to EXPR-251).
#include "expression/dates/dates.h"

#include <fmt/format.h>

#include "expression/evaluator.h"
#include "expression/filters/arguments.h"
#include "expression/numbers.h"
#include "expression/registry.h"

namespace gyr::expression {
namespace {

using base::Value;

/// The moment of the input, with zone and existing format at these positions of the arguments.
std::optional<text::Moment> input_moment(Invocation& call, size_t zone_index, size_t format_index) {
  text::Zone zone;
  std::optional<std::string> existing_format;
  if (!zone_argument(call, zone_index, zone) || !text_argument(call, format_index, existing_format))
    return std::nullopt;
  auto moment = moment_of(call.value(), existing_format, zone);
  if (!moment) {
    fail_with(call, moment.error());
    return std::nullopt;
  }
  return std::move(*moment);
}

/// The text of a moment, with format and locale at these positions of the arguments.
Operand formatted(Invocation& call, const text::Moment& moment, size_t format_index, size_t locale_index) {
  std::optional<std::string> format;
  std::optional<std::string> locale;
  if (!text_argument(call, format_index, format) || !text_argument(call, locale_index, locale))
    return Operand::failed();
  auto text = format_moment(moment, format.value_or("iso"), locale.value_or("en"));
  if (!text) return fail_with(call, text.error());
  return call.text(*text);
}

Operand date(Invocation& call) {
  auto moment = input_moment(call, 1, 2);
  return moment ? formatted(call, *moment, 0, 3) : Operand::failed();
}

Operand date_add(Invocation& call) {
  const Value& given = call.argument(0);
  if (given.is_null()) return call.fail("Incorrect null format, must be a number");
  auto number = number_or_text_of(given);
  if (!number) return call.fail(fmt::format("{} can't be converted to long", java_text(given)));
  auto amount = number->is_real() ? integer_part(Value::number(number->real))
                                  : (number->is_integer() ? number->integer : number->decimal.to_integer());
  std::optional<std::string> unit;
  if (!text_argument(call, 1, unit)) return Operand::failed();
  if (!unit) return call.fail("The 'dateAdd' filter expects an argument 'unit'.");
  auto moment = input_moment(call, 3, 4);
  if (!moment) return Operand::failed();
  auto moved = add_to_moment(*moment, amount.value_or(0), *unit);
  if (!moved) return fail_with(call, moved.error());
  return formatted(call, *moved, 2, 5);
}

/// Whole units of `nanos` since the epoch, rounded down.
Operand timestamp_in(Invocation& call, int64_t nanos) {
  auto moment = input_moment(call, 0, 1);
  if (!moment) return Operand::failed();
  __int128 total = static_cast<__int128>(moment->seconds) * base::nanos_per_second + moment->nanos;
  __int128 count = total / nanos - (total % nanos < 0 ? 1 : 0);
  if (count > INT64_MAX || count < INT64_MIN) return call.fail("the timestamp does not fit 64 bits");
  return Value::integer(static_cast<int64_t>(count));
}

Operand timestamp(Invocation& call) { return timestamp_in(call, base::nanos_per_second); }
Operand timestamp_milli(Invocation& call) { return timestamp_in(call, base::nanos_per_milli); }
Operand timestamp_micro(Invocation& call) { return timestamp_in(call, 1000); }
Operand timestamp_nano(Invocation& call) { return timestamp_in(call, 1); }

constexpr Parameter date_parameters[] = {{.name = "format", .default_value = "\"iso\""},
                                         {.name = "timeZone"},
                                         {.name = "existingFormat"},
                                         {.name = "locale"}};
constexpr Parameter date_add_parameters[] = {
    {.name = "amount"},   {.name = "unit"},           {.name = "format", .default_value = "\"iso\""},
    {.name = "timeZone"}, {.name = "existingFormat"}, {.name = "locale"}};
constexpr Parameter timestamp_parameters[] = {{.name = "timeZone"}, {.name = "existingFormat"}};

constexpr Entry dates_entries[] = {
    {.name = "date",
     .run = date,
     .parameters = date_parameters,
     .traits = null_is_null,
     .summary = "a date in another format or time zone",
     .example = R"({{ "2024-02-29T12:00:00Z" | date("yyyy-MM-dd HH:mm", timeZone="Europe/Paris") }})",
     .result = "2024-02-29 13:00"},
    {.name = "dateAdd",
     .run = date_add,
     .parameters = date_add_parameters,
     .traits = null_is_null,
     .summary = "a date plus an amount of a unit such as DAYS or HOURS",
     .example = R"({{ "2024-01-31" | dateAdd(1, "MONTHS") }})",
     .result = "2024-02-29T00:00:00.000000Z"},
    {.name = "timestamp",
     .run = timestamp,
     .parameters = timestamp_parameters,
     .traits = null_is_null,
     .summary = "seconds since 1970",
     .example = R"({{ "2024-02-29T12:00:00Z" | timestamp }})",
     .result = "1709208000"},
    {.name = "timestampMicro",
     .run = timestamp_micro,
     .parameters = timestamp_parameters,
     .traits = null_is_null,
     .summary = "microseconds since 1970",
     .example = R"({{ "2024-02-29T12:00:00Z" | timestampMicro }})",
     .result = "1709208000000000"},
    {.name = "timestampMilli",
     .run = timestamp_milli,
     .parameters = timestamp_parameters,
     .traits = null_is_null,
     .summary = "milliseconds since 1970",
     .example = R"({{ "2024-02-29T12:00:00Z" | timestampMilli }})",
     .result = "1709208000000"},
    {.name = "timestampNano",
     .run = timestamp_nano,
     .parameters = timestamp_parameters,
     .traits = null_is_null,
     .summary = "nanoseconds since 1970",
     .example = R"({{ "2024-02-29T12:00:00Z" | timestampNano }})",
     .result = "1709208000000000000"},
};

}  // namespace

std::span<const Entry> date_filters() { return dates_entries; }

}  // namespace gyr::expression
