#include "state_rules.h"

namespace gyr::simulation {

using model::State;

bool may_follow_in_run(State before, State after, bool reopened) {
  if (model::is_terminated(before)) {
    if (after == State::retrying) return before == State::failed;
    if (after == State::running) return reopened;
    return model::is_terminated(after) || after == State::restarted;
  }
  switch (before) {
    case State::created: return after != State::retrying && after != State::restarted;
    case State::submitted: return after == State::running || model::is_terminated(after) || after == State::killing;
    case State::running: return after != State::created && after != State::restarted && after != State::queued;
    case State::retrying: return after == State::created || after == State::running || model::is_terminated(after);
    case State::restarted:
      return after == State::running || after == State::submitted || after == State::created ||
             model::is_terminated(after);
    case State::paused:
    case State::breakpoint: return after != State::submitted || before == State::breakpoint;
    default: return model::is_terminated(after) || after == State::running;
  }
}

bool may_follow_in_execution(State before, State after) {
  if (model::is_terminated(before)) return model::is_terminated(after) || after == State::restarted;
  switch (before) {
    case State::created:
      return after == State::running || after == State::queued || after == State::cancelled || after == State::failed ||
             after == State::killing || after == State::killed;
    case State::queued: return after != State::created && after != State::restarted;
    case State::running: return after != State::created && after != State::queued && after != State::restarted;
    case State::retrying:
      return after == State::running || after == State::paused || after == State::breakpoint ||
             after == State::killing || model::is_terminated(after);
    case State::killing: return after == State::killed;
    case State::restarted:
      return after == State::running || after == State::killing || after == State::queued ||
             after == State::cancelled || after == State::failed;
    default:
      return after == State::running || after == State::killing || after == State::restarted ||
             model::is_terminated(after);
  }
}

}  // namespace gyr::simulation
