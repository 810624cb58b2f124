#include "executor/message/worker_report.h"

#include "base/probe.h"
#include "executor/message/give_up.h"
#include "executor/turn.h"

namespace gyr::executor {

void WorkerMessage::apply(Turn& turn) {
  auto live = turn.load(execution);
  if (!live) return turn.failed_to_read(live.error(), execution);
  WorkOrigin origin;
  origin.execution = execution;
  if (*live != nullptr) {
    origin.flow = (*live)->state->flow().key();
    // Copied, not moved: the message is applied again if the commit fails.
    if ((*live)->quarantined) GYR_PROBE("a worker reports about an execution in quarantine");
    if (!(*live)->quarantined) turn.step(**live, body);
  }
  if (*live == nullptr) GYR_PROBE("a worker reports about an execution that is gone");
  // Also for an execution that does not exist any more: the worker can drop the result.
  if (acknowledge) turn.changes.acknowledgements.push_back({std::move(origin), *acknowledge});
}

bool WorkerMessage::hold_back(Turn& turn) {
  if (turn.holds.ignoring(execution) == nullptr) return false;
  // Not acknowledged, so that its worker keeps it too.
  GYR_PROBE("a worker's report is held back");
  turn.holds.keep_report(std::move(*this));
  return true;
}

bool WorkerMessage::undo(Turn&) {
  GYR_PROBE("a worker's report is rolled back");
  return true;
}

void WorkerMessage::give_up(Turn& turn, const GivenUp& why) {
  fail_or_quarantine(turn, why, {.execution = execution, .reason = {}, .origin = {}, .acknowledge = acknowledge});
}

}  // namespace gyr::executor
