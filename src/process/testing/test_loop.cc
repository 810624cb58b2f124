#include "process/testing/test_loop.h"

namespace gyr::process::testing {

void TestLoop::post(Callback callback) {
  std::lock_guard lock(mutex_);
  posted_.push_back(std::move(callback));
  changed_.notify_one();
}

base::Loop::TimerId TestLoop::start_timer(base::MonotonicTime when, Callback callback) {
  timers_.emplace(std::pair(when, ++last_timer_), std::move(callback));
  return last_timer_;
}

void TestLoop::cancel_timer(TimerId timer) {
  std::erase_if(timers_, [timer](const auto& entry) { return entry.first.second == timer; });
}

bool TestLoop::run_until(const std::function<bool()>& done, std::chrono::milliseconds limit) {
  base::MonotonicTime end = now() + limit;
  while (!done()) {
    std::vector<Callback> ready;
    {
      std::unique_lock lock(mutex_);
      base::MonotonicTime wake = timers_.empty() ? end : std::min(end, timers_.begin()->first.first);
      changed_.wait_until(lock, wake, [this] { return !posted_.empty(); });
      ready.swap(posted_);
    }
    for (auto& callback : ready) callback();
    while (!timers_.empty() && timers_.begin()->first.first <= now()) {
      auto timer = timers_.extract(timers_.begin());
      timer.mapped()();
    }
    if (now() >= end) return done();
  }
  return true;
}

}  // namespace gyr::process::testing
