// Points and lengths of time with nanoseconds, as the language of flows needs them.
#pragma once

#include <compare>
#include <cstdint>

namespace gyr::base {

inline constexpr int64_t nanos_per_second = 1'000'000'000;
inline constexpr int64_t nanos_per_milli = 1'000'000;

/// A length of time: `seconds` + `nanos`, nanos always 0..999,999,999 (so -0.5 s is {-1, 500,000,000}).
struct Duration {
  int64_t seconds = 0;
  uint32_t nanos = 0;

  static constexpr Duration of_seconds(int64_t seconds) { return {seconds, 0}; }
  static constexpr Duration of_millis(int64_t millis) { return of_units(millis, 1000, nanos_per_milli); }
  static constexpr Duration of_micros(int64_t micros) { return of_units(micros, 1'000'000, 1000); }
  static constexpr Duration of_nanos(int64_t nanos) { return of_units(nanos, nanos_per_second, 1); }
  /// Rounded to nanoseconds; saturates beyond the range of int64 seconds.
  static Duration of_fraction(double seconds);

  constexpr bool is_negative() const { return seconds < 0; }
  constexpr bool is_zero() const { return seconds == 0 && nanos == 0; }
  /// Rounded down; saturates.
  constexpr int64_t to_millis() const { return saturated(1000, nanos_per_milli); }
  constexpr int64_t to_micros() const { return saturated(1'000'000, 1000); }
  constexpr int64_t to_nanos() const { return saturated(nanos_per_second, 1); }
  constexpr double to_fraction() const { return static_cast<double>(seconds) + static_cast<double>(nanos) / 1e9; }

  friend constexpr auto operator<=>(const Duration&, const Duration&) = default;

 private:
  static constexpr Duration of_units(int64_t units, int64_t per_second, int64_t nanos_per_unit) {
    int64_t whole = units / per_second;
    int64_t rest = units % per_second;
    if (rest < 0) {
      whole -= 1;
      rest += per_second;
    }
    return {whole, static_cast<uint32_t>(rest * nanos_per_unit)};
  }
  constexpr int64_t saturated(int64_t per_second, int64_t nanos_per_unit) const {
    int64_t scaled = 0;
    if (__builtin_mul_overflow(seconds, per_second, &scaled) ||
        __builtin_add_overflow(scaled, static_cast<int64_t>(nanos) / nanos_per_unit, &scaled)) {
      return seconds < 0 ? INT64_MIN : INT64_MAX;
    }
    return scaled;
  }
};

/// A point of time: seconds since 1970-01-01T00:00:00Z and nanoseconds of that second.
struct Instant {
  int64_t seconds = 0;
  uint32_t nanos = 0;

  static constexpr Instant of_millis(int64_t millis) { return from(Duration::of_millis(millis)); }
  static constexpr Instant of_micros(int64_t micros) { return from(Duration::of_micros(micros)); }
  static constexpr Instant of_nanos(int64_t nanos) { return from(Duration::of_nanos(nanos)); }
  constexpr int64_t to_millis() const { return since_epoch().to_millis(); }
  constexpr int64_t to_micros() const { return since_epoch().to_micros(); }
  constexpr int64_t to_nanos() const { return since_epoch().to_nanos(); }
  constexpr Duration since_epoch() const { return {seconds, nanos}; }

  friend constexpr auto operator<=>(const Instant&, const Instant&) = default;

 private:
  static constexpr Instant from(Duration d) { return {d.seconds, d.nanos}; }
};

/// Sums and differences saturate at the ends of the range instead of overflowing.
Duration operator+(Duration a, Duration b);
Duration operator-(Duration a, Duration b);
Instant operator+(Instant a, Duration b);
Instant operator-(Instant a, Duration b);
Duration operator-(Instant a, Instant b);
/// Multiplied by a factor ≥ 0, saturating: for exponential delays.
Duration scaled(Duration a, double factor);

}  // namespace gyr::base
