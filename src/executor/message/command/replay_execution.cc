// Runs an execution again, as a new execution (EXEC-85).
#include "command/errors.h"
#include "executor/message/command/apply.h"
#include "executor/message/command/copies.h"
#include "executor/turn.h"
#include "model/labels.h"

namespace gyr::executor {

using base::fail;
using model::State;

namespace {

void put_flag(std::vector<model::Label>& labels, std::string_view key) {
  const model::Label flag{std::string(key), "true"};
  model::put_labels(labels, {&flag, 1});
}

base::Result<ExecutionWithRuns> replay_from_start(Turn& turn, LiveExecution& original, const LoadedFlowPtr& flow,
                                                  model::Execution execution) {
  execution.attempt_number += 1;
  execution.state = model::StateHistory(State::created, turn.now());
  ExecutionWithRuns answer{execution, std::vector<model::TaskRun>()};
  const uint32_t depth = original.state->subflow_depth;
  LiveExecution& replay =
      turn.live.add(std::make_unique<engine::ExecutionState>(flow->compiled, std::move(execution), true));
  replay.state->subflow_depth = depth;
  turn.step(replay, engine::Drive{});
  return answer;
}

}  // namespace

base::Result<ExecutionWithRuns> apply(Turn& turn, ReplayExecution& command) {
  GYR_TRY(LiveExecution * original, turn.load(command.id));
  if (original == nullptr) {
    GYR_TRY(auto row, turn.reader().execution(command.id));
    if (!row) return fail(not_found(command.id));
    return fail(flow_invalid, "Cannot execute an invalid flow: revision " + std::to_string(row->execution.revision) +
                                  " cannot be read any more");
  }
  const model::Execution& old = original->state->execution();
  const int32_t revision = command.latest_revision ? 0 : (command.revision == 0 ? old.revision : command.revision);
  // What it takes over are runs of the tasks it had, those of its templates too; one from the start begins with the
  // present ones.
  std::optional<std::string> templates;
  if (!command.task_run.is_none() && revision == old.revision) templates = original->state->flow().flow().templates;
  GYR_TRY(LoadedFlowPtr flow, revision_of(turn, old, revision, templates));
  model::Execution execution = successor_of(old, command.replay, flow);
  if (command.inputs) execution.inputs = *command.inputs;
  execution.breakpoints = command.breakpoints;
  put_flag(execution.labels, "system.replay");
  ExecutionWithRuns answer;
  if (command.task_run.is_none()) {
    GYR_TRY(answer, replay_from_start(turn, *original, flow, std::move(execution)));
  } else {
    execution.attempt_number += 1;
    base::Id replayed;
    GYR_TRY(LiveExecution * copied,
            copy_execution(turn, *original, flow, std::move(execution), command.task_run, replayed));
    turn.step(*copied, engine::ReplayRequested{replayed});
    answer = answer_with_runs(*copied);
  }
  put_flag(original->state->execution().labels, "system.replayed");
  turn.note_change(*original);
  return answer;
}

}  // namespace gyr::executor
