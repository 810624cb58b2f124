// Virtual time: what happens next, and the clocks of the simulated machine.
#pragma once

#include <functional>
#include <queue>
#include <vector>

#include "base/clock.h"
#include "base/loop.h"

namespace gyr::simulation {

/// A millisecond of virtual time, which counts microseconds.
inline constexpr int64_t ms = 1'000;

/// A queue of callbacks by time; those of one time run in the order in which they were added. Time stands still while
/// one runs. The wall clock follows, but may be set to another time.
class Events {
 public:
  using Callback = std::move_only_function<void()>;

  explicit Events(base::Instant start) : start_(start), clock_(start), store_clock_(start) {}

  int64_t now_us() const { return now_us_; }
  const base::Clock& clock() const { return clock_; }
  /// Of the machine on which the store runs: nobody sets it.
  const base::Clock& store_clock() const { return store_clock_; }
  /// Somebody sets the wall clock.
  void jump(int64_t by_us) {
    offset_us_ += by_us;
    set_clock();
  }

  /// `upkeep`: goes on for ever, so that a history may end although it is to come.
  void after(int64_t delay_us, Callback callback, bool upkeep = false) {
    queue_.push(Entry{now_us_ + std::max<int64_t>(0, delay_us), ++added_, upkeep,
                      std::make_unique<Callback>(std::move(callback))});
    to_come_ += upkeep ? 0 : 1;
  }
  /// Nothing but upkeep is to come.
  bool at_rest() const { return to_come_ == 0; }
  /// False where nothing is left.
  bool run_next() {
    if (queue_.empty()) return false;
    auto callback = std::move(queue_.top().callback);
    to_come_ -= queue_.top().upkeep ? 0 : 1;
    now_us_ = queue_.top().at_us;
    queue_.pop();
    set_clock();
    ran_ += 1;
    (*callback)();
    return true;
  }
  uint64_t ran() const { return ran_; }

 private:
  struct Entry {
    int64_t at_us;
    uint64_t number;
    bool upkeep;
    mutable std::unique_ptr<Callback> callback;
    bool operator<(const Entry& other) const { return std::tie(other.at_us, other.number) < std::tie(at_us, number); }
  };
  void set_clock() {
    clock_.set(start_ + base::Duration::of_micros(now_us_ + offset_us_));
    store_clock_.set(start_ + base::Duration::of_micros(now_us_));
  }

  base::Instant start_;
  base::VirtualClock clock_;
  base::VirtualClock store_clock_;
  uint64_t to_come_ = 0;
  int64_t now_us_ = 0;
  int64_t offset_us_ = 0;
  uint64_t added_ = 0;
  uint64_t ran_ = 0;
  std::priority_queue<Entry> queue_;
};

/// Whether the process of a server is stopped, and until when.
struct Standstill {
  int64_t until_us = 0;
};

/// The event loop of one life of the server: on virtual time, silent once that life is over, and late while its process
/// sleeps.
class EventLoop final : public base::Loop {
 public:
  EventLoop(Events& events, const Standstill& sleep, bool upkeep = false)
      : events_(events), sleep_(sleep), upkeep_(upkeep), alive_(std::make_shared<bool>(true)) {}
  ~EventLoop() override { stop(); }
  void stop() { *alive_ = false; }

  void post(Callback callback) override { later(0, std::move(callback)); }
  TimerId start_timer(base::MonotonicTime when, Callback callback) override {
    later(std::chrono::duration_cast<std::chrono::microseconds>(when - now()).count(), std::move(callback));
    return ++timers_;
  }
  void cancel_timer(TimerId) override {}  // whoever stands behind the link cancels none
  bool on_loop_thread() const override { return true; }
  base::MonotonicTime now() const override { return base::MonotonicTime(std::chrono::microseconds(events_.now_us())); }

 private:
  void later(int64_t delay_us, Callback callback) {
    events_.after(
        delay_us,
        [this, alive = alive_, callback = std::move(callback)]() mutable {
          if (!*alive) return;
          if (const int64_t left = sleep_.until_us - events_.now_us(); left > 0)
            return later(left, std::move(callback));
          callback();
        },
        upkeep_);
  }
  Events& events_;
  const Standstill& sleep_;
  bool upkeep_;
  std::shared_ptr<bool> alive_;
  TimerId timers_ = 0;
};

}  // namespace gyr::simulation
