// Deletes an execution.
#include "base/probe.h"
#include "command/errors.h"
#include "executor/message/command/apply.h"
#include "executor/turn.h"
#include "model/flow.h"

namespace gyr::executor {

using base::fail;
using model::State;

base::Result<ExecutionAnswer> apply(Turn& turn, DeleteExecution& command) {
  if (turn.changes.deletes(command.id)) return fail(not_found(command.id));
  GYR_TRY(LiveExecution * live, turn.load(command.id));
  if (live == nullptr) {
    GYR_TRY(auto row,
            turn.reader().execution(command.id));  // an execution without a readable flow can still be deleted
    if (!row) return fail(not_found(command.id));
    if (row->execution.trigger) GYR_CHECK(turn.triggers.end_for(row->execution, std::nullopt));
    turn.changes.batch.deleted_executions.push_back({command.id, command.logs, command.metrics, command.files});
    return ExecutionAnswer{std::move(row->execution)};
  }
  if (command.only_terminated && !model::is_terminated(live->state->execution().state.current()))
    return fail(not_found(command.id));
  ExecutionAnswer answer = answer_of(*live);
  const model::Execution& execution = live->state->execution();
  if (auto caller = caller_flow(execution); caller != nullptr && !model::is_terminated(execution.state.current())) {
    // No other message follows: an open child that is deleted counts as killed.
    GYR_PROBE("an open child is deleted");
    turn.send(caller, execution.caller_execution,
              ChildEndedMessage{execution.caller_task_run, execution.id, State::killed, {}, execution.revision});
  }
  if (const base::Id replacement = live->state->replacement; caller_flow(execution) != nullptr && replacement) {
    // What should take its place is not made without it, and its caller waits for that.
    GYR_TRY(auto born, turn.reader().execution(replacement));
    const bool is_born = born || turn.live.peek(replacement) != nullptr;
    if (!is_born) {
      GYR_PROBE("an execution is deleted before its replacement is born");
      turn.send(caller_flow(execution), execution.caller_execution,
                ChildEndedMessage{execution.caller_task_run, replacement, State::killed, {}, execution.revision});
    }
  }
  for (const auto& run : live->state->runs()) {
    if (run->wait != engine::Wait::worker) continue;
    auto attempt =
        static_cast<int32_t>(run->run.attempts.size()) - (run->run.state.current() == State::running ? 1 : 0);
    turn.changes.work.push_back({{live->state->flow().key(), live->state->flow().revision(), command.id},
                                 engine::KillAttempt{{run->run.id, attempt, run->epoch}}});
  }
  if (execution.trigger && !model::is_terminated(execution.state.current())) {
    turn.triggers.tell_end(execution, live->state->flow().flow().find_trigger(execution.trigger->id), std::nullopt);
  }
  GYR_CHECK(turn.all_or_nothing(
      turn.gates.free_slot(live->state->flow().key(), live->state->execution(), live->state->admitted)));
  turn.live.drop(command.id);
  std::erase(turn.changes.touched, command.id);
  turn.changes.batch.deleted_executions.push_back({command.id, command.logs, command.metrics, command.files});
  return answer;
}

}  // namespace gyr::executor
