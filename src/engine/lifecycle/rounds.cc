// The next round of a LoopUntil (TASK-38).
#include "base/invariant.h"
#include "base/probe.h"
#include "engine/lifecycle/lifecycle.h"

namespace gyr::engine {

using model::State;

void next_round(Step& step, RunState& run) {
  ExecutionState& state = step.state();
  GYR_INVARIANT(run.flowable && run.wait == Wait::next_round, "a round starts after the task run has waited for it");
  state.set_wake(run, std::nullopt);
  if (state.is_being_ended()) {
    GYR_PROBE("a round is due while its execution is being killed");
    return;  // it ends with the execution
  }
  state.set_wait(run, Wait::children);
  state.remove_below(run);  // the outputs of a round are removed when the next one starts; its log lines are kept
  auto& loop = run.flowable->as<LoopUntilState>();
  loop.round += 1;
  loop.condition_failed = false;
  // For a loop inside a ForEach, the iteration is that of its value.
  if (!run.run.value) run.run.iteration = static_cast<int32_t>(loop.round);
  run.run.attempts.clear();
  step.add_attempt(run, {State::created, State::running});
  step.schedule(run);
}

}  // namespace gyr::engine
