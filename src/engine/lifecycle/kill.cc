// Killing an execution (EXEC-80 to EXEC-82).
#include "base/probe.h"
#include "engine/lifecycle/lifecycle.h"

namespace gyr::engine {

using model::State;

namespace {

/// Ends what can be ended at once and asks workers for the rest.
void kill_run(Step& step, RunState& run, bool cascade) {
  ExecutionState& state = step.state();
  if (run.items && run.child_flow && cascade) {
    state.set_wait(run, Wait::child);
    return step.schedule(run);  // asks its executions, some in each step, then ends
  }
  stop_elsewhere(step, run, cascade);
  if (run.wait == Wait::worker && attempt_is_open(run)) {
    GYR_PROBE("a kill waits for a worker");
    return;  // its worker reports KILLED, or its true result
  }
  if (runs_in_directory(step, run)) return;  // ends with the directory's job at the latest
  const bool waits_for_children = run.wait != Wait::resume && run.wait != Wait::worker;
  if (run.flowable && run.stage == Stage::running && waits_for_children) return;
  state.set_wait(run, Wait::nothing);
  step.end_run(run, State::killed);
}

}  // namespace

void stop_elsewhere(Step& step, const RunState& run, bool cascade) {
  if (run.wait == Wait::worker && !runs_in_directory(step, run)) {
    int32_t begun = attempt_is_open(run) ? 1 : 0;
    step.emit(KillAttempt{{run.run.id, static_cast<int32_t>(run.run.attempts.size()) - begun, run.epoch}});
  }
  if (run.items && cascade) kill_items(step, run);
  if (run.wait == Wait::child && cascade && run.child) step.emit(KillChild{run.child_flow, run.child});
}

void kill(Step& step, const KillRequested& event) {
  ExecutionState& state = step.state();
  State before = state.execution().state.current();
  if (model::is_terminated(before)) {
    // Children can still be running if they were started without waiting for them.
    GYR_PROBE("an execution that has ended is killed");
    if (!event.cascade) return;
    kill_replacement(step);
    for (const auto& run : state.runs()) {
      if (run->items) kill_items(step, *run);
      if (run->child) step.emit(KillChild{run->child_flow, run->child});
    }
    return;
  }
  if (before == State::killing && !state.stopping) return;
  state.stopping.reset();  // a person does not want to wait for what runs
  state.ending.reset();
  // One that has not begun, or waits for a slot, has no outputs to wait for (EXEC-80); nor does it hold a slot
  // meanwhile (EXEC-61).
  if (before == State::queued || before == State::created) state.outputs_rendered = true;
  state.kill_cascade = event.cascade;
  state.set_state(State::killing, step.now());
  state.kill_deadline = step.now() + base::Duration::of_seconds(step.settings().kill_wait_seconds);
  state.set_wake(state.kill_deadline);
  // By index: ending runs adds none, but the list belongs to the state.
  for (size_t i = state.runs().size(); i-- > 0;) {
    RunState& run = *state.runs()[i];
    if (run.run.force_execution || model::is_terminated(run.run.state.current())) continue;
    kill_run(step, run, event.cascade);
  }
  step.schedule_execution();
}

void advance_killing(Step& step) {
  ExecutionState& state = step.state();
  bool out_of_time = state.kill_deadline && step.now() >= *state.kill_deadline;
  if (out_of_time) GYR_PROBE("the time of a kill is over");
  // Subflow runs have ended; what still waits for executions is on its way of telling them.
  if (state.waiting_for_workers() + state.waiting_for_executions() > 0 && !out_of_time) return;
  end_open_runs(step, State::killed);
  if (out_of_time) state.set_wake(std::nullopt);  // its outputs may have to be rendered first: their answer ends it
  finish_execution(step, State::killed);
}

}  // namespace gyr::engine
