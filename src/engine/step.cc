#include "engine/step.h"

#include "base/invariant.h"
#include "base/probe.h"
#include "engine/context.h"
#include "engine/flowable/flowable.h"
#include "engine/inline_run.h"
#include "engine/lifecycle/lifecycle.h"

namespace gyr::engine {

using model::State;

Step::Step(ExecutionState& state, const Settings& settings, const Event& event)
    : state_(state), settings_(settings), event_(event), ids_(event.now, event.seed_high, event.seed_low) {
  schedule_slas();
}

RunState& Step::create_run(uint32_t task_index, RunState* parent, ListRole role, std::optional<std::string> value,
                           std::optional<int32_t> iteration) {
  const CompiledTask& compiled = flow().task(task_index);
  GYR_INVARIANT(parent == nullptr || !model::is_terminated(parent->run.state.current()),
                "no task run starts below a task run that has ended");
  GYR_INVARIANT(!model::is_terminated(state_.execution().state.current()) || role == ListRole::after ||
                    role == ListRole::on_pause || (parent != nullptr && parent->run.force_execution),
                "after the end of an execution, only afterExecution tasks start");
  model::TaskRun run;
  run.id = new_id();
  run.task_id = compiled.id();
  if (parent != nullptr) run.parent_id = parent->run.id;
  run.value = std::move(value);
  run.iteration = iteration;
  run.state = model::StateHistory(State::created, now());
  // What runs after the end runs whatever happens to the execution (EXEC-42).
  run.force_execution = parent == nullptr ? role == ListRole::after : parent->run.force_execution;
  RunState& created = state_.add_run(task_index, parent, role, std::move(run));
  charge(1, 0);
  schedule(created);
  return created;
}

void Step::add_attempt(RunState& run, std::initializer_list<State> states) {
  GYR_INVARIANT(!attempt_is_open(run) || begins_again(run), "an attempt starts after the previous one has ended");
  model::Attempt attempt;
  for (State state : states) attempt.state.set(state, now());
  run.run.attempts.push_back(std::move(attempt));
  state_.touch(run);
}

void Step::end_run(RunState& run, State state) {
  GYR_INVARIANT(model::is_terminated(state), "a task run ends in a final state");
  if (!run.run.attempts.empty() && !model::is_terminated(run.run.attempts.back().state.current())) {
    run.run.attempts.back().state.set(state, now());
  }
  state_.set_wake(run, std::nullopt);
  run.stage = Stage::done;
  state_.set_wait(run, Wait::nothing);
  run.rendered.reset();
  if (run.flowable) end_descendants(run, state);
  state_.set_state(run, state, now());
  state_.touch(run);
  charge(1, 0);
  note_group_progress(run);
  schedule_parent(run);
  // A parent with tasks left does not end by this, but the kill may wait for nobody else (EXEC-80).
  if (state_.is_being_ended()) schedule_execution();
  schedule_slas();
}

void Step::note_group_progress(const RunState& run) {
  ValueLoop* loop = loop_of(run);
  if (loop == nullptr) return;
  auto iteration = static_cast<uint32_t>(*run.run.iteration);
  auto group = loop->groups.find(iteration);
  if (group == loop->groups.end() || group->second.terminated < group->second.created) return;
  if (group->second.terminated >= task(*run.parent).branches[run.parent->flowable->branch].size()) {
    loop->groups.erase(group);  // finished groups live on in the counts alone
  } else {
    loop->ready.push_back(iteration);
  }
}

void Step::end_descendants(RunState& run, State state) {
  // Children stand behind their parents in order of creation; a flowable that ends with open children is rare.
  if (run.flowable->frame.progress[0].running() == 0 && run.flowable->frame.progress[1].running() == 0 &&
      run.flowable->frame.progress[2].running() == 0) {
    return;
  }
  for (const auto& candidate : state_.runs()) {
    RunState& below = *candidate;
    if (below.parent == nullptr || model::is_terminated(below.run.state.current())) continue;
    bool descends = false;
    for (RunState* up = below.parent; up != nullptr && !descends; up = up->parent) descends = up == &run;
    if (!descends) continue;
    if (!below.run.attempts.empty()) below.run.attempts.back().state.set(state, now());
    GYR_PROBE("a task run ends with its parent");
    below.ended_with_parent = below.wait == Wait::worker;
    below.stage = Stage::done;
    state_.set_wait(below, Wait::nothing);
    state_.set_wake(below, std::nullopt);
    state_.set_state(below, state, now());
  }
}

void Step::schedule(RunState& run) {
  if (run.queued) return;
  run.queued = true;
  queue_.push_back(&run);
}

void Step::schedule_parent(const RunState& run) {
  if (run.parent == nullptr) {
    schedule_execution();
  } else {
    schedule(*run.parent);
  }
}

bool Step::may_begin(RunState* parent) {
  // What follows the end is short, and has to be able to tell of it.
  if (state_.run_count() >= settings_.execution.task_runs &&
      !model::is_terminated(state_.execution().state.current())) {
    task_runs_exhausted_ = true;
    return false;
  }
  if (spent_runs_ < settings_.step.task_runs && spent_bytes_ < settings_.step.change_bytes) return true;
  GYR_PROBE("the bounds of a step are reached");
  continue_later_ = true;
  if (parent != nullptr) state_.unfinished.insert(parent->run.id);
  return false;
}

expression::Environment Step::environment() {
  expression::Environment environment;
  environment.now = now();
  environment.random_seed = random();
  environment.recursive_rendering = settings_.recursive_rendering;
  return environment;
}

Step::Rendering Step::render(RunState& run, const expression::ValueTemplate& source, bool typed,
                             const base::Value& task_run_entries) {
  if (run.rendered) {
    auto answer = std::move(*run.rendered);
    run.rendered.reset();
    state_.set_wait(run, Wait::nothing);
    if (!answer) return {Rendering::Kind::failed, {}, answer.error().message()};
    return {Rendering::Kind::done, *std::move(answer), {}};
  }
  if (source.is_constant()) return {Rendering::Kind::done, source.source(), {}};
  auto environment = this->environment();
  ExecutionContext context(state_, &run, settings_, environment);
  context.add_to_task_run(task_run_entries);
  auto outcome = typed ? source.render_typed(context, environment) : source.render(context, environment);
  if (outcome.ok()) return {Rendering::Kind::done, std::move(outcome.value()), {}};
  if (outcome.failed()) return {Rendering::Kind::failed, {}, outcome.error().message()};
  state_.set_wait(run, Wait::rendering);
  run.render_request += 1;
  RenderRequest request;
  request.task_run = run.run.id;
  request.request = run.render_request;
  request.task_id = run.run.task_id;
  request.source = source.source();
  request.typed = typed;
  request.context = context.for_worker(source.references());
  emit(std::move(request));
  state_.touch(run);
  return {};
}

void Step::log(RunState& run, model::LogLevel level, std::string_view message) {
  model::LogEntry line;
  line.execution_id = state_.execution().id;
  line.flow = flow().key();
  line.task_id = run.run.task_id;
  line.task_run_id = run.run.id;
  line.attempt = run.run.attempts.empty() ? 0 : static_cast<int32_t>(run.run.attempts.size()) - 1;
  line.sequence = run.run.log_sequence;
  line.timestamp = now();
  line.level = level;
  line.thread = "executor";
  run.run.log_sequence = append_log_lines(effects_.logs, std::move(line), message);
  charge(0, message.size());
  state_.touch(run);
}

void Step::log_execution(model::LogLevel level, std::string_view message) {
  model::LogEntry line;
  line.execution_id = state_.execution().id;
  line.flow = flow().key();
  line.sequence = state_.log_sequence();
  line.timestamp = now();
  line.level = level;
  line.thread = "executor";
  uint32_t last = append_log_lines(effects_.logs, std::move(line), message);
  while (state_.log_sequence() < last) state_.next_log_sequence();
  state_.touch();
}

void Step::apply() {
  struct Visitor {
    Step& step;
    void operator()(const Drive& event) const { drive(step, event); }
    void operator()(const Continue&) const {
      auto unfinished = std::exchange(step.state().unfinished, {});
      for (base::Id id : unfinished) {
        if (RunState* run = step.state().find(id)) step.schedule(*run);
      }
      step.schedule_execution();
    }
    void operator()(const TimerDue&) const {
      for (RunState* run : step.state().due(step.now())) {
        if (run->wait == Wait::retry) retry_now(step, *run);
        if (run->wait == Wait::resume) pause_out_of_time(step, *run);
        if (run->wait == Wait::next_round) next_round(step, *run);
      }
      start_replacement(step);
      step.schedule_execution();
    }
    void operator()(const WorkerStarted& event) const { worker_started(step, event); }
    void operator()(const WorkerFinished& event) const { worker_finished(step, event); }
    void operator()(const ChildReported& event) const { child_reported(step, event); }
    void operator()(const WorkerLost& event) const { worker_lost(step, event); }
    void operator()(const Rendered& event) const {
      auto answer = event.ok ? base::Result<base::Value>(event.value)
                             : base::Result<base::Value>(base::fail(bad_decision, event.error));
      if (event.task_run.is_none()) {
        step.state().rendered.insert_or_assign(event.request, std::move(answer));
        step.schedule_execution();
        return;
      }
      RunState* run = step.state().find(event.task_run);
      if (run == nullptr || run->wait != Wait::rendering || run->render_request != event.request) {
        GYR_PROBE("an answer to an old rendering is dropped");
        return;
      }
      run->rendered = std::move(answer);
      step.schedule(*run);
    }
    void operator()(const ChildStarted& event) const { child_started(step, event); }
    void operator()(const ChildNotRestarted& event) const { child_not_restarted(step, event); }
    void operator()(const ChildEnded& event) const { child_ended(step, event); }
    void operator()(const KillRequested& event) const { kill(step, event); }
    void operator()(const StopRequested& event) const { stop(step, event); }
    void operator()(const RestartRequested& event) const { restart(step, event); }
    void operator()(const ReplayRequested& event) const { replay(step, event); }
    void operator()(const RunStateRequested& event) const { change_run_state(step, event); }
    void operator()(const PauseRequested&) const { pause_execution(step); }
    void operator()(const ResumeRequested& event) const { resume(step, event); }
    void operator()(const BreakpointResumed& event) const { resume_from_breakpoint(step, event); }
    void operator()(const ChildReplaced& event) const { child_replaced(step, event); }
    void operator()(const LeaveQueue& event) const { leave_queue(step, event); }
    void operator()(const ForceRunRequested&) const { force_run(step); }
    void operator()(const RefuseRequested&) const {
      step.state().outputs_rendered = true;
      finish_execution(step, State::failed);
    }
  };
  std::visit(Visitor{*this}, event_.body);
}

void Step::schedule_everything() {
  if (!std::exchange(state_.schedule_all, false)) return;
  schedule_open_runs();
  schedule_execution();
}

void Step::schedule_open_runs() {
  for (const auto& run : state_.runs()) {
    bool open = !model::is_terminated(run->run.state.current());
    const bool wants_turn = run->wait == Wait::nothing || run->wait == Wait::children || run->rendered || run->items;
    if (open && wants_turn) schedule(*run);
  }
}

void Step::work() {
  for (;;) {
    if (slas_queued_) {
      slas_queued_ = false;
      engine::advance_slas(*this);
      continue;
    }
    if (!queue_.empty()) {
      RunState* run = queue_.front();
      queue_.pop_front();
      run->queued = false;
      State current = run->run.state.current();
      if (model::is_terminated(current)) continue;
      if (run->stage == Stage::running && run->flowable) {
        engine::advance_flowable(*this, *run);
      } else if (run->items && (run->stage == Stage::running || run->wait == Wait::child)) {
        // Also one that was restarted and has not begun again, when its execution is ended meanwhile.
        engine::advance_items(*this, *run);
      } else if (run->stage != Stage::running) {
        admit(*this, *run);
      }
      continue;
    }
    if (!execution_queued_) return;
    execution_queued_ = false;
    engine::advance_execution(*this);
  }
}

bool takes_back_an_end(const EventBody& event) {
  return std::holds_alternative<RestartRequested>(event) || std::holds_alternative<ReplayRequested>(event) ||
         std::holds_alternative<RunStateRequested>(event);
}

/// What holds at the end of every step; `was_over`: the execution had ended before, and nothing takes that back.
void Step::check(bool was_over) const {
  const State state = state_.execution().state.current();
  const bool is_over = model::is_terminated(state);
  GYR_INVARIANT(!was_over || is_over, "an execution that has ended does not continue");
  GYR_INVARIANT(!is_over || !state_.admitted, "an execution that has ended holds no slot");
  GYR_INVARIANT(!is_over || !state_.stopping, "an execution that has ended is not being stopped");
  GYR_INVARIANT(!is_over || !state_.kill_deadline, "an execution that has ended is not being killed");
  GYR_INVARIANT(state != State::queued || !state_.admitted, "an execution in a queue holds no slot");
  GYR_INVARIANT(queue_.empty() || state == State::restarted, "a step leaves no task run due");
}

Effects Step::run() {
  const bool takes_end_back = takes_back_an_end(event_.body);
  const bool was_over = model::is_terminated(state_.execution().state.current());
  if (!takes_end_back) schedule_everything();
  apply();
  // RESTARTED is a visible state: the next step continues from it.
  if (!takes_end_back || state_.execution().state.current() != State::restarted) work();
  if (enforce_limits(*this)) work();
  if (continue_later_) emit(ContinueLater{});
  check(was_over && !takes_end_back);
  return std::move(effects_);
}

Effects advance(ExecutionState& state, const Settings& settings, const Event& event) {
  Step step(state, settings, event);
  return step.run();
}

}  // namespace gyr::engine
