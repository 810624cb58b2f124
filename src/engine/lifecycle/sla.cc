// SLAs: limits for the executions of a flow, and the effect of a violation (EXEC-70, EXEC-71).
#include <fmt/format.h>

#include "base/probe.h"
#include "engine/context.h"
#include "engine/lifecycle/lifecycle.h"
#include "expression/convert.h"
#include "model/labels.h"
#include "syntax/time.h"

namespace gyr::engine {

using model::SlaBehavior;
using model::SlaType;
using model::State;

namespace {

// The marks in ExecutionState::sla_marks: what each SLA has already done. No SLA acts twice.
constexpr char untouched = '-';
constexpr char told_error = 'e';  ///< its assertion could not be rendered, and the log says so
constexpr char violated = 'v';

/// Requests of renderings are numbered; those of flow outputs begin with 1.
constexpr uint32_t first_request = 1'000'000;

/// Its time starts with the execution; if the execution waits for a date, with the date.
base::Instant clock_begins(const model::Execution& execution) {
  const auto& changes = execution.state.changes();
  const bool waited = execution.schedule_date && changes.size() > 1 && changes[1].date >= *execution.schedule_date;
  return waited ? std::max(changes[0].date, *execution.schedule_date) : execution.state.started();
}

std::string& marks(Step& step) {
  std::string& all = step.state().sla_marks;
  all.resize(step.flow().slas().size(), untouched);
  return all;
}

/// An assertion, from the answer that came back or rendered here; nothing while its rendering is out.
std::optional<base::Result<base::Value>> render_assertion(Step& step, size_t index) {
  ExecutionState& state = step.state();
  const uint32_t number = first_request + static_cast<uint32_t>(index);
  if (auto answered = state.rendered.extract(number); !answered.empty()) {
    state.sla_requests.erase(number);
    return std::move(answered.mapped());
  }
  const auto& source = step.flow().slas()[index].assertion;
  auto environment = step.environment();
  ExecutionContext context(state, nullptr, step.settings(), environment);
  auto outcome = source.render(context, environment);
  if (outcome.ok()) return base::Result<base::Value>(std::move(outcome.value()));
  if (outcome.failed()) return base::Result<base::Value>(base::fail(outcome.error()));
  if (state.sla_requests.insert(number).second) {
    GYR_PROBE("an assertion of an SLA waits for its rendering");
    RenderRequest request;
    request.request = number;
    request.source = source.source();
    request.context = context.for_worker(source.references());
    step.emit(std::move(request));
  }
  return std::nullopt;
}

/// Why the SLA is violated; nothing if no violation is known.
std::optional<std::string> reason_of(Step& step, size_t index) {
  const model::Sla& sla = *step.flow().slas()[index].spec;
  const model::Execution& execution = step.state().execution();
  if (sla.type == SlaType::max_duration) {
    if (step.now() < clock_begins(execution) + sla.duration) return std::nullopt;
    return fmt::format("execution duration of {} exceed the maximum duration of {}.",
                       syntax::format_duration(step.now() - clock_begins(execution)),
                       syntax::format_duration(sla.duration));
  }
  if (!step.state().admitted) return std::nullopt;
  auto rendered = render_assertion(step, index);
  if (!rendered) return std::nullopt;
  if (!*rendered) {
    char& mark = marks(step)[index];
    if (mark == untouched) {
      mark = told_error;
      step.log_execution(model::LogLevel::error, fmt::format("Ignoring SLA '{}' because of the error: {}", sla.id,
                                                             rendered->error().message()));
    }
    return std::nullopt;
  }
  if (expression::is_truthy(**rendered)) return std::nullopt;
  return fmt::format("assertion is false: {}.", expression::to_text(sla.assertion.source()));
}

/// What runs is ended, without cascade to subflows.
void stop_runs(Step& step) {
  const auto& runs = step.state().runs();
  for (auto it = runs.rbegin(); it != runs.rend(); ++it) {
    RunState& run = **it;
    if (model::is_terminated(run.run.state.current())) continue;
    stop_elsewhere(step, run, false);
    const bool worker_may_answer = run.wait == Wait::worker;
    step.end_run(run, State::killed);
    run.ended_with_parent = worker_may_answer;
  }
}

void act(Step& step, const model::Sla& sla, const std::string& reason) {
  ExecutionState& state = step.state();
  step.log_execution(model::LogLevel::warn, fmt::format("SLA '{}' violated: {}", sla.id, reason));
  model::put_labels(state.execution().labels, sla.labels);
  state.touch();
  if (sla.behavior == SlaBehavior::none) return;
  if (sla.behavior == SlaBehavior::fail) {
    step.log_execution(model::LogLevel::error,
                       fmt::format("Execution failed due to SLA '{}' violated: {}", sla.id, reason));
  }
  const State end = sla.behavior == SlaBehavior::fail ? State::failed : State::cancelled;
  if (state.execution().state.current() == State::queued) {
    GYR_PROBE("an SLA ends an execution in its queue");
    return leave_queue(step, LeaveQueue{end});  // it has no slot to run its `errors` with
  }
  GYR_PROBE("an SLA ends an execution");
  state.verdict = end;
  stop_runs(step);
  if (end == State::failed)
    state.set_state(State::running, step.now());  // `errors` and `finally` run, of a paused one too
  step.schedule_execution();
}

}  // namespace

void watch_slas(Step& step) {
  ExecutionState& state = step.state();
  std::optional<base::Instant> next;
  for (size_t i = 0; i < step.flow().slas().size(); ++i) {
    const model::Sla& sla = *step.flow().slas()[i].spec;
    if (sla.type != SlaType::max_duration || marks(step)[i] == violated) continue;
    const base::Instant deadline = clock_begins(state.execution()) + sla.duration;
    if (!next || deadline < *next) next = deadline;
  }
  state.set_wake(state.verdict ? std::nullopt : next);
}

void advance_slas(Step& step) {
  ExecutionState& state = step.state();
  switch (state.execution().state.current()) {
    case State::queued:
    case State::running:
    case State::paused:
    case State::breakpoint:
    case State::retrying: break;
    default: return;  // not started, being killed, or ended
  }
  if (state.verdict || state.stopping) return;
  for (size_t i = 0; i < step.flow().slas().size(); ++i) {
    if (marks(step)[i] == violated) continue;
    auto reason = reason_of(step, i);
    if (!reason) continue;
    marks(step)[i] = violated;
    act(step, *step.flow().slas()[i].spec, *reason);
    break;  // only the first one of a pass acts
  }
  if (!model::is_terminated(state.execution().state.current())) watch_slas(step);
}

}  // namespace gyr::engine
