// Kills an execution (EXEC-80).
#include <fmt/format.h>

#include "base/probe.h"
#include "command/errors.h"
#include "executor/message/command/apply.h"
#include "executor/turn.h"

namespace gyr::executor {

using base::fail;
using model::State;

base::Result<ExecutionAnswer> apply(Turn& turn, KillExecution& command) {
  GYR_TRY(LiveExecution * live, turn.load_known(command.id));
  State state = live->state->execution().state.current();
  if (model::is_terminated(state) && !command.cascade) {
    return fail(wrong_state, fmt::format("Execution '{}' is already finished, can't kill it", command.id.to_text()));
  }
  if (live->quarantined) {
    GYR_PROBE("a kill ends a quarantine");
    end_quarantine(*live);
  }
  turn.step(*live, engine::KillRequested{command.cascade});
  return answer_of(*live);
}

}  // namespace gyr::executor
