// Resumes an execution that is stopped at a breakpoint (EXEC-91).
#include <fmt/format.h>

#include "command/errors.h"
#include "executor/message/command/apply.h"
#include "executor/turn.h"

namespace gyr::executor {

using base::fail;
using model::State;

base::Result<ExecutionAnswer> apply(Turn& turn, ResumeFromBreakpoint& command) {
  GYR_TRY(LiveExecution * live, turn.load_known(command.id));
  GYR_CHECK(check_quarantine(*live));
  const State state = live->state->execution().state.current();
  if (state != State::breakpoint) {
    return fail(wrong_state,
                fmt::format("Execution '{}' is not at a breakpoint, can't resume it from one: its state is {}",
                            command.id.to_text(), model::to_text(state)));
  }
  turn.step(*live, engine::BreakpointResumed{command.breakpoints});
  return answer_of(*live);
}

}  // namespace gyr::executor
