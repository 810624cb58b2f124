// Forces an execution to run (EXEC-88).
#include <fmt/format.h>

#include "command/errors.h"
#include "executor/message/command/apply.h"
#include "executor/turn.h"

namespace gyr::executor {

using base::fail;
using model::State;

base::Result<ExecutionAnswer> apply(Turn& turn, ForceRunExecution& command) {
  GYR_TRY(LiveExecution * live, turn.load_known(command.id));
  if (const State state = live->state->execution().state.current(); model::is_terminated(state)) {
    return fail(wrong_state, fmt::format("Execution '{}' is already finished ({}), can't force it to run",
                                         command.id.to_text(), model::to_text(state)));
  }
  GYR_CHECK(check_quarantine(*live));
  turn.step(*live, engine::ForceRunRequested{});
  return answer_of(*live);
}

}  // namespace gyr::executor
