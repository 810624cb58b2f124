// The concurrency gate of the flow, as one execution sees it (EXEC-60, EXEC-61, EXEC-88). Who may pass is the
// partition's to say, which knows the rows of all executions of the flow.
#include <fmt/format.h>

#include "base/invariant.h"
#include "base/probe.h"
#include "engine/lifecycle/lifecycle.h"

namespace gyr::engine {

using model::State;

namespace {

/// Ends an execution that must not start: none of its tasks runs, except those after the end.
void refuse(Step& step, State final_state) {
  ExecutionState& state = step.state();
  // Of one that was restarted: they would have run again.
  const auto& runs = state.runs();
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    if (!model::is_terminated((*run)->run.state.current())) step.end_run(**run, final_state);
  }
  state.outputs_rendered = true;
  finish_execution(step, final_state);
}

void begin(Step& step) {
  ExecutionState& state = step.state();
  state.admitted = true;
  state.set_wake(std::nullopt);
  state.set_state(State::running, step.now());
  if (!step.flow().slas().empty()) watch_slas(step);
  step.schedule_open_runs();  // the restarted runs could not start before
  step.schedule_execution();
}

}  // namespace

bool pass_gate(Step& step) {
  ExecutionState& state = step.state();
  const Admission& admission = step.event().admission;
  GYR_INVARIANT(!state.admitted, "an execution passes its gate once");
  switch (admission.verdict) {
    case Admission::Verdict::open: state.admitted = true; return true;
    case Admission::Verdict::queue:
      step.server_log(
          fmt::format("Execution is queued due to concurrency limit exceeded, {} running(s)", admission.running));
      GYR_PROBE("an execution is queued at its gate");
      state.set_state(State::queued, step.now());
      if (!step.flow().slas().empty()) watch_slas(step);  // waiting counts (EXEC-70)
      return false;
    case Admission::Verdict::cancel:
      GYR_PROBE("an execution is cancelled at its gate");
      refuse(step, State::cancelled);
      return false;
    case Admission::Verdict::fail:
      GYR_PROBE("an execution fails at its gate");
      step.log_execution(model::LogLevel::error, "Execution is FAILED due to concurrency limit exceeded");
      refuse(step, State::failed);
      return false;
  }
  return false;
}

void leave_queue(Step& step, const LeaveQueue& event) {
  if (step.state().execution().state.current() != State::queued) {
    GYR_PROBE("an execution leaves a queue that it has left already");
    return;
  }
  GYR_INVARIANT(!step.state().admitted, "an execution in a queue holds no slot");
  if (event.state == State::running) {
    begin(step);
  } else {
    refuse(step, event.state);
  }
}

void force_run(Step& step) {
  switch (step.state().execution().state.current()) {
    case State::created:
    case State::restarted:
    case State::queued: return begin(step);
    case State::paused: return resume(step, {});
    default: step.schedule_open_runs(); step.schedule_execution();
  }
}

}  // namespace gyr::engine
