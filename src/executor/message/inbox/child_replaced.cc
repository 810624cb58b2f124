// To the caller: another execution replaces its child (EXEC-156).
#include "executor/message/inbox/apply.h"
#include "executor/turn.h"

namespace gyr::executor {

void apply_inbox(Turn& turn, const InboxHint& hint, const ChildReplacedMessage& replaced) {
  step_target(turn, hint, engine::ChildReplaced{replaced.caller_task_run, replaced.child, replaced.replacement});
}

}  // namespace gyr::executor
