#include "executor/message/fail.h"

#include "executor/message/give_up.h"
#include "executor/turn.h"

namespace gyr::executor {

void FailMessage::apply(Turn& turn) {
  auto live = turn.load(execution);
  if (!live) return turn.failed_to_read(live.error(), execution);
  WorkOrigin work;
  work.execution = execution;
  if (*live != nullptr) {
    work.flow = (*live)->state->flow().key();
    if (!(*live)->quarantined) turn.step(**live, engine::StopRequested{model::State::failed, {}, reason});
  } else if (origin) {
    auto body = read_inbox_message(origin->message);
    const auto* start = body ? std::get_if<StartChildMessage>(&*body) : nullptr;
    if (start != nullptr) turn.children.refuse(*start, reason);
  }
  if (origin) origin->applied(turn);
  if (acknowledge) turn.changes.acknowledgements.push_back({std::move(work), *acknowledge});
}

void FailMessage::give_up(Turn& turn, const GivenUp& why) { quarantine_execution(turn, execution, why.error); }

}  // namespace gyr::executor
