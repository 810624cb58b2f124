#include "executor/message/command_message.h"

#include "executor/message/command/apply.h"
#include "executor/turn.h"

namespace gyr::executor {

void CommandMessage::apply(Turn& turn) {
  auto answer = std::visit(
      [&turn](auto& one) -> base::Result<executor::Answer> {
        auto applied = executor::apply(turn, one);
        if (!applied) return base::fail(applied.error());
        return *std::move(applied);
      },
      command);
  turn.changes.replies.push_back({std::move(reply), std::move(answer)});
}

bool CommandMessage::hold_back(Turn& turn) {
  const HoldSet& set = turn.holds.set();
  const model::FlowKey* flow = flow_of(command);
  const Hold* rule = nullptr;
  if (std::holds_alternative<SaveFlow>(command) || std::holds_alternative<DeleteFlow>(command)) {
    return false;  // a flow can be changed: this can be the correction
  }
  rule = flow != nullptr ? set.ignoring(*flow, target()) : turn.holds.ignoring(target());
  if (rule == nullptr) return false;
  turn.changes.replies.push_back({std::move(reply), base::fail(ignored_error(*rule))});
  return true;
}

const model::FlowKey* CommandMessage::creates_for() const {
  return std::holds_alternative<CreateExecution>(command) ? flow_of(command) : nullptr;
}

}  // namespace gyr::executor
