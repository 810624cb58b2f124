#include "executor/message/inbox/apply.h"
#include "executor/turn.h"

namespace gyr::executor {

void step_target(Turn& turn, const InboxHint& hint, engine::EventBody event) {
  auto live = turn.load(hint.message.target);
  if (!live) return turn.failed_to_read(live.error(), hint.message.target);
  if (*live != nullptr && (*live)->quarantined) return;
  if (*live != nullptr) turn.step(**live, std::move(event));
  hint.applied(turn);
}

}  // namespace gyr::executor
