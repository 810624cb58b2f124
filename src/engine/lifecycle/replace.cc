// CREATE_NEW_EXECUTION: a failed execution gives way to a new one (EXEC-52, EXEC-156).
#include "base/invariant.h"
#include "base/probe.h"
#include "engine/lifecycle/lifecycle.h"
#include "model/retry.h"

namespace gyr::engine {

using model::State;

namespace {

/// What handles errors and ends never changes how the execution ends (EXEC-20, TASK-23).
bool decides_the_end(const RunState& run) {
  for (const RunState* up = &run; up != nullptr; up = up->parent) {
    if (up->role != ListRole::tasks) return false;
  }
  return true;
}

}  // namespace

bool replace_execution(Step& step, RunState& run, const model::Retry& retry, base::Instant at) {
  ExecutionState& state = step.state();
  const model::Execution& execution = state.execution();
  if (!decides_the_end(run) || state.verdict) return false;
  const int32_t attempts = execution.attempt_number - state.attempts_before_restart;
  auto next = retry.next_date(attempts, state.retries_since.value_or(execution.original_created), at, step.random());
  if (!next) return false;
  GYR_PROBE("an execution gives way to a new one");
  state.verdict = State::retried;
  state.replacement = step.new_execution_id(*execution.flow);  // chosen here, so that making it twice is making it once
  state.replace_at = *next;
  state.touch();  // its outputs may have to be rendered before its state changes
  state.set_state(run, State::failed, at);
  for (RunState* up = &run; up != nullptr; up = up->parent) step.end_run(*up, State::retried);
  step.schedule_execution();
  return true;
}

void start_replacement(Step& step) {
  ExecutionState& state = step.state();
  if (!state.replace_at || step.now() < *state.replace_at) return;
  GYR_INVARIANT(state.replacement, "a replacement has an id");
  state.replace_at.reset();
  state.set_wake(std::nullopt);
  state.touch();
  step.emit(StartReplacement{state.replacement});
}

void kill_replacement(Step& step) {
  ExecutionState& state = step.state();
  if (!state.replacement) return;
  if (!state.replace_at) {
    GYR_PROBE("the replacement of a killed execution is killed");
    step.emit(KillChild{step.flow().key(), state.replacement});
    return;
  }
  GYR_PROBE("an execution is killed before its replacement is born");
  state.replace_at.reset();
  state.set_wake(std::nullopt);
  state.touch();
  step.log_execution(model::LogLevel::warn, "The execution was killed before it was tried again");
  step.emit(ReplacementKilled{state.replacement});
}

}  // namespace gyr::engine
