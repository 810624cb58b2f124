// A wake-up from any thread to one coroutine on its loop.
#pragma once

#include <memory>

#include "base/loop.h"
#include "base/task.h"

namespace gyr::web {

/// Raised any number of times before it is waited for, it counts once: whoever waits then looks at the newest state, so
/// a slow client never makes a queue (principle: live updates). Copies share it. raise() from any thread, the rest on
/// the loop.
class Notice {
 public:
  explicit Notice(base::Loop& loop);
  void raise() const;
  /// True when it was raised, false at `until`.
  base::Task<bool> wait(base::MonotonicTime until) const;

 private:
  struct State;
  struct Awaiter;
  std::shared_ptr<State> state_;
};

}  // namespace gyr::web
