// Start, progress and end of flowable runs (TASK-20 to TASK-28).
#include <fmt/format.h>

#include "base/probe.h"
#include "engine/flowable/flowable.h"
#include "engine/lifecycle/lifecycle.h"

namespace gyr::engine {

using model::State;

namespace {

void set_running(Step& step, RunState& run) {
  step.state().set_state(run, State::running, step.now());
  if (run.run.attempts.empty()) {
    step.add_attempt(run, {State::created, State::running});
  } else {
    run.run.attempts.back().state.set(State::running,
                                      step.now());  // restarted: it continues in its only attempt (EXEC-84)
  }
}

/// A round of its tasks has ended successfully, and nothing after them has started.
bool round_is_over(const CompiledTask& task, const FlowableState& flowable) {
  if (!task.flowable->repeats() || flowable.settled || flowable.target != State::success) return false;
  const ListProgress& tasks = flowable.frame.of(ListRole::tasks);
  return flowable.frame.complete(ListRole::tasks) && tasks.failed == 0 && tasks.killed == 0;
}

/// Returns false while the rendering is open, or if it failed the run.
bool render_for_decision(Step& step, RunState& run, const expression::ValueTemplate& source, bool typed,
                         const base::Value& entries, base::Value& answer) {
  auto rendering = step.render(run, source, typed, entries);
  if (rendering.kind == Step::Rendering::Kind::pending) return false;
  const uint64_t limit = step.settings().execution.run_outputs_bytes;
  if (rendering.kind == Step::Rendering::Kind::failed) {
    fail_flowable(step, run, rendering.error);
  } else if (rendering.value.weight() > limit) {
    fail_flowable(step, run,
                  fmt::format("the values have about {} bytes; at most {} are allowed [{}]", rendering.value.weight(),
                              limit, execution_limit.text));
  } else {
    answer = std::move(rendering.value);
    return true;
  }
  return false;
}

}  // namespace

void fail_flowable(Step& step, RunState& run, std::string_view message) {
  run.first_answer = {};
  step.log(run, model::LogLevel::error, "Unable to resolve state from the Flowable task: " + std::string(message));
  set_running(step, run);
  step.end_run(run, State::failed);
}

void start_flowable(Step& step, RunState& run) {
  const CompiledTask& task = step.task(run);
  if (task.on_worker) return start_directory(step, run);
  base::Value rendered;
  std::optional<Flowable::Question> further;
  if (task.decision) {
    rendered = run.first_answer;
    if (rendered.is_null() && !render_for_decision(step, run, *task.decision, task.decision_typed, {}, rendered))
      return;
    further = task.flowable->second_question(rendered);
    if (further) {
      run.first_answer = rendered;
      if (!render_for_decision(step, run, further->source, false, further->task_run_entries, rendered)) return;
      run.first_answer = {};
    }
  }
  auto decision = further ? task.flowable->decide_further(task, rendered) : task.flowable->decide(task, rendered);
  if (!decision) return fail_flowable(step, run, decision.error().message());

  run.stage = Stage::running;
  step.state().set_wait(run, Wait::children);
  run.run.outputs = std::move(decision->outputs);
  run.flowable =
      std::make_unique<FlowableState>(FlowableState{.branch = decision->branch, .detail = std::move(decision->state)});
  FlowableState& flowable = *run.flowable;
  if (!decision->no_branch) {
    flowable.frame.total = {task.branches[decision->branch].size() * decision->repeats, task.errors.size(),
                            task.finals.size(), 0};
  }
  set_running(step, run);
  if (decision->fails) {
    const model::FlowKey& key = *step.state().flow().key();
    step.log(run, model::LogLevel::warn,
             fmt::format("No task found on flow '{}.{}', task '{}', execution '{}'", key.namespace_, key.id,
                         run.run.task_id, step.state().execution().id.to_text()));
    step.end_run(run, failure_state(task.allow_failure, task.allow_warning));
    return;
  }
  task.flowable->begin(step, run);
}

void advance_flowable(Step& step, RunState& run) {
  const State current = run.run.state.current();
  if (current != State::running || run.wait == Wait::next_round || run.wait == Wait::worker) return;
  if (run.wait == Wait::rendering && !run.rendered) return;
  const CompiledTask& task = step.task(run);
  FlowableState& flowable = *run.flowable;
  bool may_begin = may_go_on(step.state(), run);
  const bool is_ending = step.state().is_being_ended();
  if (!may_begin && !is_ending) return;
  if (round_is_over(task, flowable) && (!may_begin || !task.flowable->round_ended(step, run))) return;
  const bool allow_failure = task.allow_failure && !flowable.strict;
  const auto resolved = [&] {
    return resolved_state(flowable.frame, flowable.target, allow_failure, task.allow_warning);
  };
  if (active_branch(flowable.frame, flowable.target) != Branch::tasks || resolved())
    task.flowable->tasks_ended(step, run);
  if (auto state = resolved()) {
    step.end_run(run, *state);
    return;
  }
  if (!may_begin) return;
  // Errors and finally of a round belong to it, as its tasks do (TASK-38).
  const auto round = task.flowable->round_of(flowable);
  switch (active_branch(flowable.frame, flowable.target)) {
    case Branch::tasks: return task.flowable->next(step, run);
    case Branch::errors: return next_of_list(step, &run, ListRole::errors, task.errors, round);
    case Branch::finally_: return next_of_list(step, &run, ListRole::finally_, task.finals, round);
    case Branch::nothing: return;
  }
}

void next_of_list(Step& step, RunState* parent, ListRole role, const TaskList& list, std::optional<int32_t> iteration) {
  const Frame& frame = step.state().frame_of(parent);
  const ListProgress& progress = frame.of(role);
  // Of another revision's list the tasks before those that have run are left out (EXEC-84).
  const uint64_t total = frame.total_of(role);
  const uint64_t left_out = total > 0 && total < list.size() ? list.size() - total : 0;
  const uint64_t next = progress.created + left_out;
  if (progress.created > progress.terminated || next >= list.size()) return;
  if (!step.may_begin(parent)) {
    GYR_PROBE("the next task of a list has to wait for another step");
    return;
  }
  step.create_run(list[next], parent, role, {}, iteration);
}

}  // namespace gyr::engine
