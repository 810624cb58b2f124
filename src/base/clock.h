// The only place where time is read. Everything else is given a Clock (principle: time).
#pragma once

#include <atomic>
#include <chrono>

#include "base/instant.h"

namespace gyr::base {

/// Source of wall-clock time. Implementations are safe on any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Wall-clock time in UTC; may jump in either direction when the machine's clock is set.
  virtual Instant now() const = 0;
};

/// The machine's clock, with microseconds (what the store keeps).
class SystemClock final : public Clock {
 public:
  Instant now() const override;
};

/// A clock that stands still until it is set: for tests and the simulator.
class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(Instant start) : now_us_(start.to_micros()) {}
  Instant now() const override { return Instant::of_micros(now_us_.load(std::memory_order_relaxed)); }
  void set(Instant now) { now_us_.store(now.to_micros(), std::memory_order_relaxed); }
  void advance(Duration by) { now_us_.fetch_add(by.to_micros(), std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> now_us_;
};

/// Time that only runs forward, for waits inside the process.
using MonotonicTime = std::chrono::steady_clock::time_point;
MonotonicTime monotonic_now();

}  // namespace gyr::base
