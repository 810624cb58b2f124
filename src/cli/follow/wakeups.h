// What the main thread of `flow run` waits for: notifications from other threads, signals, a time.
#pragma once

#include <optional>

#include "base/clock.h"

namespace gyr::cli {

/// Catches SIGINT, SIGTERM and SIGHUP while it exists, and can be woken from any thread. At most one object exists at a
/// time. Only the main thread calls wait(). From the first wait() to leave() the caller handles a second signal. Before
/// and after that, a second signal ends the process at once with exit code 130. A third signal always does, so that
/// Ctrl-C ends the program whatever hangs.
class Wakeups {
 public:
  Wakeups();
  Wakeups(const Wakeups&) = delete;
  Wakeups& operator=(const Wakeups&) = delete;
  ~Wakeups();

  /// Any thread. Cheap if a notification is pending already.
  void notify();

  struct Woken {
    bool notified = false;
    int signals = 0;  ///< how many have come so far
  };
  /// Returns on a notification, on a signal that was not reported yet, or at `until`; at once if one is pending.
  Woken wait(std::optional<base::MonotonicTime> until);
  /// The caller does not wait any more.
  void leave();

 private:
  int event_fd_ = -1;
  int signal_pipe_[2] = {-1, -1};
};

}  // namespace gyr::cli
