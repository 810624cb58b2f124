// Cron expressions: their syntax, as sets of allowed values (TRIG-40 to TRIG-45). Dates are computed elsewhere.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error.h"

namespace gyr::model {

inline constexpr base::ErrorCode invalid_cron{"GYR-F030"};

/// The fields of a cron expression: one bit for each allowed value. Plain data.
struct Cron {
  uint64_t seconds = 1;  ///< bits 0 to 59; second 0 alone without a field for it
  uint64_t minutes = 0;  ///< bits 0 to 59
  uint32_t hours = 0;    ///< bits 0 to 23
  uint32_t days = 0;     ///< of the month: bits 1 to 31
  uint16_t months = 0;   ///< bits 1 to 12
  uint8_t weekdays = 0;  ///< bits 0 (Sunday) to 6
  /// Whether the field is anything but `*`: with both restricted a day matches where either does (TRIG-43).
  bool days_restricted = false;
  bool weekdays_restricted = false;
  /// Days before the last day of the month (`L` is bit 0, `L-3` bit 3); they count beside `days` (TRIG-42).
  uint32_t days_before_last = 0;

  friend bool operator==(const Cron&, const Cron&) = default;
};

/// Five fields, or six with a field for the seconds first; or a nickname (`@daily`). The message of the error is only
/// the reason.
base::Result<Cron> parse_cron(std::string_view text, bool with_seconds);

}  // namespace gyr::model
