// Public holidays of countries (EXPR-306).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace gyr::expression {

/// Whether a day (since 1970-01-01) is a public holiday in a country (ISO 3166-1 alpha-2, any case) and, if given, in
/// one of its subdivisions (`DE-BY` or `BY`). Nothing for an unsupported country.
std::optional<bool> is_public_holiday(int64_t day, std::string_view country, std::string_view subdivision = {});

/// The countries there are calendars of, sorted.
std::vector<std::string_view> holiday_countries();

/// Easter Sunday of the Gregorian calendar, and by the Julian one (as the eastern churches keep it), since 1970-01-01.
int64_t easter_day(int64_t year);
int64_t orthodox_easter_day(int64_t year);

}  // namespace gyr::expression
