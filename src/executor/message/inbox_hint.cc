#include "executor/message/inbox_hint.h"

#include "base/invariant.h"
#include "base/log.h"
#include "base/probe.h"
#include "executor/message/give_up.h"
#include "executor/message/inbox/apply.h"
#include "executor/turn.h"

namespace gyr::executor {

void InboxHint::apply(Turn& turn) {
  auto body = read_inbox_message(message);
  if (!body) {
    GYR_PROBE("a damaged inbox message is dropped");
    base::log::error("a message to execution {} is damaged and dropped: {}", message.target.to_text(),
                     body.error().message());
    return applied(turn);
  }
  std::visit([&](const auto& content) { apply_inbox(turn, *this, content); }, *body);
}

bool InboxHint::hold_back(Turn& turn) {
  // The row of a message that was held back was read, and only now the sender hints at it.
  if (sequence == 0 && turn.holds.was_read_again(message.id)) {
    GYR_PROBE("the hint at a message comes after its row was read");
    return true;
  }
  return turn.holds.set().ignoring(*message.flow, message.target) != nullptr;
}

void InboxHint::give_up(Turn& turn, const GivenUp& why) {
  fail_or_quarantine(turn, why, {.execution = message.target, .reason = {}, .origin = *this, .acknowledge = {}});
}

void InboxHint::applied(Turn& turn) const {
  GYR_INVARIANT(sequence >= 0, "a stored message has a number");
  if (sequence != 0) {
    turn.changes.batch.applied_inbox.push_back(sequence);
  } else {
    turn.changes.batch.applied_inbox_ids.push_back(message.id);
  }
}

}  // namespace gyr::executor
