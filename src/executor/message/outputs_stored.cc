#include "executor/message/outputs_stored.h"

#include <fmt/format.h>

#include "base/probe.h"
#include "executor/message/give_up.h"
#include "executor/message/message.h"
#include "executor/turn.h"

namespace gyr::executor {

void OutputsStored::apply(Turn& turn) {
  if (!turn.children.is_storing(ended.child)) {
    GYR_PROBE("the outputs of an item are stored after its end was rolled back");
    return;  // the row starts it anew
  }
  auto live = turn.load(target());
  if (!live) return turn.failed_to_read(live.error(), target());
  auto behind = turn.children.end_storing(ended.child);
  if (*live != nullptr && (*live)->quarantined) return;  // the rows stay, and are read when it is released
  if (*live != nullptr) {
    engine::ChildEnded event{ended.caller_task_run, ended.child, ended.state, ended.outputs, ended.revision};
    if (!stored) {
      GYR_PROBE("the outputs of an item cannot be stored");
      event.state = model::State::failed;
      event.problem =
          fmt::format("Cannot store the outputs of execution {}: {}", ended.child.to_text(), stored.error().message());
    }
    turn.step(**live, std::move(event));
  }
  origin.applied(turn);
  for (auto it = behind.rbegin(); it != behind.rend(); ++it) turn.queue.put_first(std::move(*it));
}

bool OutputsStored::hold_back(Turn& turn) {
  if (turn.holds.set().ignoring(*origin.message.flow, target()) == nullptr) return false;
  (void)turn.children.end_storing(ended.child);  // the same file is written again
  return true;
}

bool OutputsStored::undo(Turn& turn) {
  GYR_PROBE("the end of an item whose outputs are stored is rolled back");
  turn.children.begin_storing(ended.child, origin.message.id);
  return true;
}

void OutputsStored::give_up(Turn& turn, const GivenUp& why) {
  auto behind = turn.children.end_storing(ended.child);
  if (why.thrown) {
    for (auto& hint : behind) turn.queue.put_first(std::move(hint));
  }
  fail_or_quarantine(turn, why, {.execution = target(), .reason = {}, .origin = origin, .acknowledge = {}});
}

}  // namespace gyr::executor
