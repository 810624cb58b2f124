#include "base/clock.h"

namespace gyr::base {

Instant SystemClock::now() const {
  auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return Instant::of_micros(std::chrono::duration_cast<std::chrono::microseconds>(since_epoch).count());
}

MonotonicTime monotonic_now() { return std::chrono::steady_clock::now(); }

}  // namespace gyr::base
