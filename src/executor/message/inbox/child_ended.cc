// To the caller: a child has ended, or an item has changed its state (TASK-53, TASK-54).
#include "executor/message/inbox/apply.h"
#include "executor/turn.h"

namespace gyr::executor {

void apply_inbox(Turn& turn, const InboxHint& hint, const ChildEndedMessage& ended) {
  if (turn.children.is_storing(ended.child)) return turn.children.keep_behind(ended.child, hint);  // the row stays
  auto live = turn.load(hint.message.target);
  if (!live) return turn.failed_to_read(live.error(), hint.message.target);
  if (*live != nullptr && (*live)->quarantined) return;  // the row stays, and is read when it is released
  if (*live != nullptr) {
    if (turn.children.store_outputs(hint, ended, *(*live)->state)) return;
    turn.step(
        **live,
        engine::ChildEnded{
            ended.caller_task_run, ended.child, ended.state, ended.outputs, ended.revision, {}, ended.outputs_problem});
  }
  hint.applied(turn);
}

}  // namespace gyr::executor
