// Virtual time: what happens next, and the clocks of the simulated machine.
#pragma once

#include <functional>
#include <queue>
#include <vector>

#include "base/clock.h"
#include "base/loop.h"

namespace gyr::simulation {

/// A queue of callbacks by time; those of one time run in the order in which they were added. Time stands still while one
/// runs. The wall clock follows, but may be set to another time.
class Events {
 public:
  using Callback = std::move_only_function<void()>;

  explicit Events(base::Instant start) : start_(start), clock_(start) {}

  int64_t now_us() const { return now_us_; }
  const base::Clock& clock() const { return clock_; }
  /// Somebody sets the wall clock.
  void jump(int64_t by_us) {
    offset_us_ += by_us;
    set_clock();
  }

  void after(int64_t delay_us, Callback callback) {
    queue_.push(Entry{now_us_ + std::max<int64_t>(0, delay_us), ++added_, std::make_unique<Callback>(std::move(callback))});
  }
  /// False where nothing is left.
  bool run_next() {
    if (queue_.empty()) return false;
    auto callback = std::move(queue_.top().callback);
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
    mutable std::unique_ptr<Callback> callback;
    bool operator<(const Entry& other) const { return std::tie(other.at_us, other.number) < std::tie(at_us, number); }
  };
  void set_clock() { clock_.set(start_ + base::Duration::of_micros(now_us_ + offset_us_)); }

  base::Instant start_;
  base::VirtualClock clock_;
  int64_t now_us_ = 0;
  int64_t offset_us_ = 0;
  uint64_t added_ = 0;
  uint64_t ran_ = 0;
  std::priority_queue<Entry> queue_;
};

/// The event loop of one life of the server: on virtual time, and silent once that life is over.
class EventLoop final : public base::Loop {
 public:
  explicit EventLoop(Events& events) : events_(events), alive_(std::make_shared<bool>(true)) {}
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
    events_.after(delay_us, [alive = alive_, callback = std::move(callback)]() mutable {
      if (*alive) callback();
    });
  }
  Events& events_;
  std::shared_ptr<bool> alive_;
  TimerId timers_ = 0;
};

}  // namespace gyr::simulation
