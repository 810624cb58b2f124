// What the main thread of a following command waits for: news from other threads, signals, a time.
#pragma once

#include <optional>

#include "base/clock.h"

namespace gyr::cli {

/// Catches SIGINT, SIGTERM and SIGHUP while it lives, and can be woken from any thread. At most one exists at a time.
/// wait() is the main thread's. From the first wait() to leave() the caller answers for a second signal; before and
/// after, a second one ends the process at once with 130, and a third one always does: whatever hangs, Ctrl-C ends it.
class Wakeups {
 public:
  Wakeups();
  Wakeups(const Wakeups&) = delete;
  Wakeups& operator=(const Wakeups&) = delete;
  ~Wakeups();

  /// Any thread; cheap when it is woken already.
  void notify();

  struct Woken {
    bool notified = false;
    int signals = 0;  ///< how many have come so far
  };
  /// Returns at a notification, a signal not told yet, or at the time; at once where one of them waits already.
  Woken wait(std::optional<base::MonotonicTime> until);
  /// The caller waits no more.
  void leave();

 private:
  int event_fd_ = -1;
  int signal_pipe_[2] = {-1, -1};
};

}  // namespace gyr::cli
