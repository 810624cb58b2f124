// Releases an execution from quarantine (principle: quarantine).
#include "base/probe.h"
#include "command/errors.h"
#include "executor/message/command/apply.h"
#include "executor/turn.h"

namespace gyr::executor {

using base::fail;

void end_quarantine(LiveExecution& live) {
  live.quarantined = false;
  live.aborts = 0;
  live.state->execution().error.clear();  // it only contains the reason of the quarantine
  live.state->touch();
}

base::Result<ExecutionAnswer> apply(Turn& turn, ReleaseExecution& command) {
  GYR_TRY(LiveExecution * live, turn.load_known(command.id));
  if (!live->quarantined) return fail(wrong_state, "the execution is not in quarantine");
  GYR_PROBE("an execution is released from quarantine");
  GYR_CHECK(turn.queue_inbox(command.id));  // what came in the meantime
  end_quarantine(*live);
  turn.step(*live, engine::Drive{true});
  return answer_of(*live);
}

}  // namespace gyr::executor
