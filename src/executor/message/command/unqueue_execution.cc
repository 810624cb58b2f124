// Removes an execution from the queue of its flow (EXEC-88).
#include <fmt/format.h>

#include "command/errors.h"
#include "executor/message/command/apply.h"
#include "executor/turn.h"

namespace gyr::executor {

using base::fail;
using model::State;

base::Result<ExecutionAnswer> apply(Turn& turn, UnqueueExecution& command) {
  GYR_TRY(LiveExecution * live, turn.load_known(command.id));
  if (const State state = live->state->execution().state.current(); state != State::queued) {
    return fail(wrong_state, fmt::format("Execution '{}' is not queued, can't unqueue it: its state is {}",
                                         command.id.to_text(), model::to_text(state)));
  }
  GYR_CHECK(check_quarantine(*live));
  turn.step(*live, engine::LeaveQueue{command.state});
  return answer_of(*live);
}

}  // namespace gyr::executor
