// A notification from any thread to one coroutine on its loop.
#pragma once

#include <memory>

#include "base/loop.h"
#include "base/task.h"

namespace gyr::web {

/// Several notifications before a wait count as one: the receiver then reads the newest state, so that a slow client
/// never causes a queue (principle: live updates). Copies share the state. raise() is thread-safe; call the rest on the
/// loop.
class Notice {
 public:
  explicit Notice(base::Loop& loop);
  void raise() const;
  /// Returns true when it was raised, false at `until`.
  base::Task<bool> wait(base::MonotonicTime until) const;

 private:
  struct State;
  struct Awaiter;
  std::shared_ptr<State> state_;
};

}  // namespace gyr::web
