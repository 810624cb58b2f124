// What people change about ended executions: the state of a task run, the final state, labels (EXEC-86, EXEC-87,
// EXEC-89).
#include <fmt/format.h>

#include "engine/step.h"
#include "executor/errors.h"
#include "executor/label_changes.h"
#include "executor/partition.h"
#include "executor/partition_pending.h"
#include "model/labels.h"

namespace gyr::executor {

using base::fail;
using model::State;

namespace {

/// EXEC-3: terminated, and not by a kill.
bool may_be_changed(State state) { return model::is_terminated(state) && state != State::killed; }

/// Final states that belong to task runs and attempts alone.
bool is_final_of_executions(State state) {
  return model::is_terminated(state) && state != State::skipped && state != State::resubmitted;
}

}  // namespace

base::Result<ExecutionWithRuns> Partition::apply(ChangeRunState& command) {
  GYR_TRY(LiveExecution * live, load_known(command.id));
  if (!may_be_changed(live->state->execution().state.current())) {
    return fail(wrong_change, "You can only change the state of a task run for a terminated non killed execution.");
  }
  const engine::RunState* run = live->state->find(command.task_run);
  if (run == nullptr) {
    return fail(task_run_not_found, fmt::format("Task run '{}' not found on execution '{}'", command.task_run.to_text(),
                                                command.id.to_text()));
  }
  const bool is_final =
      model::is_terminated(command.state) && command.state != State::retried && command.state != State::resubmitted;
  if (!is_final) return fail(wrong_change, "You can only change the state of a task run to a terminal state.");
  for (const engine::RunState* up = run; up != nullptr; up = up->parent) {
    if (up->role == engine::ListRole::tasks) continue;
    return fail(wrong_change, fmt::format("Task run '{}' belongs to `errors`, `finally` or `afterExecution`, which "
                                          "always run again; its state cannot be changed",
                                          command.task_run.to_text()));
  }
  step(*live, engine::RunStateRequested{command.task_run, command.state});
  return answer_with_runs(*live);
}

base::Result<ExecutionWithRuns> Partition::apply(ChangeState& command) {
  GYR_TRY(LiveExecution * live, load_known(command.id));
  if (!may_be_changed(live->state->execution().state.current())) {
    return fail(wrong_change, "You can only change the state of a terminated non killed execution.");
  }
  if (!is_final_of_executions(command.state)) {
    return fail(wrong_change, "You can only change the state of an execution to a terminal state.");
  }
  const size_t changes = live->state->execution().state.changes().size();
  if (live->state->set_state(command.state, now())) {
    note_change(*live);
    notify_flow_triggers(*live->state, changes, live->state->run_count());
  }
  return answer_with_runs(*live);
}

base::Result<ExecutionWithRuns> Partition::apply(SetLabels& command) {
  GYR_TRY(LiveExecution * live, load_known(command.id));
  model::Execution& execution = live->state->execution();
  if (!model::is_terminated(execution.state.current())) {
    return fail(not_terminated,
                fmt::format("Cannot set the labels of execution '{}': it has not ended", command.id.to_text()));
  }
  GYR_TRY(auto wanted, wanted_labels(command.labels, execution.labels));
  if (!command.merge)
    std::erase_if(execution.labels, [](const model::Label& label) { return !model::is_system_label(label.key); });
  model::put_labels(execution.labels, wanted);
  note_change(*live);
  return answer_with_runs(*live);
}

}  // namespace gyr::executor
