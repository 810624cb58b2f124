#include "executor/message/inputs_resolved.h"

#include "base/probe.h"
#include "executor/message/give_up.h"
#include "executor/message/message.h"
#include "executor/turn.h"

namespace gyr::executor {

void InputsResolved::apply(Turn& turn) {
  if (!turn.children.end_start(start.child)) {
    GYR_PROBE("the inputs of a child come after it was rolled back");
    return;  // the row starts it anew
  }
  auto flow = turn.services.flows.get(turn.reader(), start.flow, start.revision);
  if (!flow) {
    turn.children.begin_start(start.child);
    return turn.failed_to_read(flow.error(), start.child);
  }
  if (*flow == nullptr || (*flow)->compiled == nullptr) {
    turn.children.refuse(start, "The flow does not exist any more");
  } else if (!inputs) {
    turn.children.refuse(start, inputs.error().message());
  } else {
    turn.children.create(start, *flow, *inputs);
  }
  origin.applied(turn);
  for (auto& kill : turn.children.take_early_kills(start.child)) {
    GYR_PROBE("a kill that came before its child was born is applied");
    turn.queue.put_first(std::move(kill));
  }
}

bool InputsResolved::hold_back(Turn& turn) {
  if (turn.holds.set().ignoring(*origin.message.flow, start.child) == nullptr) return false;
  GYR_PROBE("the creation of a child is held back");
  (void)turn.children.end_start(start.child);
  (void)turn.children.take_early_kills(start.child);  // rows, like the message itself
  return true;
}

bool InputsResolved::undo(Turn& turn) {
  // Its inputs are resolved, and the message with the result is applied again.
  GYR_PROBE("the creation of a child is rolled back");
  turn.children.begin_start(start.child);
  return true;
}

void InputsResolved::give_up(Turn& turn, const GivenUp& why) {
  if (why.thrown) (void)turn.children.end_start(start.child);
  fail_or_quarantine(turn, why, {.execution = start.child, .reason = {}, .origin = origin, .acknowledge = {}});
}

}  // namespace gyr::executor
