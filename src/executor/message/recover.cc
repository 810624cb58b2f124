#include "executor/message/recover.h"

#include "base/probe.h"
#include "executor/message/give_up.h"
#include "executor/turn.h"

namespace gyr::executor {

void RecoverMessage::apply(Turn& turn) {
  auto live = turn.load(execution);
  if (!live) return turn.failed_to_read(live.error(), execution);
  if (*live != nullptr && !(*live)->quarantined) turn.step(**live, engine::Drive{true});
}

bool RecoverMessage::hold_back(Turn& turn) {
  if (turn.holds.ignoring(execution) == nullptr) return false;
  GYR_PROBE("the recovery of an execution is held back");
  turn.holds.keep_recovery(execution);
  return true;
}

void RecoverMessage::give_up(Turn& turn, const GivenUp& why) {
  fail_or_quarantine(turn, why, {.execution = execution, .reason = {}, .origin = {}, .acknowledge = {}});
}

}  // namespace gyr::executor
