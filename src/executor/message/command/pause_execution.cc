// Pauses a running execution (EXEC-83).
#include <fmt/format.h>

#include "command/errors.h"
#include "executor/message/command/apply.h"
#include "executor/turn.h"

namespace gyr::executor {

using base::fail;
using model::State;

base::Result<ExecutionAnswer> apply(Turn& turn, PauseExecution& command) {
  GYR_TRY(LiveExecution * live, turn.load_known(command.id));
  GYR_CHECK(check_quarantine(*live));
  const State state = live->state->execution().state.current();
  if (state != State::running) {
    return fail(wrong_state, fmt::format("Execution '{}' is not running, can't pause it: its state is {}",
                                         command.id.to_text(), model::to_text(state)));
  }
  turn.step(*live, engine::PauseRequested{});
  return answer_of(*live);
}

}  // namespace gyr::executor
