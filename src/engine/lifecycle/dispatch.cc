// Work for workers, and pure tasks inside the step (EXEC-13; principle: pure tasks run ahead).
#include "base/invariant.h"
#include "engine/context.h"
#include "engine/inline_run.h"
#include "engine/lifecycle/lifecycle.h"
#include "expression/error_text.h"

namespace gyr::engine {

using model::State;

namespace {

/// Returns true if the task ran inside the step.
bool try_inline(Step& step, RunState& run, const CompiledTask& task) {
  if (!task.may_run_inline || step.event().defers_tasks) return false;
  auto done = run_inline(step, run);
  if (!done) return false;
  step.state().set_state(run, State::running, step.now());
  step.add_attempt(run, {State::created, State::running});
  run.stage = Stage::running;
  auto& effects = step.effects();
  for (auto& line : done->logs) {
    step.charge(0, line.message.size());
    effects.logs.push_back(std::move(line));
  }
  effects.metrics.insert(effects.metrics.end(), std::make_move_iterator(done->metrics.begin()),
                         std::make_move_iterator(done->metrics.end()));
  run.run.log_sequence = done->log_sequence;
  if (done->result) {
    run.run.outputs = std::move(done->result->outputs);
    bool dropped = drop_large_outputs(step, run);
    step.charge(0, run.run.outputs.weight());
    attempt_ended(step, run, dropped ? State::failed : done->result->final_state.value_or(State::success), step.now());
  } else {
    run.run.outputs = std::move(done->result.error().outputs);
    (void)drop_large_outputs(step, run);
    step.log(run, model::LogLevel::error, expression::log_text(done->result.error().error));
    attempt_ended(step, run, State::failed, step.now());
  }
  return true;
}

/// The first of the attempts at the end that were lost with their worker (RUNNER-7); with none the one to come.
int32_t resumed_attempt(const RunState& run) {
  const auto& attempts = run.run.attempts;
  size_t first = attempts.size();
  while (first > 0 && attempts[first - 1].state.current() == State::resubmitted) --first;
  return static_cast<int32_t>(first);
}

}  // namespace

void dispatch(Step& step, RunState& run) {
  const CompiledTask& task = step.task(run);
  if (try_inline(step, run, task)) return;
  send_to_worker(step, run);
}

void send_to_worker(Step& step, RunState& run) {
  const CompiledTask& task = step.task(run);
  GYR_INVARIANT(!model::is_terminated(run.run.state.current()), "a task run that has ended is not dispatched");
  GYR_INVARIANT(run.epoch < INT32_MAX, "the epochs of a task run are not exhausted");
  GYR_INVARIANT(!attempt_is_open(run) || begins_again(run), "only one worker at a time runs a task run");
  run.stage = Stage::running;
  step.state().set_wait(run, Wait::worker);
  run.epoch += 1;
  if (!task.on_worker) step.state().set_state(run, State::submitted, step.now());
  step.state().touch(run);
  Dispatch job;
  job.attempt = {run.run.id, static_cast<int32_t>(run.run.attempts.size()), run.epoch};
  job.task_id = run.run.task_id;
  job.value = run.run.value;
  job.log_sequence = run.run.log_sequence;
  job.resumed_attempt = resumed_attempt(run);
  if (task.on_worker) {
    const auto path = path_of(run);
    for (std::string_view value : std::span(path).subspan(std::min<size_t>(path.size(), task.scoped)))
      job.values.emplace_back(value);
  }
  auto environment = step.environment();
  ExecutionContext context(step.state(), &run, step.settings(), environment);
  job.context = context.for_worker(task.references);
  step.charge(0, job.context.weight());
  step.emit(std::move(job));
}

}  // namespace gyr::engine
