// Creation, scheduled start, recovery (EXEC-11, EXEC-100, EXEC-130 ff).
#include "base/probe.h"
#include "engine/lifecycle/lifecycle.h"

namespace gyr::engine {
namespace {

using model::State;

/// A run found unfinished when the execution was loaded: whatever it waited for outside the store is gone and asked for
/// again.
void recover(Step& step, RunState& run) {
  switch (run.wait) {
    case Wait::worker:
      // Nothing starts any more, and what was running ended with the server (EXEC-80, OPS-13).
      if (step.state().is_being_ended() && !run.run.force_execution) {
        GYR_PROBE("a job is not given out again because its execution is being ended");
        return step.end_run(run, State::killed);
      }
      // If the worker had started the attempt, it is replaced by another one, which does not count as a retry
      // (EXEC-133).
      resubmit(step, run);
      return;
    case Wait::child:  // the message to the child was committed with this state
    case Wait::retry:  // the deadline is in the state
    case Wait::resume:
    case Wait::next_round: return;
    case Wait::rendering:
    case Wait::nothing:
    case Wait::children: return;  // processed in any case
  }
}

}  // namespace

void drive(Step& step, const Drive& event) {
  if (event.recovered) {
    ExecutionState& state = step.state();
    // By index: children of a directory, which stand behind it, go when it begins anew.
    for (size_t i = 0; i < state.runs().size(); ++i) {
      RunState& run = *state.runs()[i];
      if (!model::is_terminated(run.run.state.current())) recover(step, run);
    }
  }
  step.schedule_execution();
}

}  // namespace gyr::engine
