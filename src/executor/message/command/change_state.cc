// Changes the final state of an ended execution (EXEC-87).
#include "command/errors.h"
#include "executor/message/command/apply.h"
#include "executor/turn.h"

namespace gyr::executor {

using base::fail;
using model::State;

namespace {

/// Final states that belong to task runs and attempts alone.
bool is_final_of_executions(State state) {
  return model::is_terminated(state) && state != State::skipped && state != State::resubmitted;
}

}  // namespace

base::Result<ExecutionWithRuns> apply(Turn& turn, ChangeState& command) {
  GYR_TRY(LiveExecution * live, turn.load_known(command.id));
  if (!may_be_changed(live->state->execution().state.current())) {
    return fail(wrong_change, "You can only change the state of a terminated non killed execution.");
  }
  if (!is_final_of_executions(command.state)) {
    return fail(wrong_change, "You can only change the state of an execution to a terminal state.");
  }
  const size_t changes = live->state->execution().state.changes().size();
  if (live->state->set_state(command.state, turn.now())) {
    turn.note_change(*live);
    turn.flow_events.notify(*live->state, changes, live->state->run_count());
  }
  return answer_with_runs(*live);
}

}  // namespace gyr::executor
