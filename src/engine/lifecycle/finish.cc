// The end of an execution: final state, outputs, afterExecution (EXEC-20 to EXEC-42, FLOW-46, FLOW-47).
#include <fmt/format.h>

#include "base/invariant.h"
#include "base/probe.h"
#include "engine/context.h"
#include "engine/lifecycle/lifecycle.h"
#include "model/output.h"
#include "syntax/time.h"

namespace gyr::engine {

using model::State;

namespace {

enum class OutputsResult : uint8_t { done, failed, pending };

OutputsResult no_outputs(Step& step, std::string problem, std::string& told) {
  step.log_execution(model::LogLevel::error, "Failed to render output values: " + problem);
  told = std::move(problem);
  return OutputsResult::failed;
}

/// One output, from the answer that came back or rendered here; nothing while its rendering is out.
std::optional<base::Result<base::Value>> render_output(Step& step, uint32_t number,
                                                       const CompiledFlow::CompiledOutput& output) {
  ExecutionState& state = step.state();
  auto answered = state.rendered.find(number);
  if (answered != state.rendered.end()) return answered->second;
  auto environment = step.environment();
  ExecutionContext context(state, nullptr, step.settings(), environment);
  auto outcome = output.value.render_typed(context, environment);
  if (outcome.ok()) return base::Result<base::Value>(std::move(outcome.value()));
  if (outcome.failed()) return base::Result<base::Value>(base::fail(outcome.error()));
  if (state.outputs_requested < number) {
    GYR_PROBE("an output of a flow waits for its rendering");
    state.outputs_requested = number;
    RenderRequest request;
    request.request = number;
    request.source = output.value.source();
    request.typed = true;
    request.context = context.for_worker(output.value.references());
    step.emit(std::move(request));
  }
  return std::nullopt;
}

/// If they cannot be rendered, `problem` contains the reason.
OutputsResult render_outputs(Step& step, std::string& problem) {
  ExecutionState& state = step.state();
  base::MapBuilder outputs;
  uint32_t number = 0;
  for (const auto& output : step.flow().outputs()) {
    number += 1;
    auto rendered = render_output(step, number, output);
    if (!rendered) return OutputsResult::pending;
    if (!*rendered && !output.spec->required) {
      step.log_execution(
          model::LogLevel::warn,
          fmt::format("Failed to render optional flow output '{}'. Output is ignored.", output.spec->id));
      continue;
    }
    // A value of another type than the declared one is also an error of an optional output (FLOW-47).
    auto converted = *rendered ? model::convert_output(*output.spec, **rendered, step.settings().encryptor) : *rendered;
    if (!converted) return no_outputs(step, std::string(converted.error().message()), problem);
    if (!converted->is_null()) outputs.set(output.spec->id, *std::move(converted));
  }
  if (outputs.empty()) return OutputsResult::done;
  base::Value built = outputs.build();
  if (auto excess = too_large(built, step.settings().execution)) {
    return no_outputs(step, fmt::format("they {} [{}]", *excess, execution_limit.text), problem);
  }
  GYR_INVARIANT(state.execution().outputs.size() == 0, "the outputs of an execution are set once");
  state.execution().outputs = std::move(built);
  return OutputsResult::done;
}

/// TASK-27 for the execution itself: after a restart several runs of the top level may be under way, and one of them
/// fails.
bool has_open_runs(const Frame& frame) {
  return frame.of(ListRole::tasks).running() + frame.of(ListRole::errors).running() +
             frame.of(ListRole::finally_).running() >
         0;
}

/// The task of a Pause that tells that it begins; not that of a Pause behind the end.
bool tells_of_a_pause(const ExecutionState& state) {
  if (state.frame().of(ListRole::on_pause).running() == 0) return false;
  return std::ranges::any_of(state.runs(), [](const auto& run) {
    return run->role == ListRole::on_pause && !run->run.force_execution &&
           !model::is_terminated(run->run.state.current());
  });
}

/// It has started: its SLAs are evaluated before its tasks (EXEC-11).
void begin_watch(Step& step) {
  if (step.flow().slas().empty()) return;
  watch_slas(step);
  step.schedule_slas();
  step.schedule_execution();
}

}  // namespace

void advance_execution(Step& step) {
  ExecutionState& state = step.state();
  model::Execution& execution = state.execution();
  const State current = execution.state.current();
  if (state.ending && !model::is_terminated(current)) {
    finish_execution(step, *state.ending);  // an answer to a rendering of its outputs
    return;
  }
  if (state.stopping && !model::is_terminated(current)) return advance_stopping(step);
  const bool over = model::is_terminated(current) || current == State::killing;
  if (!over && (state.verdict == State::cancelled || state.verdict == State::retried))
    return finish_execution(step, *state.verdict);
  switch (current) {
    case State::created:
      if (execution.schedule_date && step.now() < *execution.schedule_date) {
        state.set_wake(execution.schedule_date);
        return;
      }
      state.set_wake(std::nullopt);
      if (!pass_gate(step)) return;
      state.set_state(State::running, step.now());
      step.server_log("Flow started");
      begin_watch(step);
      break;
    case State::restarted:
      if (!state.admitted && !pass_gate(step)) return;
      state.set_state(State::running, step.now());
      step.server_log("Flow restarted");
      step.schedule_open_runs();  // the restarted runs could not start before
      begin_watch(step);
      break;
    case State::killing: return advance_killing(step);
    case State::running:
    case State::retrying: break;
    default:
      if (model::is_terminated(current)) next_of_list(step, nullptr, ListRole::after, state.after_list());
      return;  // paused, queued, or at a breakpoint: a user must act
  }
  if (step.slas_are_next()) return;  // they can decide otherwise, and the execution is then checked again
  const State target = state.verdict.value_or(State::success);  // FAILED by an SLA, whatever its runs say
  if (auto final_state = resolved_state(state.frame(), target, false, false)) {
    if (tells_of_a_pause(state)) return;  // no task after the end may continue
    finish_execution(step, target == State::failed ? target : *final_state);
    return;
  }
  switch (active_branch(state.frame(), target)) {
    case Branch::tasks: return next_of_list(step, nullptr, ListRole::tasks, step.flow().list(ListRole::tasks));
    case Branch::errors: return next_of_list(step, nullptr, ListRole::errors, step.flow().list(ListRole::errors));
    case Branch::finally_: return next_of_list(step, nullptr, ListRole::finally_, step.flow().list(ListRole::finally_));
    case Branch::nothing: return;
  }
}

void finish_execution(Step& step, State final_state) {
  ExecutionState& state = step.state();
  GYR_INVARIANT(model::is_terminated(final_state), "an execution ends in a final state");
  std::string problem;
  if (!state.outputs_rendered) {
    auto outputs = render_outputs(step, problem);
    if (outputs == OutputsResult::pending) return;
    // On an execution that failed anyway the error is only logged (FLOW-47).
    if (outputs == OutputsResult::failed && (final_state == State::success || final_state == State::warning)) {
      final_state = State::failed;
    }
    state.outputs_rendered = true;
    state.rendered.clear();
  }
  if (has_open_runs(state.frame())) {
    GYR_PROBE("an execution ends with open task runs");
    end_open_runs(step, final_state);
  }
  state.set_wake(std::nullopt);
  state.kill_deadline.reset();
  state.stopping.reset();
  if (state.execution().state.current() == State::retrying) state.set_state(State::running, step.now());
  state.set_state(final_state, step.now());
  if (final_state == State::retried) state.set_wake(state.replace_at);
  decide_listeners(step);
  state.ended_reported = true;
  step.emit(Ended{final_state, std::move(problem)});
  const auto& history = state.execution().state;
  step.server_log(fmt::format("Flow completed with state {} in {}", model::to_text(final_state),
                              syntax::format_duration(history.last_date() - history.started())));
  if (state.frame().of(ListRole::after).running() > 0) step.schedule_open_runs();  // replayed ones
  next_of_list(step, nullptr, ListRole::after, state.after_list());
}

void end_open_runs(Step& step, State end) {
  // By index from the last: ending runs adds none, and a child ends before its parent.
  const auto& runs = step.state().runs();
  for (size_t i = runs.size(); i-- > 0;) {
    RunState& run = *runs[i];
    if (run.run.force_execution || model::is_terminated(run.run.state.current())) continue;
    const bool worker_may_answer = run.wait == Wait::worker;
    step.end_run(run, end);
    run.ended_with_parent = worker_may_answer;
  }
}

void end_execution(Step& step, State end) {
  ExecutionState& state = step.state();
  state.ending = end;
  state.touch();
  end_open_runs(step, end);
  finish_execution(step, end);
}

void fail_execution(Step& step, std::string_view message) {
  ExecutionState& state = step.state();
  step.log_execution(model::LogLevel::error, message);
  for (auto it = state.runs().rbegin(); it != state.runs().rend(); ++it) {
    RunState& run = **it;
    if (model::is_terminated(run.run.state.current())) continue;
    stop_elsewhere(step, run, true);
    step.end_run(run, State::failed);
  }
  state.outputs_rendered = true;
  finish_execution(step, State::failed);
}

void fail_by_exception(Step& step, std::string_view reason) {
  ExecutionState& state = step.state();
  const State current = state.execution().state.current();
  if (current != State::killing && !model::is_terminated(current)) return fail_execution(step, reason);
  step.log_execution(model::LogLevel::error, reason);
  const auto& runs = state.runs();
  for (size_t i = runs.size(); i-- > 0;) {
    RunState& run = *runs[i];
    if (model::is_terminated(run.run.state.current())) continue;
    stop_elsewhere(step, run, true);
    step.end_run(run, current == State::killing ? State::killed : State::failed);
  }
  if (current != State::killing) return;
  state.outputs_rendered = true;
  finish_execution(step, State::killed);
}

}  // namespace gyr::engine
