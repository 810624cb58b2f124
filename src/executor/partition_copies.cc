// Executions made from others: replay, restart with another revision (EXEC-84, EXEC-85). Old and new one have the same
// flow, and so the same partition: the copy, and the label that tells of it, are one commit.
#include <fmt/format.h>

#include "engine/execution_copy.h"
#include "engine/step.h"
#include "executor/errors.h"
#include "executor/partition.h"
#include "executor/partition_pending.h"
#include "model/labels.h"

namespace gyr::executor {

using base::fail;
using model::State;

namespace {

/// What a new execution takes from an old one; state and variables are those the old one has now.
model::Execution successor(const model::Execution& original, base::Id id, const LoadedFlowPtr& flow) {
  model::Execution execution = original;
  execution.id = id.with_slot(model::slot_of(*flow->key));
  execution.flow = flow->key;
  execution.revision = flow->revision;
  execution.outputs = {};
  execution.parent_id = original.id;
  execution.caller_execution = {};  // who waits for the old one does not wait for this
  execution.caller_task_run = {};
  execution.breakpoints.clear();
  execution.error.clear();
  // What became of the old one: the new one was not replayed, and no kill switch has ended it (OPS-13).
  std::erase_if(execution.labels, [](const model::Label& label) {
    return label.key == "system.replayed" || model::is_kill_switch_label(label.key);
  });
  return execution;
}

void put_flag(std::vector<model::Label>& labels, std::string_view key) {
  const model::Label flag{std::string(key), "true"};
  model::put_labels(labels, {&flag, 1});
}

}  // namespace

void Partition::note_change(LiveExecution& live) {
  live.state->touch();
  if (!std::exchange(live.touched, true)) pending_->touched.push_back(live.state->execution().id);
}

base::Result<LoadedFlowPtr> Partition::revision_of(const model::Execution& execution, int32_t revision,
                                                   const std::optional<std::string>& templates) {
  GYR_TRY(LoadedFlowPtr flow, services_.flows.get(*reader_, *execution.flow, revision, templates));
  if (flow == nullptr || flow->deleted) return fail(flow_not_found, "Flow not found");
  if (flow->compiled == nullptr) return fail(flow_invalid, "Cannot execute an invalid flow: " + flow->exception);
  return flow;
}

base::Result<LiveExecution*> Partition::copy(LiveExecution& original, const LoadedFlowPtr& flow,
                                             model::Execution execution, base::Id replayed, base::Id& replayed_copy) {
  const engine::ExecutionState& state = *original.state;
  base::IdGenerator ids(now(), base::secure_random(), base::secure_random());
  GYR_TRY(auto copied, engine::copy_execution({state, flow->compiled, std::move(execution), replayed}, ids));
  if (!copied.state) {
    if (state.find(replayed) == nullptr) {
      return fail(task_run_not_found, fmt::format("Task run '{}' not found on execution '{}'", replayed.to_text(),
                                                  state.execution().id.to_text()));
    }
    return fail(wrong_change,
                fmt::format("Task run '{}' is of a task that revision {} of the flow does not have in that place",
                            replayed.to_text(), flow->revision));
  }
  replayed_copy = copied.replayed;
  for (const auto& run : copied.state->runs()) pending_->bytes += run->run.outputs.weight() + small_row_bytes;
  return &live_executions_.add(std::move(copied.state));
}

base::Result<ExecutionWithRuns> Partition::restart_with_revision(RestartExecution& command, LiveExecution& original) {
  GYR_TRY(LoadedFlowPtr flow, revision_of(original.state->execution(), command.revision));
  base::Id none;
  GYR_TRY(LiveExecution * copied,
          copy(original, flow, successor(original.state->execution(), command.copy, flow), {}, none));
  step(*copied, engine::RestartRequested{.in_copy = true});
  return answer_with_runs(*copied);
}

base::Result<ExecutionWithRuns> Partition::replay_from_start(LiveExecution& original, const LoadedFlowPtr& flow,
                                                             model::Execution execution) {
  execution.attempt_number += 1;
  execution.state = model::StateHistory(State::created, now());
  ExecutionWithRuns answer{execution, std::vector<model::TaskRun>()};
  const uint32_t depth = original.state->subflow_depth;
  LiveExecution& replay =
      live_executions_.add(std::make_unique<engine::ExecutionState>(flow->compiled, std::move(execution), true));
  replay.state->subflow_depth = depth;
  step(replay, engine::Drive{});
  return answer;
}

base::Result<ExecutionWithRuns> Partition::apply(ReplayExecution& command) {
  GYR_TRY(LiveExecution * original, load(command.id));
  if (original == nullptr) {
    GYR_TRY(auto row, reader_->execution(command.id));
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
  GYR_TRY(LoadedFlowPtr flow, revision_of(old, revision, templates));
  model::Execution execution = successor(old, command.replay, flow);
  if (command.inputs) execution.inputs = *command.inputs;
  execution.breakpoints = command.breakpoints;
  put_flag(execution.labels, "system.replay");
  ExecutionWithRuns answer;
  if (command.task_run.is_none()) {
    GYR_TRY(answer, replay_from_start(*original, flow, std::move(execution)));
  } else {
    execution.attempt_number += 1;
    base::Id replayed;
    GYR_TRY(LiveExecution * copied, copy(*original, flow, std::move(execution), command.task_run, replayed));
    step(*copied, engine::ReplayRequested{replayed});
    answer = answer_with_runs(*copied);
  }
  put_flag(original->state->execution().labels, "system.replayed");
  note_change(*original);
  return answer;
}

}  // namespace gyr::executor
