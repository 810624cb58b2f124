// What workers report about attempts (EXEC-6, TASK-5, EXEC-133).
#include "base/invariant.h"
#include "base/probe.h"
#include "engine/context.h"
#include "engine/lifecycle/lifecycle.h"

namespace gyr::engine {

using model::State;

namespace {

/// The run a report is about, if the report is about its present attempt; a stale one gives null (principle: recovery).
RunState* current_run(Step& step, const AttemptRef& attempt) {
  RunState* run = step.state().find(attempt.task_run);
  if (run == nullptr) GYR_PROBE("a worker reports about a task run that is gone");
  if (run != nullptr && run->epoch != attempt.epoch) GYR_PROBE("a result of an old epoch is dropped");
  if (run == nullptr || run->epoch != attempt.epoch) return nullptr;
  if (run->wait == Wait::worker) return run;
  if (!run->ended_with_parent) GYR_PROBE("a second result of an attempt is dropped");
  return run->ended_with_parent ? run : nullptr;
}

void begin_attempt(Step& step, RunState& run, const AttemptRef& attempt, base::Instant at,
                   const std::string& worker_id) {
  if (static_cast<int32_t>(run.run.attempts.size()) != attempt.attempt) return;  // it has started
  GYR_INVARIANT(!attempt_is_open(run) || begins_again(run), "an attempt starts after the previous one has ended");
  model::Attempt begun;
  begun.state.set(State::created, at);
  begun.state.set(State::running, at);
  begun.worker_id = worker_id;
  run.run.attempts.push_back(std::move(begun));
  step.state().touch(run);
  if (run.run.state.current() != State::running) step.state().set_state(run, State::running, at);
}

/// A result that comes after the run took its parent's state replaces it for the run alone (TASK-27).
void replace_forced_state(Step& step, RunState& run, const WorkerFinished& event) {
  GYR_PROBE("a late result replaces the state that a task run took from its parent");
  run.ended_with_parent = false;
  run.run.outputs = event.outputs;
  run.run.log_sequence = std::max(run.run.log_sequence, event.log_sequence);
  bool dropped = drop_large_outputs(step, run);
  State state = dropped && event.state != State::killed ? State::failed : event.state;
  if (!run.run.attempts.empty()) run.run.attempts.back().state.set(state, event.at);
  run.ended_otherwise = true;
  run.run.state.set(state, event.at);  // the counts of the parent, which has ended, stay as they decided it
  step.state().touch(run);
}

}  // namespace

void worker_started(Step& step, const WorkerStarted& event) {
  RunState* run = current_run(step, event.attempt);
  if (run == nullptr || run->wait != Wait::worker) return;
  begin_attempt(step, *run, event.attempt, event.at, event.worker_id);
}

void worker_finished(Step& step, const WorkerFinished& event) {
  RunState* run = current_run(step, event.attempt);
  if (run == nullptr) return;
  if (run->wait != Wait::worker) {
    replace_forced_state(step, *run, event);
    return;
  }
  begin_attempt(step, *run, event.attempt, event.at, {});
  if (step.task(*run).on_worker) {
    directory_finished(step, *run, event);
    return;
  }
  GYR_INVARIANT(!run->run.attempts.empty(), "a result belongs to an attempt");
  run->run.outputs = event.outputs;
  run->has_encrypted_outputs = contains_encrypted(run->run.outputs);
  run->run.log_sequence = std::max(run->run.log_sequence, event.log_sequence);
  run->run.attempts.back().log_file = event.log_file;
  step.state().set_wait(*run, Wait::nothing);
  keep_metrics(step, event.metrics);
  if (!event.error.empty()) step.log(*run, model::LogLevel::error, event.error);
  bool dropped = drop_large_outputs(step, *run);
  step.charge(1, run->run.outputs.weight());
  attempt_ended(step, *run, dropped && event.state != State::killed ? State::failed : event.state, event.at);
}

void worker_lost(Step& step, const WorkerLost& event) {
  RunState* run = current_run(step, event.attempt);
  if (run == nullptr || run->wait != Wait::worker) return;
  if (run->run.state.current() == State::killing || step.state().is_being_ended()) {
    GYR_PROBE("a worker is lost while the execution is being killed");
    step.end_run(*run, State::killed);
    return;
  }
  resubmit(step, *run);
}

void resubmit(Step& step, RunState& run) {
  if (attempt_is_open(run)) {
    GYR_PROBE("an attempt that had begun is resubmitted");
    run.run.attempts.back().state.set(State::resubmitted, step.now());
  }
  if (step.task(run).on_worker) drop_directory_children(step.state(), run);  // their files were lost with the worker
  send_to_worker(step, run);
}

bool attempt_is_open(const RunState& run) {
  return !run.run.attempts.empty() && !model::is_terminated(run.run.attempts.back().state.current());
}

bool begins_again(const RunState& run) { return run.attempts_before_restart == run.run.attempts.size(); }

void keep_metrics(Step& step, const std::vector<model::MetricEntry>& metrics) {
  auto& kept = step.effects().metrics;
  kept.insert(kept.end(), metrics.begin(), metrics.end());
}

void attempt_ended(Step& step, RunState& run, State attempt_state, base::Instant at) {
  const CompiledTask& task = step.task(run);
  GYR_INVARIANT(!run.run.attempts.empty(), "an attempt that ends was started");
  GYR_INVARIANT(model::is_terminated(attempt_state), "an attempt ends in a final state");
  run.run.attempts.back().state.set(attempt_state, at);
  const bool being_killed = step.state().is_being_ended();
  // The worker of a directory has tried its tasks again already (TASK-40); a new execution is not for it to make
  // (EXEC-52).
  const bool gives_way = task.retry != nullptr && task.retry->behavior == model::RetryBehavior::create_new_execution;
  bool may_retry = !being_killed && (gives_way || !runs_in_directory(step, run));
  if (attempt_state == State::failed && task.retry != nullptr && being_killed)
    GYR_PROBE("a failure is not retried because of a kill");
  if (attempt_state == State::failed && may_retry && schedule_retry(step, run, at)) return;
  bool warns = task.retry != nullptr && task.retry->warning_on_retry && run.run.attempts.size() > 1;
  step.end_run(run, state_after(attempt_state, warns, task.allow_failure, task.allow_warning));
}

}  // namespace gyr::engine
