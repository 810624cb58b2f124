// Resumes a paused execution or task run (EXEC-83).
#include "command/errors.h"
#include "executor/message/command/apply.h"
#include "executor/turn.h"

namespace gyr::executor {

using base::fail;
using model::State;

base::Result<ExecutionAnswer> apply(Turn& turn, ResumeExecution& command) {
  GYR_TRY(LiveExecution * live, turn.load_known(command.id));
  GYR_CHECK(check_quarantine(*live));
  const engine::ExecutionState& state = *live->state;
  const engine::RunState* run = command.task_run ? state.find(command.task_run) : nullptr;
  // Another user can have resumed it, or its time has ended, after the inputs were validated.
  const bool paused = command.task_run
                          ? run != nullptr && run->wait == engine::Wait::resume
                          : state.execution().state.current() == State::paused && state.waiting_for_resume() == 0;
  if (!paused) return fail(not_paused(command.id));
  turn.step(*live, engine::ResumeRequested{command.task_run, command.inputs, command.by});
  return answer_of(*live);
}

}  // namespace gyr::executor
