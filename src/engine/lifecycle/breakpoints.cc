// Breakpoints: an execution stops before a task until a user resumes it (EXEC-91).
#include "base/probe.h"
#include "engine/lifecycle/lifecycle.h"

namespace gyr::engine {

using model::State;

namespace {

bool names(const model::Breakpoint& breakpoint, const RunState& run) {
  if (breakpoint.task_id != run.run.task_id) return false;
  if (!breakpoint.has_value) return true;
  // For a task deeper inside a loop: the value of the nearest loop around it.
  auto values = values_of(run);
  return !values.empty() && values.back() == breakpoint.value;
}

/// It has stopped there before and was let go.
bool was_passed(const RunState& run) {
  return std::ranges::any_of(run.run.state.changes(),
                             [](const auto& change) { return change.state == State::breakpoint; });
}

}  // namespace

bool stop_at_breakpoint(Step& step, RunState& run) {
  ExecutionState& state = step.state();
  const auto& breakpoints = state.execution().breakpoints;
  if (breakpoints.empty() || run.run.force_execution || run.aside) return false;
  if (std::ranges::none_of(breakpoints, [&run](const auto& breakpoint) { return names(breakpoint, run); }) ||
      was_passed(run))
    return false;
  GYR_PROBE("a task run stops at a breakpoint");
  state.set_state(run, State::breakpoint, step.now());
  state.set_state(State::breakpoint, step.now());
  return true;
}

void resume_from_breakpoint(Step& step, const BreakpointResumed& event) {
  ExecutionState& state = step.state();
  if (state.execution().state.current() != State::breakpoint) return;
  state.execution().breakpoints = event.breakpoints;
  state.set_state(State::running, step.now());
  for (const auto& run : state.runs()) {
    if (run->run.state.current() == State::breakpoint) state.set_state(*run, State::created, step.now());
  }
  step.schedule_open_runs();
  step.schedule_execution();
}

}  // namespace gyr::engine
