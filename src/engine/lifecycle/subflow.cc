// Subflow runs: a child execution and its end (TASK-51 to TASK-53).
#include <fmt/format.h>

#include "base/invariant.h"
#include "base/probe.h"
#include "engine/label_values.h"
#include "engine/lifecycle/lifecycle.h"
#include "engine/subflow_task.h"
#include "expression/convert.h"
#include "model/labels.h"
#include "syntax/time.h"

namespace gyr::engine {

using base::Value;
using model::State;

namespace {

const SubflowTask& properties(const CompiledTask& task) { return task.spec->properties<SubflowTask>(); }

std::string text_of(const Value& rendered, std::string_view key) {
  const Value* value = rendered.find(key);
  return value == nullptr || value->is_null() ? std::string() : expression::to_text(*value);
}

/// How the caller is described to the child: `trigger.executionId` and the like (TASK-51).
model::ExecutionTrigger caller_trigger(const ExecutionState& state, const RunState& run, const CompiledTask& task,
                                       std::optional<int32_t> iteration) {
  const model::FlowKey& key = *state.flow().key();
  base::MapBuilder variables;
  variables.set("executionId", Value::string(state.execution().id.to_text()));
  variables.set("namespace", Value::string(key.namespace_));
  variables.set("flowId", Value::string(key.id));
  variables.set("flowRevision", Value::narrow_integer(state.flow().revision()));
  variables.set("taskRunId", Value::string(run.run.id.to_text()));
  variables.set("taskId", Value::string(run.run.task_id));
  if (run.run.outputs.size() > 0) variables.set("taskRunOutputs", run.run.outputs);
  if (run.run.value) variables.set("taskRunValue", Value::string(*run.run.value));
  if (iteration) variables.set("taskRunIteration", Value::narrow_integer(*iteration));
  model::ExecutionTrigger trigger;
  trigger.id = run.run.task_id;
  trigger.type = task.type_name();
  trigger.variables = variables.build();
  return trigger;
}

std::vector<model::Label> inherited_labels(const model::Execution& execution, bool all) {
  std::vector<model::Label> labels;
  for (const model::Label& label : execution.labels) {
    bool system = model::is_system_label(label.key);
    // The state of the parent itself; a subflow after its end was not ended by its kill switch (OPS-13).
    bool own = label.key == "system.restarted" || label.key == "system.replay" || label.key == "system.replayed" ||
               model::is_kill_switch_label(label.key);
    if ((all || system) && !own) labels.push_back(label);
  }
  return labels;
}

/// A restart continues with the failed child, in place (EXEC-94).
void restart_child(Step& step, RunState& run) {
  GYR_INVARIANT(run.child_flow != nullptr, "the flow of a child is known");
  begin_child_attempt(step, run);
  run.run.outputs = Value::map({{"executionId", Value::string(run.child.to_text())}});
  step.log(run, model::LogLevel::info, "Restarted execution " + link_to(run.child, *run.child_flow));
  step.emit(RestartChild{run.run.id, run.child_flow, run.child});
}

void start_child(Step& step, RunState& run) {
  const CompiledTask& task = step.task(run);
  if (auto problem = too_deep(step)) return fail_child_start(step, run, *problem);
  auto rendering = step.render(run, *task.decision, false);
  if (rendering.kind == Step::Rendering::Kind::pending) return;
  if (rendering.kind == Step::Rendering::Kind::failed) return fail_child_start(step, run, rendering.error);
  auto start = make_start(step, run, rendering.value, run.run.iteration);
  if (!start) return fail_child_start(step, run, start.error().message());
  start->child = step.new_execution_id(*start->flow);

  run.child = start->child;
  run.child_flow = start->flow;
  run.run.outputs = Value::map({{"executionId", Value::string(start->child.to_text())}});
  begin_child_attempt(step, run);
  step.log(run, model::LogLevel::info, "Created new execution " + link_to(start->child, *start->flow));
  step.emit(*std::move(start));
}

/// The state the run takes from its child, before `allowFailure` and `allowWarning`.
State passed_on(const SubflowTask& subflow, const ChildEnded& event) {
  if (!event.outputs_problem.empty() && event.state != State::killed) return State::failed;
  const bool is_passed_on = event.state == State::failed || event.state == State::killed ||
                            event.state == State::paused || event.state == State::warning;
  return subflow.transmit_failed && is_passed_on ? event.state : State::success;
}

/// The child's end as the run's: its line in the log, its history, its state (TASK-53).
void end_with_child(Step& step, RunState& run, const ChildEnded& event) {
  const CompiledTask& task = step.task(run);
  GYR_INVARIANT(run.child_flow != nullptr, "the flow of a child is known");
  const State state = passed_on(properties(task), event);
  const bool may_retry = state == State::failed && task.retry != nullptr;
  const State end = may_retry ? state : state_after(state, false, task.allow_failure, task.allow_warning);
  if (state == State::failed && !event.outputs_problem.empty()) {
    step.log(run, model::LogLevel::error,
             fmt::format("Failed to extract outputs with the error: '{}'", event.outputs_problem));
  } else {
    const bool is_bad = end == State::failed || end == State::warning;
    const auto bad_level = end == State::failed ? model::LogLevel::error : model::LogLevel::warn;
    step.log(run, is_bad ? bad_level : model::LogLevel::info,
             fmt::format("Subflow execution {} ends in {} state", link_to(event.child, *run.child_flow),
                         model::to_text(is_bad ? end : event.state)));
  }
  // The history holds both states.
  if (end != event.state && !may_retry) step.state().set_state(run, event.state, step.now());
  attempt_ended(step, run, state, step.now());
}

}  // namespace

void fail_child_start(Step& step, RunState& run, std::string_view message) {
  if (run.run.attempts.empty() || model::is_terminated(run.run.attempts.back().state.current())) {
    step.add_attempt(run, {State::created});
  }
  step.log(run, model::LogLevel::error, message);
  step.state().set_wait(run, Wait::nothing);
  attempt_ended(step, run, State::failed, step.now());
}

std::optional<std::string> too_deep(const Step& step) {
  uint32_t depth = step.state().subflow_depth;
  if (depth < step.settings().execution.subflow_depth) return std::nullopt;
  return fmt::format("the chain of subflows is {} executions deep, the maximum [{}]", depth, subflow_too_deep.text);
}

base::Result<StartChild> make_start(Step& step, RunState& run, const Value& rendered,
                                    std::optional<int32_t> iteration) {
  const CompiledTask& task = step.task(run);
  const SubflowTask& subflow = properties(task);
  ExecutionState& state = step.state();
  if (uint64_t limit = step.settings().execution.run_outputs_bytes; rendered.weight() > limit) {
    return base::fail(execution_limit,
                      fmt::format("the inputs of the subflow have about {} bytes; at most {} are allowed [{}]",
                                  rendered.weight(), limit, execution_limit.text));
  }
  StartChild start;
  start.depth = state.subflow_depth + 1;
  start.task_run = run.run.id;
  start.flow = std::make_shared<const model::FlowKey>(
      model::FlowKey{step.flow().key()->tenant, text_of(rendered, "namespace"), text_of(rendered, "flowId")});
  start.revision = static_cast<int32_t>(subflow.revision.value_or(0));
  start.wait = subflow.wait;
  if (const Value* inputs = rendered.find("inputs")) start.inputs = *inputs;
  if (const Value* labels = rendered.find("labels")) {
    GYR_TRY(start.labels, labels_of_value(*labels));
  }
  std::string date = text_of(rendered, "scheduleDate");
  if (!date.empty()) {
    GYR_TRY(start.schedule_date, syntax::parse_instant(date));
  }
  start.parent_labels = inherited_labels(state.execution(), subflow.inherit_labels);
  start.trigger = caller_trigger(state, run, task, iteration);
  return start;
}

std::string link_to(base::Id child, const model::FlowKey& flow) {
  return fmt::format("[[link execution=\"{}\" flowId=\"{}\" namespace=\"{}\"]]", child.to_text(), flow.id,
                     flow.namespace_);
}

void begin_child_attempt(Step& step, RunState& run) {
  run.stage = Stage::running;
  step.state().set_wait(run, Wait::child);
  if (run.run.state.current() != State::running) step.state().set_state(run, State::running, step.now());
  if (!attempt_is_open(run)) step.add_attempt(run, {State::created, State::running});
}

void start_subflow(Step& step, RunState& run) {
  const SubflowTask& subflow = properties(step.task(run));
  const bool goes_on = run.run.state.current() == State::restarted && run.child && subflow.wait &&
                       subflow.restart_behavior == RestartBehavior::retry_failed;
  if (goes_on) return restart_child(step, run);
  start_child(step, run);
}

void warn_of_undeclared(Step& step, RunState& run, const ChildStarted& event, const model::FlowKey& flow) {
  for (const std::string& name : event.undeclared) {
    step.log(run, model::LogLevel::warn,
             fmt::format("Input {} was provided by parent execution {} for subflow {}.{} but isn't declared at the "
                         "subflow inputs",
                         name, step.state().execution().id.to_text(), flow.namespace_, flow.id));
  }
}

void child_started(Step& step, const ChildStarted& event) {
  RunState* run = step.state().find(event.task_run);
  if (run != nullptr && run->items) return item_started(step, *run, event);
  if (run == nullptr || run->wait != Wait::child || run->child != event.child) return;
  if (!event.ok) {
    GYR_PROBE("a child is refused");
    run->run.outputs = {};
    run->child = {};
    run->child_flow.reset();
    fail_child_start(step, *run, event.error);
    return;
  }
  warn_of_undeclared(step, *run, event, *run->child_flow);
  if (properties(step.task(*run)).wait) return;
  run->run.outputs =
      Value::map({{"executionId", Value::string(event.child.to_text())}, {"state", Value::string("CREATED")}});
  attempt_ended(step, *run, State::success, step.now());
}

void child_not_restarted(Step& step, const ChildNotRestarted& event) {
  RunState* run = step.state().find(event.task_run);
  if (run != nullptr && run->items) return item_not_restarted(step, *run, event);
  if (run == nullptr || run->wait != Wait::child || run->child != event.child) return;
  run->child = {};
  run->child_flow.reset();
  GYR_PROBE("a child cannot be restarted and another one is started");
  run->stage = Stage::admitted;
  step.state().set_wait(*run, Wait::nothing);
  start_child(step, *run);
}

void child_replaced(Step& step, const ChildReplaced& event) {
  RunState* run = step.state().find(event.task_run);
  if (run != nullptr && run->items) return item_replaced(step, *run, event);
  if (run == nullptr || run->wait != Wait::child || run->child != event.child) return;
  GYR_INVARIANT(run->child_flow != nullptr, "the flow of a child is known");
  step.log(*run, model::LogLevel::info,
           fmt::format("Execution {} is retried as {}", link_to(event.child, *run->child_flow),
                       link_to(event.replacement, *run->child_flow)));
  GYR_PROBE("a caller waits for the replacement of its child");
  run->child = event.replacement;
  run->run.outputs = Value::map({{"executionId", Value::string(event.replacement.to_text())}});
  step.state().touch(*run);
}

void child_ended(Step& step, const ChildEnded& event) {
  RunState* run = step.state().find(event.task_run);
  if (run != nullptr && run->items) return item_moved(step, *run, event);
  if (run == nullptr || run->wait != Wait::child || run->child != event.child) {
    GYR_PROBE("the end of a child comes that nobody waits for");
    return;
  }
  if (!model::is_terminated(event.state)) return;  // only reported to runs that count them
  const SubflowTask& subflow = properties(step.task(*run));
  if (!subflow.wait) return;
  base::MapBuilder outputs;
  outputs.set("executionId", Value::string(event.child.to_text()));
  outputs.set("state", Value::string(model::to_text(event.state)));
  if (event.outputs.is_map()) outputs.set("outputs", event.outputs);
  run->run.outputs = outputs.build();
  run->has_encrypted_outputs = false;
  end_with_child(step, *run, event);
}

}  // namespace gyr::engine
