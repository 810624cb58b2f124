// Pauses: of a Pause task (TASK-39) and of a whole execution by hand (EXEC-83).
#include "engine/flowable/pause.h"

#include "base/invariant.h"
#include "base/probe.h"
#include "engine/context.h"
#include "engine/lifecycle/lifecycle.h"
#include "syntax/time.h"

namespace gyr::engine {

using base::Value;
using model::State;

namespace {

/// A local date-time in UTC, as clients of the reference know it.
std::string local_time(base::Instant now) {
  std::string text = syntax::format_instant(now);
  if (text.ends_with('Z')) text.pop_back();
  return text;
}

Value resumed(const Step& step, State to, const std::string& by) {
  base::MapBuilder map;
  if (!by.empty()) map.set("by", Value::string(by));
  map.set("on", Value::string(local_time(step.now())));
  map.set("to", Value::string(model::to_text(to)));
  return map.build();
}

/// Without the inputs that were left empty, at any depth.
Value given_only(const Value& inputs) {
  base::MapBuilder given;
  for (const auto& entry : inputs.entries()) {
    if (!entry.value.is_null()) given.set(entry.name(), entry.value.is_map() ? given_only(entry.value) : entry.value);
  }
  return given.build();
}

/// The execution continues when it contains no pause any more.
void leave_pause(Step& step) {
  ExecutionState& state = step.state();
  if (state.execution().state.current() != State::paused || state.waiting_for_resume() > 0) return;
  state.execution().attempt_number += 1;
  state.set_state(State::restarted, step.now());
  state.set_state(State::running, step.now());
  step.schedule_open_runs();
  step.schedule_execution();
}

/// The pause has ended, and `target` is the state of its run: immediately if nothing is left to run in it.
void end_pause(Step& step, RunState& run, State target) {
  const CompiledTask& task = step.task(run);
  GYR_INVARIANT(run.flowable && run.wait == Wait::resume, "a pause ends that pauses");
  FlowableState& pause = *run.flowable;
  pause.target = target;
  ExecutionState& state = step.state();
  state.set_wake(run, std::nullopt);
  state.set_wait(run, Wait::children);
  state.touch(run);
  leave_pause(step);
  if (auto end = resolved_state(pause.frame, target, task.allow_failure && !pause.strict, task.allow_warning)) {
    step.end_run(run, *end);
    return;
  }
  state.set_state(run, State::running, step.now());
  step.schedule(run);
}

RunState* paused_run(const ExecutionState& state, base::Id wanted) {
  if (wanted) {
    RunState* run = state.find(wanted);
    return run != nullptr && run->wait == Wait::resume ? run : nullptr;
  }
  for (const auto& run : state.runs()) {
    if (run->wait == Wait::resume) return run.get();
  }
  return nullptr;
}

}  // namespace

void pause_run(Step& step, RunState& run, std::optional<base::Duration> at_most) {
  ExecutionState& state = step.state();
  state.set_state(run, State::paused, step.now());
  state.set_wait(run, Wait::resume);
  if (at_most) state.set_wake(run, step.now() + *at_most);
  // Behind the end the execution's state does not change any more (EXEC-42).
  if (!model::is_terminated(state.execution().state.current())) state.set_state(State::paused, step.now());
  const CompiledTask& task = step.task(run);
  if (!task.on_pause) return;
  RunState& told = step.create_run(*task.on_pause, nullptr, ListRole::on_pause);
  told.run.force_execution = run.run.force_execution;
}

void pause_out_of_time(Step& step, RunState& run) {
  ExecutionState& state = step.state();
  if (state.is_being_ended()) {
    GYR_PROBE("a pause is out of time while its execution is being killed");
    state.set_wake(run, std::nullopt);
    return;
  }
  const std::string& behavior = run.flowable->as<PauseState>().behavior;
  const CompiledTask& task = step.task(run);
  const bool fails = behavior == "FAIL" || behavior == pause_times_out;
  State target = State::success;
  if (behavior == "WARN") target = State::warning;
  if (behavior == "CANCEL") target = State::cancelled;
  if (fails) target = State::failed;
  run.flowable->strict = behavior == "FAIL";
  const bool softened = behavior == pause_times_out && task.allow_failure;
  State shown = softened ? failure_state(true, task.allow_warning) : target;
  if (target == State::warning && task.allow_warning) shown = State::success;
  run.run.outputs = Value::map({{"resumed", resumed(step, shown, {})}});
  state.touch(run);
  if (target == State::cancelled && !run.run.force_execution) return end_execution(step, State::cancelled);
  end_pause(step, run, target);
}

void pause_execution(Step& step) {
  if (step.state().execution().state.current() == State::running) step.state().set_state(State::paused, step.now());
}

void resume(Step& step, const ResumeRequested& event) {
  ExecutionState& state = step.state();
  if (RunState* run = paused_run(state, event.task_run)) {
    base::MapBuilder outputs;
    outputs.set("onResume", event.inputs.is_map() ? given_only(event.inputs) : Value::empty_map());
    outputs.set("resumed", resumed(step, State::success, event.by));
    run->run.outputs = outputs.build();
    run->has_encrypted_outputs = contains_encrypted(run->run.outputs);
    end_pause(step, *run, State::success);
    return;
  }
  GYR_PROBE("an execution is resumed that no task paused");
  // Paused manually: it continues where it was.
  if (event.task_run || state.execution().state.current() != State::paused) return;
  state.set_state(State::running, step.now());
  step.schedule_open_runs();
  step.schedule_execution();
}

}  // namespace gyr::engine
