// Changes the final state of a task run of an ended execution (EXEC-86).
#include <fmt/format.h>

#include "command/errors.h"
#include "executor/message/command/apply.h"
#include "executor/turn.h"

namespace gyr::executor {

using base::fail;
using model::State;

base::Result<ExecutionWithRuns> apply(Turn& turn, ChangeRunState& command) {
  GYR_TRY(LiveExecution * live, turn.load_known(command.id));
  if (!may_be_changed(live->state->execution().state.current())) {
    return fail(wrong_change, "You can only change the state of a task run for a terminated non killed execution.");
  }
  const engine::RunState* run = live->state->find(command.task_run);
  if (run == nullptr) {
    return fail(task_run_not_found, fmt::format("Task run '{}' not found on execution '{}'", command.task_run.to_text(),
                                                command.id.to_text()));
  }
  const bool is_final =
      model::is_terminated(command.state) && command.state != State::retried && command.state != State::resubmitted;
  if (!is_final) return fail(wrong_change, "You can only change the state of a task run to a terminal state.");
  for (const engine::RunState* up = run; up != nullptr; up = up->parent) {
    if (up->role == engine::ListRole::tasks) continue;
    return fail(wrong_change, fmt::format("Task run '{}' belongs to `errors`, `finally` or `afterExecution`, which "
                                          "always run again; its state cannot be changed",
                                          command.task_run.to_text()));
  }
  turn.step(*live, engine::RunStateRequested{command.task_run, command.state});
  return answer_with_runs(*live);
}

}  // namespace gyr::executor
