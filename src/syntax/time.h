// ISO-8601 texts of instants, dates and durations.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/instant.h"
#include "base/value.h"
#include "syntax/temporal_errors.h"

namespace gyr::syntax {

/// `PT1H30M`, `P2DT3.5S`, `-PT0.1S`; days are 24 hours; weeks, months and years are refused, as Java's Duration does.
base::Result<base::Duration> parse_duration(std::string_view text);
/// As Java writes it: `PT1H30M`, `PT0S`, `PT-0.5S`, hours beyond a day (`PT26H`).
std::string format_duration(base::Duration duration);
void append_duration(std::string& out, base::Duration duration);

/// `2024-02-29T12:00:00.123Z` or with an offset `+02:00`; seconds and fraction may be missing, the zone may not
/// (FLOW-22). Years of more than four digits carry a sign; `24:00` is the start of the next day, second 60 the end of a
/// day.
base::Result<base::Instant> parse_instant(std::string_view text);
/// As parameters of the REST API bring it: besides, a missing zone is UTC and a blank before the offset is the `+` that
/// a query decoder took away (API-24).
base::Result<base::Instant> parse_api_instant(std::string_view text);
/// With 0, 3, 6 or 9 fraction digits, seconds always present, `Z` (EXPR-15).
std::string format_instant(base::Instant instant);
void append_instant(std::string& out, base::Instant instant);

/// A date with time of day whose zone is not known here (the IANA database belongs to the expression module).
struct ParsedDateTime {
  int64_t seconds = 0;  ///< since 1970-01-01T00:00 on the clock of the text, offset not applied
  uint32_t nanos = 0;
  std::optional<int32_t> offset_seconds;  ///< `Z` is 0
  std::string_view zone;                  ///< `Europe/Paris` of `…+01:00[Europe/Paris]`; view into the text
};
/// The parts of `2024-02-29T12:00[:00[.5]][offset][[zone]]`, unresolved.
base::Result<ParsedDateTime> parse_date_time(std::string_view text);

/// Days since 1970-01-01 of `YYYY-MM-DD`.
base::Result<int64_t> parse_local_date(std::string_view text);
std::string format_local_date(int64_t days);
/// Nanoseconds of the day of `HH:MM[:SS[.fraction]]`.
base::Result<int64_t> parse_local_time(std::string_view text);
std::string format_local_time(int64_t nanos_of_day);

/// How the fractions and zones of temporal values are written.
enum class TemporalStyle {
  print,     ///< fractions of 3, 6 or 9 digits, a named zone in brackets (EXPR-15)
  document,  ///< in JSON and YAML: fractions without trailing zeros (instants as in print), offset only (EXPR-16)
};

/// Text of any temporal value (instant, zoned, local …) as a print node shows it (EXPR-15, EXPR-16).
std::string format_temporal(const base::Value& value);
void append_temporal(std::string& out, const base::Value& value, TemporalStyle style);
/// Kinds that append_temporal takes.
bool is_temporal(const base::Value& value);

}  // namespace gyr::syntax
