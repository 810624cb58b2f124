// A new task run: its condition, then its start by kind (TASK-6, EXEC-13).
#include "base/probe.h"
#include "engine/flowable/types.h"
#include "engine/lifecycle/lifecycle.h"

namespace gyr::engine {
namespace {

using model::State;

/// The run's condition: true, false, or not known yet.
std::optional<bool> condition_holds(Step& step, RunState& run, const CompiledTask& task) {
  auto rendering = step.render(run, *task.run_if, false);
  if (rendering.kind == Step::Rendering::Kind::pending) GYR_PROBE("a condition of a task waits for its rendering");
  if (rendering.kind == Step::Rendering::Kind::pending) return std::nullopt;
  if (rendering.kind == Step::Rendering::Kind::failed) {
    step.log(run, model::LogLevel::error,
             "Failed to evaluate the runIf condition for task " + task.id() + ". Cause: " + rendering.error);
    step.end_run(run, State::failed);
    return std::nullopt;
  }
  return expression::is_truthy(rendering.value);
}

/// A Pause that was created beside the one that stopped the execution pauses with it: each waits for its own resume.
bool joins_pause(const ExecutionState& state, const RunState& run) {
  return state.execution().state.current() == State::paused && state.waiting_for_resume() > 0 &&
         state.flow().task(run.task).flowable == &pause_task();
}

}  // namespace

bool may_go_on(const ExecutionState& state, const RunState& run) {
  // Tasks after the end wait for it: for a replay that starts there, the end is still to come (EXEC-85).
  if (run.run.force_execution) return model::is_terminated(state.execution().state.current());
  if (state.ending || state.stopping) return false;
  switch (state.execution().state.current()) {
    case State::running:
    case State::retrying: return true;
    case State::paused:
    case State::breakpoint: return run.aside;
    default: return false;
  }
}

void admit(Step& step, RunState& run) {
  if (run.wait == Wait::rendering && !run.rendered) return;
  if (!may_go_on(step.state(), run) && !joins_pause(step.state(), run)) return;
  const CompiledTask& task = step.task(run);
  if (run.stage == Stage::created) {
    if (stop_at_breakpoint(step, run)) return;
    if (!task.spec->defect.empty()) {  // FLOW-64
      step.log(run, model::LogLevel::error, task.spec->defect);
      step.end_run(run, State::failed);
      return;
    }
    if (task.run_if) {
      auto holds = condition_holds(step, run, task);
      if (!holds) return;
      if (!*holds) {
        step.add_attempt(run, {State::created, State::skipped});
        step.end_run(run, State::skipped);
        return;
      }
    }
    run.stage = Stage::admitted;
  }
  switch (task.kind) {
    case TaskKind::worker: return dispatch(step, run);
    case TaskKind::flowable: return start_flowable(step, run);
    case TaskKind::subflow: return start_subflow(step, run);
    case TaskKind::items: return start_items(step, run);
    case TaskKind::updating: return run_updating(step, run);
  }
}

}  // namespace gyr::engine
