// Commands that pause and resume an execution: pause, resume, resume from a breakpoint (EXEC-83, EXEC-91).
#include <fmt/format.h>

#include "executor/errors.h"
#include "executor/partition.h"
#include "executor/partition_pending.h"

namespace gyr::executor {

using base::fail;
using model::State;

base::Result<ExecutionAnswer> Partition::apply(PauseExecution& command) {
  GYR_TRY(LiveExecution * live, load_known(command.id));
  GYR_CHECK(check_quarantine(*live));
  const State state = live->state->execution().state.current();
  if (state != State::running) {
    return fail(wrong_state, fmt::format("Execution '{}' is not running, can't pause it: its state is {}",
                                         command.id.to_text(), model::to_text(state)));
  }
  step(*live, engine::PauseRequested{});
  return answer_of(*live);
}

base::Result<ExecutionAnswer> Partition::apply(ResumeExecution& command) {
  GYR_TRY(LiveExecution * live, load_known(command.id));
  GYR_CHECK(check_quarantine(*live));
  const engine::ExecutionState& state = *live->state;
  const engine::RunState* run = command.task_run ? state.find(command.task_run) : nullptr;
  // Another user can have resumed it, or its time has ended, after the inputs were validated.
  const bool paused = command.task_run
                          ? run != nullptr && run->wait == engine::Wait::resume
                          : state.execution().state.current() == State::paused && state.waiting_for_resume() == 0;
  if (!paused) return fail(not_paused(command.id));
  step(*live, engine::ResumeRequested{command.task_run, command.inputs, command.by});
  return answer_of(*live);
}

base::Result<ExecutionAnswer> Partition::apply(ResumeFromBreakpoint& command) {
  GYR_TRY(LiveExecution * live, load_known(command.id));
  GYR_CHECK(check_quarantine(*live));
  const State state = live->state->execution().state.current();
  if (state != State::breakpoint) {
    return fail(wrong_state,
                fmt::format("Execution '{}' is not at a breakpoint, can't resume it from one: its state is {}",
                            command.id.to_text(), model::to_text(state)));
  }
  step(*live, engine::BreakpointResumed{command.breakpoints});
  return answer_of(*live);
}

}  // namespace gyr::executor
