// Dates and times of day without zone, as members of described objects.
#pragma once

#include <compare>
#include <cstdint>

namespace gyr::model {

/// Days since 1970-01-01.
struct LocalDate {
  int64_t days = 0;
  friend auto operator<=>(const LocalDate&, const LocalDate&) = default;
};

/// Nanoseconds since midnight.
struct LocalTime {
  int64_t nanos = 0;
  friend auto operator<=>(const LocalTime&, const LocalTime&) = default;
};

}  // namespace gyr::model
