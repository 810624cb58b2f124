// To the caller: its child exists, or cannot be created (TASK-52).
#include "executor/message/inbox/apply.h"
#include "executor/turn.h"

namespace gyr::executor {

void apply_inbox(Turn& turn, const InboxHint& hint, const ChildStartedMessage& started) {
  step_target(
      turn, hint,
      engine::ChildStarted{started.caller_task_run, started.child, started.ok, started.error, started.undeclared});
}

}  // namespace gyr::executor
