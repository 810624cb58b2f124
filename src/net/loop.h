// The event loop on Asio, which implements base::Loop, and thread pools for blocking work.
#pragma once

#include <memory>

#include "base/loop.h"

namespace gyr::net {

/// A loop that runs on the thread that calls run(). Destroy it after run() has returned.
///
/// post() takes one short lock and wakes the loop only if it may be asleep; callbacks that a callback posts run after
/// sockets and timers had their turn. Timers are in a separate heap: starting and cancelling a timer needs no system
/// call unless it becomes the earliest. Nothing is polled: an idle loop sleeps in the kernel.
class RunningLoop : public base::Loop {
 public:
  /// Serves until stop(); what is posted before that still runs. Once per loop.
  virtual void run() = 0;
  /// Any thread. Pending timers are dropped. Called before run(), run() serves what is posted and returns.
  virtual void stop() = 0;
};

std::unique_ptr<RunningLoop> make_loop();

/// A fixed set of threads for blocking work (such as the pools `file` and `web`), named `name-1`, `name-2` …
///
/// The queue itself has no limit: each entry belongs to a task that waits for it, and tasks are limited where they
/// start (connections, running task runs); post() must neither block a loop nor fail. With queued() an owner can refuse
/// work.
class Pool {
 public:
  virtual ~Pool() = default;
  /// Any thread. Tasks start in order; at most `threads` run at once. After stop() they are destroyed without running.
  virtual void post(std::move_only_function<void()> work) = 0;
  /// Waits for the tasks that run, destroys those that have not started. Any thread but the pool's own; again does
  /// nothing.
  virtual void stop() = 0;
  /// Tasks that wait for a thread. Any thread.
  virtual size_t queued() const = 0;
};
std::unique_ptr<Pool> make_pool(std::string_view name, size_t threads);

}  // namespace gyr::net
