// Taking back the end of an execution: restart, replay, another state of a task run (EXEC-84 to EXEC-86).
#include <algorithm>

#include "base/probe.h"
#include "engine/flowable/flowable.h"
#include "engine/flowable/loop_values.h"
#include "engine/lifecycle/lifecycle.h"
#include "model/labels.h"

namespace gyr::engine {

using model::State;

namespace {

bool runs_again(const CompiledTask& task, const RunState& run, bool stopped) {
  State state = run.run.state.current();
  if (task.on_worker)
    return run.flowable == nullptr && model::is_terminated(state) && state != State::skipped;  // reset_directories
  return task.kind != TaskKind::flowable &&
         (state == State::failed || state == State::paused || (stopped && state == State::killed));
}

/// Whether the decision of the flowable at its start is known, so that it can continue without a new decision.
bool has_decided(const RunState& run) {
  if (!run.flowable) return false;
  for (uint64_t total : run.flowable->frame.total) {
    if (total > 0) return true;
  }
  return false;
}

/// The run, and with it the last of its attempts, if it has one.
void set_with_attempt(Step& step, RunState& run, State state) {
  step.state().set_state(run, state, step.now());
  if (!run.run.attempts.empty()) run.run.attempts.back().state.set(state, step.now());
}

/// Runs of error handling and of what follows the end are dropped: they belong to the end that is taken back.
void drop_handlers(ExecutionState& state) {
  for (;;) {
    RunState* handler = nullptr;
    for (const auto& run : state.runs()) {
      if (run->role != ListRole::tasks) {
        handler = run.get();
        break;
      }
    }
    if (handler == nullptr) return;
    state.remove_run(*handler);
  }
}

/// Directories that failed, or one of whose tasks did, and in a copy of an open execution (`open`) those that were
/// under way run again as a whole: their files are gone.
void reset_directories(Step& step, bool failed, bool open) {
  ExecutionState& state = step.state();
  std::vector<RunState*> directories;
  for (const auto& run : state.runs()) {
    State current = run->run.state.current();
    const bool has_failed = current == State::failed || current == State::paused;
    if (!(failed && has_failed) && !(open && !model::is_terminated(current))) continue;
    RunState* directory = runs_in_directory(step, *run) ? run->parent : run.get();
    if (!step.task(*directory).on_worker || std::ranges::find(directories, directory) != directories.end()) continue;
    if (!open && directory->wait == Wait::worker) {
      GYR_PROBE("a restart meets a directory whose job goes on");
      continue;  // its worker reports its end
    }
    directories.push_back(directory);
  }
  for (RunState* directory : directories) {
    drop_directory_children(state, *directory);
    directory->flowable.reset();
    if (open || model::is_terminated(directory->run.state.current())) continue;
    // The execution was paused before the directory could end.
    set_with_attempt(step, *directory, State::failed);
  }
}

/// `role`: the list in which a run starts again. After its tasks, the flowable keeps the state of its own rules.
void reopen(Step& step, RunState& run, ListRole role) {
  ExecutionState& state = step.state();
  run.ended_with_parent = false;
  run.stage = Stage::running;
  state.set_wait(run, Wait::children);
  if (role == ListRole::tasks) {
    run.flowable->settled = false;
    if (run.flowable->target == State::failed) run.flowable->target = State::success;
  }
  if (run.run.state.current() == State::running) return;
  restore_values(run, run, state.runs());
  set_with_attempt(step, run, State::running);
}

void reopen_ancestors(Step& step, const RunState& run) {
  for (const RunState* below = &run; below->parent != nullptr; below = below->parent)
    reopen(step, *below->parent, below->role);
}

/// The run starts again with its history; its earlier attempts do not count as retries (EXEC-54).
void run_again(Step& step, RunState& run, Stage stage, State shown = State::restarted) {
  ExecutionState& state = step.state();
  run.stage = stage;
  run.ended_with_parent = false;
  run.attempts_before_restart = static_cast<uint32_t>(run.run.attempts.size());
  state.set_wait(run, Wait::nothing);
  state.set_wake(run, std::nullopt);
  state.set_state(run, shown, step.now());
}

/// It starts from the beginning; a failed run continues in its attempt.
void begin_anew(Step& step, RunState& run) {
  ExecutionState& state = step.state();
  state.remove_below(run);
  state.set_wake(run, std::nullopt);
  state.set_wait(run, Wait::nothing);
  run.ended_with_parent = false;
  run.flowable = std::make_unique<FlowableState>(FlowableState{.detail = first_state_of(step.task(run))});
  run.run.outputs = {};
  run.stage = Stage::admitted;
  state.set_state(run, State::restarted, step.now());
}

/// Failed flowables go on with their children; one that failed by itself, with no failed child, decides anew, and what
/// paused pauses again. In a copy the child may be gone with its task: then it goes on as well. From the last to the
/// first: what has something inside that begins again goes on around it.
void reopen_failed_flowables(Step& step, bool in_copy, bool stopped) {
  std::vector<RunState*> anew;
  const auto& runs = step.state().runs();
  for (auto owned = runs.rbegin(); owned != runs.rend(); ++owned) {
    RunState& run = **owned;
    const State ended = run.run.state.current();
    const bool is_over = ended == State::failed || ended == State::paused || (stopped && ended == State::killed);
    if (step.task(run).kind != TaskKind::flowable || !is_over) continue;
    const bool goes_on =
        run.flowable && (run.flowable->frame.of(ListRole::tasks).failed > 0 || (in_copy && has_decided(run)));
    if (goes_on && ended == State::failed) {
      reopen(step, run, ListRole::tasks);
    } else {
      anew.push_back(&run);
    }
    reopen_ancestors(step, run);
  }
  for (RunState* run : anew) begin_anew(step, *run);
}

/// In a copy of an execution that was still open: what was under way there begins again here, but for one run
/// (`except`, may be null). Flowables go on with their children.
void begin_open_runs(Step& step, const RunState* except) {
  for (const auto& owned : step.state().runs()) {
    RunState& run = *owned;
    const bool goes_on = has_decided(run) && run.run.state.current() == State::running;
    if (&run == except || goes_on || model::is_terminated(run.run.state.current())) continue;
    run_again(step, run, Stage::created);
  }
}

/// The next attempt of the execution; retries by new executions are counted from zero (EXEC-54).
void count_restart(Step& step) {
  ExecutionState& state = step.state();
  model::Execution& execution = state.execution();
  state.attempts_before_restart = execution.attempt_number;
  state.retries_since = step.now();
  execution.attempt_number += 1;
  const model::Label restarted{"system.restarted", "true"};
  model::put_labels(execution.labels, {&restarted, 1});
}

/// Drops the state that the end has set.
void forget_end(Step& step) {
  ExecutionState& state = step.state();
  state.derive_groups();
  for (auto owned = state.runs().rbegin(); owned != state.runs().rend(); ++owned) {
    RunState& run = **owned;
    const bool is_open = run.flowable && run.run.state.current() == State::running;
    if (is_open && step.task(run).flowable != nullptr) step.task(run).flowable->taken_back(step, run);
  }
  state.ending.reset();
  state.verdict.reset();
  state.set_listeners_held({});
  std::erase_if(state.execution().labels,
                [](const model::Label& label) { return model::is_kill_switch_label(label.key); });
  state.execution().outputs = {};
  state.outputs_rendered = false;
  state.outputs_requested = 0;
  state.rendered.clear();
  state.ended_reported = false;
  state.touch();
}

/// RESTARTED is a visible state: the next step continues from it.
void go_on_later(Step& step) {
  step.state().set_state(State::restarted, step.now());
  step.continue_later();
}

}  // namespace

void restart(Step& step, const RestartRequested& event) {
  ExecutionState& state = step.state();
  const bool stopped = state.verdict.has_value();  // by an SLA: what ran then was KILLED and runs again
  drop_handlers(state);
  reset_directories(step, true, event.in_copy);
  if (event.in_copy) begin_open_runs(step, nullptr);
  for (const auto& owned : state.runs()) {
    RunState& run = *owned;
    if (runs_in_directory(step, run) || !runs_again(step.task(run), run, stopped)) continue;
    // A run that failed without an attempt failed because of its condition, which is evaluated again.
    run_again(step, run, run.run.attempts.empty() ? Stage::created : Stage::admitted);
    reopen_ancestors(step, run);
  }
  reopen_failed_flowables(step, event.in_copy, stopped);
  count_restart(step);
  forget_end(step);
  go_on_later(step);
}

void replay(Step& step, const ReplayRequested& event) {
  ExecutionState& state = step.state();
  RunState* target = state.find(event.task_run);
  if (target == nullptr) return;
  GYR_PROBE("an execution is replayed from a task run");
  reset_directories(step, false, true);
  begin_open_runs(step, target);
  const CompiledTask& task = step.task(*target);
  const bool stays_running = task.kind == TaskKind::flowable && !task.on_worker;
  target->flowable.reset();  // its children were removed: it decides again
  run_again(step, *target, Stage::created, stays_running ? State::running : State::restarted);
  if (stays_running && !target->run.attempts.empty()) target->run.attempts.back().state.set(State::running, step.now());
  reopen_ancestors(step, *target);
  forget_end(step);
  // What handles errors runs again although no task had failed: an SLA had failed the execution (EXEC-71).
  const RunState* top = target;
  while (top->parent != nullptr) top = top->parent;
  if (top->role == ListRole::errors && state.frame().of(ListRole::tasks).failed == 0) state.verdict = State::failed;
  go_on_later(step);
}

void change_run_state(Step& step, const RunStateRequested& event) {
  ExecutionState& state = step.state();
  drop_handlers(state);
  RunState* run = state.find(event.task_run);
  if (run == nullptr) return;
  run->stage = Stage::done;
  set_with_attempt(step, *run, event.state);
  if (runs_in_directory(step, *run)) {
    // Its job has ended and nothing continues inside the directory: the directory ends in the same state.
    run = run->parent;
    run->stage = Stage::done;
    set_with_attempt(step, *run, event.state);
  }
  const bool cancels = event.state == State::cancelled;
  if (!cancels) reopen_ancestors(step, *run);
  count_restart(step);
  forget_end(step);
  if (!cancels) return go_on_later(step);
  for (RunState* up = run->parent; up != nullptr; up = up->parent) set_with_attempt(step, *up, State::cancelled);
  finish_execution(step, State::cancelled);
}

}  // namespace gyr::engine
