// To the caller: its child cannot be restarted.
#include "executor/message/inbox/apply.h"
#include "executor/turn.h"

namespace gyr::executor {

void apply_inbox(Turn& turn, const InboxHint& hint, const ChildNotRestartedMessage& not_restarted) {
  step_target(turn, hint, engine::ChildNotRestarted{not_restarted.caller_task_run, not_restarted.child});
}

}  // namespace gyr::executor
