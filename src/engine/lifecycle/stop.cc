// A kill switch ends an execution (EXEC-99, OPS-13): gently, other than a kill.
#include <fmt/format.h>

#include <array>

#include "base/probe.h"
#include "engine/lifecycle/lifecycle.h"
#include "model/labels.h"

namespace gyr::engine {

using model::State;

namespace {

/// Ends all runs that have not started yet.
void stop_run(Step& step, RunState& run) {
  ExecutionState& state = step.state();
  if (run.items && run.child_flow) {
    state.set_wait(run, Wait::child);
    return step.schedule(run);  // asks its executions to end, some in each step
  }
  const bool is_under_way = run.wait == Wait::child || (run.wait == Wait::worker && attempt_is_open(run));
  if (is_under_way || runs_in_directory(step, run)) return;
  const bool waits_for_children = run.wait != Wait::resume && run.wait != Wait::worker;
  if (run.flowable && run.stage == Stage::running && waits_for_children) return;
  stop_elsewhere(step, run, false);
  state.set_wait(run, Wait::nothing);
  step.end_run(run, State::killed);
}

void put_labels(model::Execution& execution, const StopRequested& event) {
  const std::array<model::Label, 2> labels{
      model::Label{std::string(model::kill_switch_label), event.end == State::cancelled ? "cancelled" : "killed"},
      model::Label{std::string(model::kill_switch_id_label), event.switch_id}};
  model::put_labels(execution.labels, labels);
}

}  // namespace

void stop(Step& step, const StopRequested& event) {
  if (event.end == State::failed) return fail_by_exception(step, event.reason);
  ExecutionState& state = step.state();
  const State before = state.execution().state.current();
  if (model::is_terminated(before) || state.ends_already()) return;
  put_labels(state.execution(), event);
  step.log_execution(
      model::LogLevel::warn,
      fmt::format("Execution is {} by {}", event.end == State::cancelled ? "cancelled" : "killed", event.reason));
  // An execution that has not started has no outputs (EXEC-80).
  if (before == State::queued || before == State::created) state.outputs_rendered = true;
  state.stopping = event.end;
  state.set_wake(std::nullopt);
  if (event.end == State::killed) state.set_state(State::killing, step.now());
  // By index from the last: ending runs adds none, and a child ends before its parent.
  for (size_t i = state.runs().size(); i-- > 0;) {
    RunState& run = *state.runs()[i];
    if (!run.run.force_execution && !model::is_terminated(run.run.state.current())) stop_run(step, run);
  }
  step.schedule_execution();
}

void advance_stopping(Step& step) {
  ExecutionState& state = step.state();
  if (state.waiting_for_workers() + state.waiting_for_executions() > 0) {
    GYR_PROBE("a kill switch waits for what is under way");
    return;
  }
  const State end = *state.stopping;
  if (end == State::cancelled) state.verdict = end;  // the stopped execution can be restarted, as after an SLA
  end_open_runs(step, State::killed);
  finish_execution(step, end);
}

}  // namespace gyr::engine
