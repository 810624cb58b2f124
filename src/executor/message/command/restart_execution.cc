// Runs the failed tasks of an execution again, in place or in a copy of another revision (EXEC-84).
#include <fmt/format.h>

#include "command/errors.h"
#include "executor/message/command/apply.h"
#include "executor/message/command/copies.h"
#include "executor/turn.h"

namespace gyr::executor {

using base::fail;
using model::State;

namespace {

base::Result<ExecutionWithRuns> restart_with_revision(Turn& turn, RestartExecution& command, LiveExecution& original) {
  GYR_TRY(LoadedFlowPtr flow, revision_of(turn, original.state->execution(), command.revision));
  base::Id none;
  GYR_TRY(
      LiveExecution * copied,
      copy_execution(turn, original, flow, successor_of(original.state->execution(), command.copy, flow), {}, none));
  turn.step(*copied, engine::RestartRequested{.in_copy = true});
  return answer_with_runs(*copied);
}

}  // namespace

std::optional<base::Error> restart_problem(const LiveExecution& live) {
  State state = live.state->execution().state.current();
  bool restartable = (model::is_terminated(state) && state != State::killed) || state == State::paused;
  if (!restartable) {
    return base::Error(
        wrong_state,
        fmt::format("Execution must be terminated or paused and not killed to be restarted, current state is '{}' !",
                    model::to_text(state)));
  }
  for (const auto& run : live.state->runs()) {
    State run_state = run->run.state.current();
    const bool stopped = run_state == State::killed && live.state->verdict;  // by an SLA (EXEC-71)
    if ((run_state == State::failed || run_state == State::paused || stopped) && run->role == engine::ListRole::tasks)
      return std::nullopt;
  }
  return base::Error(nothing_to_restart, "No task found to restart execution from!");
}

base::Result<ExecutionWithRuns> apply(Turn& turn, RestartExecution& command) {
  GYR_TRY(LiveExecution * live, turn.load_known(command.id));
  GYR_CHECK(check_quarantine(*live));
  if (auto problem = restart_problem(*live)) return fail(*std::move(problem));
  if (command.revision != 0 && command.revision != live->state->execution().revision)
    return restart_with_revision(turn, command, *live);
  turn.step(*live, engine::RestartRequested{});
  return answer_with_runs(*live);
}

}  // namespace gyr::executor
