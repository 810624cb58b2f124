#include "executor/message/wake.h"

#include "base/probe.h"
#include "executor/message/give_up.h"
#include "executor/turn.h"

namespace gyr::executor {

void WakeMessage::apply(Turn& turn) {
  if (turn.moment() < due) {
    GYR_PROBE("a timer is early because the clock was set back");
    return turn.wakes.add(due, execution);
  }
  auto live = turn.load(execution);
  if (!live) return turn.failed_to_read(live.error(), execution);
  if (*live == nullptr || (*live)->quarantined) return;
  auto wake = (*live)->state->next_wake();
  if (!wake || *wake > turn.moment()) GYR_PROBE("a timer is due that the execution no longer waits for");
  if (wake && *wake <= turn.moment()) turn.step(**live, engine::TimerDue{});
}

bool WakeMessage::hold_back(Turn& turn) { return turn.holds.ignoring(execution) != nullptr; }

bool WakeMessage::undo(Turn&) {
  GYR_PROBE("a timer is armed again after a refused commit");
  return true;
}

void WakeMessage::give_up(Turn& turn, const GivenUp& why) {
  fail_or_quarantine(turn, why, {.execution = execution, .reason = {}, .origin = {}, .acknowledge = {}});
}

}  // namespace gyr::executor
