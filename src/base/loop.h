// An event loop as everything above `net` sees it: post, timers, and the awaitables built on them.
#pragma once

#include <chrono>
#include <coroutine>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/cancel.h"
#include "base/clock.h"
#include "base/task.h"

namespace gyr::base {

/// One thread that runs callbacks and timers. `net::make_loop` gives one on Asio; ManualLoop below is for tests.
class Loop {
 public:
  using Callback = std::move_only_function<void()>;
  using TimerId = uint64_t;

  virtual ~Loop() = default;
  /// Runs `callback` on the loop's thread, after what was posted before. Any thread. After the loop has stopped the
  /// callback is destroyed without running.
  virtual void post(Callback callback) = 0;
  /// Runs `callback` at (never before) `when`. Loop thread only. The id is never 0.
  virtual TimerId start_timer(MonotonicTime when, Callback callback) = 0;
  /// Cancels a timer; a timer that has already run is not an error. Loop thread only.
  virtual void cancel_timer(TimerId timer) = 0;
  virtual bool on_loop_thread() const = 0;
  virtual MonotonicTime now() const = 0;
};

/// Waits so long; false if cancelled before. Loop thread only.
Task<bool> sleep_for(Loop& loop, std::chrono::nanoseconds length, CancelToken cancel);

/// The tasks that an object has started and owns: cancel() asks them to end, join() waits until they have ended. Used
/// on one loop; must be joined before it is destroyed.
class TaskScope {
 public:
  explicit TaskScope(Loop& loop) : loop_(loop) {}
  TaskScope(const TaskScope&) = delete;
  TaskScope& operator=(const TaskScope&) = delete;
  ~TaskScope();

  /// Starts a task now, on the loop's thread. An exception that leaves it is logged: tasks report failure by value.
  void spawn(Task<void> task);
  void cancel() { cancel_.cancel(); }
  CancelToken token() const { return cancel_.token(); }
  size_t running() const { return running_; }
  Task<void> join();

 private:
  struct Detached;
  static Detached run(TaskScope* scope, Task<void> task);
  void ended();

  Loop& loop_;
  CancelSource cancel_;
  size_t running_ = 0;
  std::vector<std::coroutine_handle<>> joiners_;
};

/// A loop driven by hand, with virtual monotonic time: for tests and the simulator. One thread.
class ManualLoop final : public Loop {
 public:
  ManualLoop();
  ~ManualLoop() override;
  void post(Callback callback) override;
  TimerId start_timer(MonotonicTime when, Callback callback) override;
  void cancel_timer(TimerId timer) override;
  bool on_loop_thread() const override { return true; }
  MonotonicTime now() const override;

  /// Runs what is posted and due until nothing is left; returns how many callbacks ran.
  size_t run_ready();
  /// Moves the time forward to the next timer (at most by `limit`) and runs the due callbacks; false if there is no
  /// timer.
  bool advance_to_next_timer();
  void advance(std::chrono::nanoseconds by);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gyr::base
