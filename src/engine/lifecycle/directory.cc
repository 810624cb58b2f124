// A flowable that is one job of one worker: the worker makes and runs its children and reports each of them (TASK-40).
// What belongs to an attempt that was given up, with its worker or with the server, is told by the directory's epoch
// and dropped.
#include "base/invariant.h"
#include "base/probe.h"
#include "engine/lifecycle/lifecycle.h"

namespace gyr::engine {

using model::State;

namespace {

/// The directory a report is about, if its job is the present one.
RunState* current_directory(Step& step, const AttemptRef& attempt) {
  RunState* run = step.state().find(attempt.task_run);
  if (run == nullptr || run->epoch != attempt.epoch || !step.task(*run).on_worker) {
    GYR_PROBE("a report of an old attempt of a directory is dropped");
    return nullptr;
  }
  return run->wait == Wait::worker || run->ended_with_parent ? run : nullptr;
}

/// The child's run, made by the first report about it.
RunState* child_of(Step& step, RunState& directory, const ChildReported& event) {
  if (RunState* known = step.state().find(event.task_run)) return known->parent == &directory ? known : nullptr;
  const CompiledTask* task = step.flow().find(event.task_id);
  bool belongs = task != nullptr && task->parent == directory.task && task->role == ListRole::tasks;
  if (!belongs || directory.wait != Wait::worker) return nullptr;
  model::TaskRun made;
  made.id = event.task_run;
  made.task_id = event.task_id;
  made.parent_id = directory.run.id;
  // No value of its own: the tasks read the directory's as theirs, and their outputs stand below it once (EXEC-111).
  made.state = model::StateHistory(State::created, event.at);
  made.force_execution = directory.run.force_execution;
  RunState& child = step.state().add_run(task->index, &directory, ListRole::tasks, std::move(made));
  child.stage = Stage::running;
  child.epoch = directory.epoch;
  step.state().set_wait(child, Wait::worker);
  step.charge(1, 0);
  return &child;
}

/// It ends without having run.
void end_unstarted(Step& step, RunState& child, const ChildReported& event) {
  if (child.wait != Wait::worker || !child.run.attempts.empty()) return;
  child.run.log_sequence = std::max(child.run.log_sequence, event.log_sequence);
  bool skipped = event.kind == ChildReported::Kind::skipped;
  if (skipped) step.add_attempt(child, {State::created, State::skipped});
  step.end_run(child, skipped ? State::skipped : State::failed);
}

void child_retries(Step& step, RunState& child, const ChildReported& event) {
  if (child.wait != Wait::worker || !attempt_is_open(child)) return;
  child.run.attempts.back().state.set(State::failed, event.at);
  child.run.attempts.back().log_file = event.log_file;
  child.run.outputs = event.outputs;
  child.run.log_sequence = std::max(child.run.log_sequence, event.log_sequence);
  (void)drop_large_outputs(step, child);
  keep_metrics(step, event.metrics);
  retry_on_worker(step, child, event.at);
}

/// A worker reports the end of every child before its own end; a missing report still counts as an end.
void end_open_children(Step& step, RunState& run) {
  if (run.flowable->frame.of(ListRole::tasks).running() == 0) return;
  for (const auto& child : step.state().runs()) {
    bool open =
        child->parent == &run && child->role == ListRole::tasks && !model::is_terminated(child->run.state.current());
    if (open) GYR_PROBE("a directory ends with an open child");
    if (open) step.end_run(*child, State::failed);
  }
}

}  // namespace

bool runs_in_directory(const Step& step, const RunState& run) {
  return run.parent != nullptr && run.role == ListRole::tasks && step.task(*run.parent).on_worker;
}

void drop_directory_children(ExecutionState& state, RunState& run) {
  std::vector<RunState*> children;
  for (const auto& candidate : state.runs()) {
    if (candidate->parent == &run && candidate->role == ListRole::tasks) children.push_back(candidate.get());
  }
  if (!children.empty()) GYR_PROBE("a directory begins anew and drops its children");
  for (RunState* child : children) state.remove_run(*child);
}

void start_directory(Step& step, RunState& run) {
  const CompiledTask& task = step.task(run);
  run.flowable = std::make_unique<FlowableState>();
  run.flowable->frame.total = {task.branches[0].size(), task.errors.size(), task.finals.size(), 0};
  run.run.outputs = {};
  send_to_worker(step, run);
}

void child_reported(Step& step, const ChildReported& event) {
  RunState* directory = current_directory(step, event.directory);
  if (directory == nullptr) return;
  RunState* child = child_of(step, *directory, event);
  if (child == nullptr) return;
  AttemptRef attempt{event.task_run, event.attempt, directory->epoch};
  switch (event.kind) {
    case ChildReported::Kind::began:
      if (child->run.state.current() == State::retrying &&
          static_cast<int32_t>(child->run.attempts.size()) == event.attempt) {
        child->run.outputs = {};  // each attempt's outputs replace the previous ones (EXEC-53)
        retried_on_worker(step, *child, event.at);
      }
      return worker_started(step, {attempt, event.worker_id, event.at});
    case ChildReported::Kind::ended:
      return worker_finished(
          step, {attempt, event.state, event.outputs, event.at, event.log_sequence, event.log_file, event.metrics});
    case ChildReported::Kind::retries: return child_retries(step, *child, event);
    case ChildReported::Kind::skipped:
    case ChildReported::Kind::refused: return end_unstarted(step, *child, event);
  }
}

void directory_finished(Step& step, RunState& run, const WorkerFinished& event) {
  ExecutionState& state = step.state();
  GYR_INVARIANT(run.flowable != nullptr, "a directory that ends was started");
  run.run.outputs = event.outputs;
  run.has_encrypted_outputs = false;  // addresses of files
  run.run.log_sequence = std::max(run.run.log_sequence, event.log_sequence);
  keep_metrics(step, event.metrics);
  if (!run.run.attempts.empty()) run.run.attempts.back().log_file = event.log_file;
  if (!event.error.empty()) step.log(run, model::LogLevel::error, event.error);
  bool dropped = drop_large_outputs(step, run);
  step.charge(1, run.run.outputs.weight());
  state.set_wait(run, Wait::children);
  if (event.state == State::killed) return step.end_run(run, State::killed);
  end_open_children(step, run);
  FlowableState& flowable = *run.flowable;
  // A child that the worker has not started by now never starts.
  ListProgress& tasks = flowable.frame.of(ListRole::tasks);
  flowable.frame.total[static_cast<size_t>(ListRole::tasks)] = tasks.created;
  if (tasks.failed == 0 && (dropped || event.state == State::failed)) flowable.target = State::failed;
  state.touch(run);
  step.schedule(run);
}

}  // namespace gyr::engine
