// A loop for tests that wait for real processes.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>

#include "base/loop.h"

namespace gyr::process::testing {

/// Runs what is posted from any thread, and timers by the real monotonic clock, while run_until() is called.
class TestLoop final : public base::Loop {
 public:
  void post(Callback callback) override;
  TimerId start_timer(base::MonotonicTime when, Callback callback) override;
  void cancel_timer(TimerId timer) override;
  bool on_loop_thread() const override { return true; }
  base::MonotonicTime now() const override { return base::monotonic_now(); }

  /// Runs until the condition holds; false if it does not within the limit.
  bool run_until(const std::function<bool()>& done, std::chrono::milliseconds limit = std::chrono::seconds(60));
  /// Runs a task to its end.
  template <class T>
  T run(base::Task<T> task);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Callback> posted_;
  std::map<std::pair<base::MonotonicTime, TimerId>, Callback> timers_;
  TimerId last_timer_ = 0;
};

namespace detail {
template <class T>
base::Task<void> keep(base::Task<T> task, std::optional<T>* result) {
  result->emplace(co_await std::move(task));
}
}  // namespace detail

template <class T>
T TestLoop::run(base::Task<T> task) {
  std::optional<T> result;
  base::TaskScope scope(*this);
  scope.spawn(detail::keep(std::move(task), &result));
  GYR_ASSERT(run_until([&] { return scope.running() == 0; }));
  GYR_ASSERT(result.has_value());
  return std::move(*result);
}

}  // namespace gyr::process::testing
