#include "executor/message/admit.h"

#include "base/invariant.h"
#include "base/probe.h"
#include "executor/message/give_up.h"
#include "executor/turn.h"

namespace gyr::executor {

void AdmitMessage::apply(Turn& turn) {
  auto made = turn.gates.of_queue(flow);
  if (!made) return turn.failed_to_read(made.error(), {});
  Gate& gate = **made;
  gate.asked = false;
  admitted = {};
  if (gate.first() == nullptr && !gate.all_known()) {
    if (auto read = turn.gates.read_queue(*flow, gate); !read) return turn.failed_to_read(read.error(), {});
    if (gate.first() == nullptr && !gate.all_known()) {
      turn.end_batch();  // all that could be read is in this batch: the rest is read behind its commit
      return turn.gates.ask_to_admit(flow, gate);
    }
  }
  if (!gate.may_admit()) {
    GYR_PROBE("nobody can be admitted after all");
    if (!gate.is_limited()) turn.gates.forget(*flow);
    return;
  }
  const Gate::Place next = *gate.first();
  if (turn.holds.set().ignoring(*flow, next.second) != nullptr) {
    GYR_PROBE("the next execution of a queue is ignored");
    gate.leave(next);  // it keeps its place in the rows
    return turn.gates.ask_to_admit(flow, gate);
  }
  admitted = next.second;
  auto live = turn.load(next.second);
  if (!live) return turn.failed_to_read(live.error(), next.second);
  gate.leave(next);
  GYR_PROBE("the next execution of a queue is admitted");
  if (*live != nullptr && !(*live)->quarantined) turn.step(**live, engine::LeaveQueue{});
  GYR_INVARIANT(gate.keeps_limit(), "the number of admitted executions does not exceed the limit");
  turn.gates.ask_to_admit(flow, gate);
}

bool AdmitMessage::hold_back(Turn& turn) {
  const HoldSet& set = turn.holds.set();
  if (!set.maintenance() && set.ignoring(*flow, {}) == nullptr) return false;
  GYR_PROBE("an admission is held back");
  turn.gates.stop_asking(*flow);
  return true;
}

void AdmitMessage::give_up(Turn& turn, const GivenUp& why) {
  fail_or_quarantine(turn, why, {.execution = admitted, .reason = {}, .origin = {}, .acknowledge = {}});
}

}  // namespace gyr::executor
