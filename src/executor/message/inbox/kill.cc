// To a child: its caller is being killed (EXEC-81).
#include "base/probe.h"
#include "executor/message/command/apply.h"
#include "executor/message/inbox/apply.h"
#include "executor/turn.h"

namespace gyr::executor {

void apply_inbox(Turn& turn, const InboxHint& hint, const KillMessage& kill) {
  if (turn.children.is_starting(hint.message.target)) {
    GYR_PROBE("a kill comes before its child is born");
    return turn.children.keep_kill(hint.message.target, hint);  // until it is
  }
  auto live = turn.load(hint.message.target);
  if (!live) return turn.failed_to_read(live.error(), hint.message.target);
  if (*live != nullptr) {
    if ((*live)->quarantined) end_quarantine(**live);  // a kill ends it, too
    if (model::is_terminated((*live)->state->execution().state.current()))
      GYR_PROBE("a kill comes after the end of its child");
    turn.step(**live, engine::KillRequested{kill.cascade});
  }
  hint.applied(turn);
}

}  // namespace gyr::executor
