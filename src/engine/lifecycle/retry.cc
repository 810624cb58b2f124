// Retries of failed attempts (EXEC-50 to EXEC-54, FLOW-70 to FLOW-72).
#include "model/retry.h"

#include "base/invariant.h"
#include "base/probe.h"
#include "engine/lifecycle/lifecycle.h"

namespace gyr::engine {

using model::State;

namespace {

/// Attempts that count towards `maxAttempts`: those lost with their worker do not (EXEC-133), nor those before a
/// restart by hand (EXEC-54).
int32_t counted_attempts(const RunState& run) {
  int32_t count = 0;
  for (const auto& attempt : run.run.attempts) {
    if (attempt.state.current() != State::resubmitted) count += 1;
  }
  return count - std::min(count, static_cast<int32_t>(run.attempts_before_restart));
}

base::Instant first_attempt_started(const RunState& run) {
  GYR_INVARIANT(!run.run.attempts.empty(), "a task run that is retried has an attempt");
  size_t first = std::min<size_t>(run.attempts_before_restart, run.run.attempts.size() - 1);
  return run.run.attempts[first].state.started();
}

bool any_run_retrying(const ExecutionState& state) {
  for (const auto& run : state.runs()) {
    if (run->run.state.current() == State::retrying) return true;
  }
  return false;
}

}  // namespace

bool schedule_retry(Step& step, RunState& run, base::Instant at) {
  const CompiledTask& task = step.task(run);
  const model::Retry* retry = task.retry;
  if (retry == nullptr || run.run.force_execution) return false;  // tasks after the end are not retried (EXEC-42)
  if (step.state().ending) {
    GYR_PROBE("a failure is not retried because the execution ends");
    return false;
  }
  // A failure that a task is allowed sets off its own retry alone: for a flowable and the flow it is none (EXEC-50).
  if (task.allow_failure && !task.retry_is_own) return false;
  if (retry->behavior == model::RetryBehavior::create_new_execution) return replace_execution(step, run, *retry, at);
  auto next = retry->next_date(counted_attempts(run), first_attempt_started(run), at, step.random());
  if (!next) {
    GYR_PROBE("the retries of a task run are used up");
    return false;
  }
  ExecutionState& state = step.state();
  retry_on_worker(step, run, at);
  state.set_wait(run, Wait::retry);
  state.set_wake(run, *next);
  return true;
}

void retry_on_worker(Step& step, RunState& run, base::Instant at) {
  ExecutionState& state = step.state();
  state.set_state(run, State::failed, at);
  state.set_state(run, State::retrying, step.now());
  if (state.execution().state.current() == State::running) state.set_state(State::retrying, step.now());
}

void retried_on_worker(Step& step, RunState& run, base::Instant at) {
  ExecutionState& state = step.state();
  state.set_state(run, State::created, at);
  if (state.execution().state.current() == State::retrying && !any_run_retrying(state)) {
    state.set_state(State::running, step.now());
  }
}

void retry_now(Step& step, RunState& run) {
  ExecutionState& state = step.state();
  GYR_INVARIANT(run.run.state.current() == State::retrying, "a task run that is retried has waited for the retry");
  state.set_wake(run, std::nullopt);
  state.set_wait(run, Wait::nothing);
  GYR_PROBE("a task run is tried again");
  run.stage = Stage::admitted;
  run.run.outputs = {};  // each attempt's outputs replace the previous ones (EXEC-53)
  retried_on_worker(step, run, step.now());
  step.schedule(run);
}

}  // namespace gyr::engine
