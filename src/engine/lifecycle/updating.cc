// Runs of tasks that change the execution (TASK-85).
#include "engine/updating/updating.h"

#include "engine/lifecycle/lifecycle.h"

namespace gyr::engine {

using model::State;

void run_updating(Step& step, RunState& run) {
  const CompiledTask& task = step.task(run);
  auto rendering = step.render(run, *task.decision, false);
  if (rendering.kind == Step::Rendering::Kind::pending) return;
  base::Result<void> applied;
  if (rendering.kind == Step::Rendering::Kind::failed) {
    applied = base::fail(update_refused, rendering.error);
  } else {
    applied = task.updating->apply(step, run, *task.spec, rendering.value);
  }
  if (!applied) {
    step.log_execution(model::LogLevel::error, applied.error().message());
    step.add_attempt(run, {State::created, State::failed});
    step.end_run(run, failure_state(task.allow_failure, task.allow_warning));
    return;
  }
  step.state().set_state(run, State::running, step.now());
  step.add_attempt(run, {State::created, State::running});
  const auto ending = step.state().ending;
  if (!ending || run.run.force_execution) {  // behind the end it is somebody else's, and done
    step.end_run(run, State::success);
  } else if (*ending == State::killed) {
    kill(step, KillRequested{false});
  } else {
    end_execution(step, *ending);
  }
}

}  // namespace gyr::engine
