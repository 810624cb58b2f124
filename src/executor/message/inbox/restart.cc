// To a child: its caller was restarted.
#include "base/probe.h"
#include "executor/message/command/apply.h"
#include "executor/message/inbox/apply.h"
#include "executor/turn.h"

namespace gyr::executor {

void apply_inbox(Turn& turn, const InboxHint& hint, const RestartMessage& restart) {
  auto live = turn.load(hint.message.target);
  if (!live) return turn.failed_to_read(live.error(), hint.message.target);
  if (*live != nullptr && (*live)->quarantined) return;  // the row stays, and is read when it is released
  auto caller = std::make_shared<const model::FlowKey>(restart.caller_flow);
  auto refuse = [&] {
    turn.send(caller, restart.caller_execution, ChildNotRestartedMessage{restart.caller_task_run, hint.message.target});
  };
  if (*live == nullptr) {
    refuse();
  } else {
    LiveExecution& child = **live;
    const model::Execution& execution = child.state->execution();
    const model::State state = execution.state.current();
    if (!restart_problem(child)) {
      turn.step(child, engine::RestartRequested{});
    } else if (model::is_terminated(state) && state != model::State::failed) {
      // Somebody restarted it alone meanwhile, or killed it: that end counts.
      GYR_PROBE("a child to be restarted has another end meanwhile");
      turn.send(caller, restart.caller_execution,
                ChildEndedMessage{restart.caller_task_run, execution.id, state, execution.outputs, execution.revision});
    } else if (model::is_terminated(state)) {
      refuse();
    }  // else it runs again already, and tells its end
  }
  hint.applied(turn);
}

}  // namespace gyr::executor
