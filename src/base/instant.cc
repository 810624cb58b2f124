#include "base/instant.h"

#include <cmath>

namespace gyr::base {
namespace {

constexpr Duration longest{INT64_MAX, nanos_per_second - 1};
constexpr Duration shortest{INT64_MIN, 0};

Duration add(int64_t seconds_a, uint32_t nanos_a, int64_t seconds_b, uint32_t nanos_b) {
  uint32_t nanos = nanos_a + nanos_b;
  int64_t carry = 0;
  if (nanos >= nanos_per_second) {
    nanos -= nanos_per_second;
    carry = 1;
  }
  int64_t seconds = 0;
  if (__builtin_add_overflow(seconds_a, seconds_b, &seconds) || __builtin_add_overflow(seconds, carry, &seconds)) {
    return seconds_a < 0 ? shortest : longest;
  }
  return {seconds, nanos};
}

Duration negated(Duration d) {
  if (d.seconds == INT64_MIN) return longest;
  if (d.nanos == 0) return {-d.seconds, 0};
  return {-d.seconds - 1, static_cast<uint32_t>(nanos_per_second - d.nanos)};
}

}  // namespace

Duration Duration::of_fraction(double seconds) {
  if (std::isnan(seconds)) return {};
  double whole = std::floor(seconds);
  if (whole >= 9.2e18) return longest;
  if (whole <= -9.2e18) return shortest;
  auto nanos = static_cast<int64_t>(std::llround((seconds - whole) * 1e9));
  return add(static_cast<int64_t>(whole), 0, nanos / nanos_per_second, static_cast<uint32_t>(nanos % nanos_per_second));
}

Duration operator+(Duration a, Duration b) { return add(a.seconds, a.nanos, b.seconds, b.nanos); }
Duration operator-(Duration a, Duration b) { return a + negated(b); }

Instant operator+(Instant a, Duration b) {
  Duration sum = add(a.seconds, a.nanos, b.seconds, b.nanos);
  return {sum.seconds, sum.nanos};
}
Instant operator-(Instant a, Duration b) { return a + negated(b); }
Duration operator-(Instant a, Instant b) { return a.since_epoch() - b.since_epoch(); }

Duration scaled(Duration a, double factor) { return Duration::of_fraction(a.to_fraction() * factor); }

}  // namespace gyr::base
