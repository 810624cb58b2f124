#include "engine/execution_state.h"

#include <algorithm>

#include "base/codec.h"
#include "base/invariant.h"
#include "base/probe.h"
#include "engine/context.h"

namespace gyr::engine {
namespace {

using model::State;

/// Key of by_path_: the task's number and the steps, each with its length in front so that no two keys are alike.
std::string path_key(uint32_t task, std::span<const std::string_view> path) {
  std::string key;
  base::Encoder encoder(key);
  encoder.varint(task);
  for (std::string_view step : path) encoder.bytes(step);
  return key;
}

/// Histories are only added to, and never run backwards (EXEC-5).
void check_history(const model::StateHistory& history, size_t known) {
  const auto& changes = history.changes();
  GYR_INVARIANT(changes.size() >= known, "a history keeps all its states");
  for (size_t i = std::max<size_t>(1, known); i < changes.size(); ++i)
    GYR_INVARIANT(changes[i - 1].date <= changes[i].date, "the dates of a history do not decrease");
}

}  // namespace

ValueLoop* loop_of(const RunState& run) {
  const bool has_place = run.parent != nullptr && run.role == ListRole::tasks && run.run.value && run.run.iteration;
  return has_place && run.parent->flowable ? run.parent->flowable->loop() : nullptr;
}

bool holds_slot_in(State state) {
  return state == State::running || state == State::paused || state == State::breakpoint || state == State::retrying ||
         state == State::killing;
}

std::vector<std::string_view> values_of(const RunState& run) {
  std::vector<std::string_view> values;
  for (const RunState* up = &run; up != nullptr; up = up->parent) {
    if (up->run.value) values.push_back(*up->run.value);
  }
  std::reverse(values.begin(), values.end());
  return values;
}

std::vector<std::string_view> path_of(const RunState& run) {
  std::vector<std::string_view> path;
  for (const RunState* up = &run; up != nullptr; up = up->parent) {
    if (!up->number.empty()) {
      path.push_back(up->number);
    } else if (up->run.value) {
      path.push_back(*up->run.value);
    }
  }
  std::reverse(path.begin(), path.end());
  return path;
}

std::string_view loop_value(const base::Value& values, size_t index) {
  return values.is_map() ? values.entries()[index].value.text() : values.items()[index].text();
}

std::optional<std::string_view> key_of_iteration(const model::TaskRun& iteration, const base::Value& values) {
  const auto index = static_cast<size_t>(iteration.iteration.value_or(-1));
  if (!values.is_map() || index >= values.size()) return std::nullopt;
  return values.entries()[index].name();
}

base::Value result_of_iteration(const model::TaskRun& iteration, const base::Value& values) {
  base::MapBuilder item;
  item.set("value", base::Value::string(iteration.value.value_or("")));
  item.set("iteration", base::Value::narrow_integer(iteration.iteration.value_or(0)));
  if (auto key = key_of_iteration(iteration, values)) item.set("key", base::Value::string(*key));
  return base::Value::map(
      {{"item", item.build()}, {"outputs", iteration.outputs.is_map() ? iteration.outputs : base::Value::empty_map()}});
}

ExecutionState::ExecutionState(std::shared_ptr<const CompiledFlow> flow, model::Execution execution, bool is_new)
    : flow_(std::move(flow)), execution_(std::move(execution)), execution_dirty_(is_new), execution_is_new_(is_new) {
  by_task_.resize(flow_->tasks().size());
  for (size_t i = 0; i < list_role_count; ++i) frame_.total[i] = flow_->list(static_cast<ListRole>(i)).size();
}

ExecutionState::~ExecutionState() = default;

RunState* ExecutionState::find(base::Id run) const {
  auto found = by_id_.find(run);
  return found == by_id_.end() ? nullptr : found->second;
}

RunState& ExecutionState::add_run(uint32_t task, RunState* parent, ListRole role, model::TaskRun run) {
  auto state = std::make_unique<RunState>();
  state->run = std::move(run);
  state->task = task;
  state->parent = parent;
  state->role = role;
  state->position = next_position_++;
  state->aside = role == ListRole::on_pause || (parent != nullptr && parent->aside);
  RunState& added = *state;
  GYR_INVARIANT(parent == nullptr || parent->flowable, "the parent of a task run is a flowable");
  const bool is_known = !by_id_.emplace(added.run.id, &added).second;
  GYR_INVARIANT(!is_known, "the id of a task run is unique");
  by_task_[task].push_back(&added);
  runs_.push_back(std::move(state));
  frame_of(parent).of(role).change(std::nullopt, counted_state(added, added.run.state.current()));
  if (parent != nullptr && role == ListRole::tasks) {
    if (auto* dag = std::get_if<DagState>(&parent->flowable->detail)) {
      dag->places.resize(flow_->task(parent->task).depends_on.size());
      dag->places[flow_->task(task).place] = &added;
    }
  }
  if (ValueLoop* loop = loop_of(added)) {
    loop->groups[static_cast<uint32_t>(*added.run.iteration)].created += 1;
    if (flow_->task(parent->task).isolates) added.number = std::to_string(*added.run.iteration);
  }
  index_path(added);
  touch(added);
  return added;
}

void ExecutionState::index_path(RunState& run) {
  if (flow_->task(run.task).loops == 0) return;
  auto path = path_of(run);
  for (size_t length = 1; length <= path.size(); ++length) {
    auto [first, is_first] = by_path_.emplace(path_key(run.task, std::span(path).first(length)), &run);
    if (is_first || length < path.size()) continue;
    RunState* last = first->second;
    while (last->twin != nullptr) last = last->twin;
    last->twin = &run;
  }
}

RunState* ExecutionState::find_by_path(uint32_t task, std::span<const std::string_view> path) const {
  auto found = by_path_.find(path_key(task, path));
  return found == by_path_.end() ? nullptr : found->second;
}

/// The state as which a run counts in the lists of its parent: failed iterations of a tolerant loop count as
/// successful.
State ExecutionState::counted_state(const RunState& run, State state) const {
  const bool is_forgiven =
      run.parent != nullptr && run.role == ListRole::tasks && flow_->task(run.parent->task).forgives;
  return is_forgiven && (state == State::failed || state == State::warning) ? State::success : state;
}

ValueLoop::Group& ExecutionState::group_of(ValueLoop& loop, const RunState& run) const {
  auto [group, missing] = loop.groups.try_emplace(static_cast<uint32_t>(*run.run.iteration));
  // A finished group is in no list: all its runs have ended. A restart opens it again.
  auto all = static_cast<uint32_t>(flow_->task(run.parent->task).branches[run.parent->flowable->branch].size());
  if (missing) group->second = {all, all};
  return group->second;
}

bool ExecutionState::set_state(RunState& run, State state, base::Instant now) {
  State before = run.run.state.current();
  GYR_INVARIANT(before == state || may_follow_in_run(before, state),
                "a task run goes from state to state as EXEC-4 says");
  if (!run.run.state.set(state, now)) return false;
  frame_of(run.parent).of(run.role).change(counted_state(run, before), counted_state(run, state));
  if (ValueLoop* loop = loop_of(run)) {
    auto& group = group_of(*loop, run);
    GYR_INVARIANT(!model::is_terminated(before) || group.terminated > 0, "a loop counts the ended runs for each value");
    if (model::is_terminated(before)) group.terminated -= 1;
    if (model::is_terminated(state)) group.terminated += 1;
    GYR_INVARIANT(group.terminated <= group.created, "the ended runs of a loop value do not exceed its runs");
  }
  touch(run);
  return true;
}

bool ExecutionState::set_state(State state, base::Instant now) {
  const State before = execution_.state.current();
  GYR_INVARIANT(before == state || may_follow_in_execution(before, state),
                "an execution goes from state to state as EXEC-4 says");
  if (!execution_.state.set(state, now)) return false;
  if (model::is_terminated(state)) admitted = false;
  GYR_INVARIANT(state != State::queued || !admitted, "an execution in a queue holds no slot");
  touch();
  return true;
}

void ExecutionState::set_wait(RunState& run, Wait wait) {
  if (run.wait == wait) return;
  GYR_INVARIANT(run.wait == Wait::nothing || waits_[static_cast<size_t>(run.wait)] > 0,
                "an execution counts its waiting runs");
  if (run.wait != Wait::nothing) waits_[static_cast<size_t>(run.wait)] -= 1;
  if (wait != Wait::nothing) waits_[static_cast<size_t>(wait)] += 1;
  run.wait = wait;
  touch(run);
}

bool ExecutionState::open_waits_are_durable() const {
  size_t durable = 0;
  for (Wait wait : {Wait::child, Wait::retry, Wait::resume, Wait::next_round})
    durable += waits_[static_cast<size_t>(wait)];
  return durable > 0;
}

void ExecutionState::touch(RunState& run) {
  uint64_t outputs = run.run.outputs.weight();
  GYR_INVARIANT(outputs_bytes_ >= run.counted_outputs,
                "the size of the outputs of the runs does not exceed the size counted for the execution");
  outputs_bytes_ += outputs - std::exchange(run.counted_outputs, outputs);
  if (run.dirty) return;
  run.dirty = true;
  dirty_runs_.push_back(&run);
}

void ExecutionState::set_wake(RunState& run, std::optional<base::Instant> when) {
  if (run.wake_at == when) return;
  GYR_INVARIANT(!when || !model::is_terminated(run.run.state.current()), "a task run that has ended has no timer");
  if (run.wake_at) {
    const size_t erased = wakes_.erase({*run.wake_at, run.run.id});
    GYR_INVARIANT(erased == 1, "the timer of a task run is in the index");
  }
  run.wake_at = when;
  if (when) wakes_.emplace(*when, run.run.id);
  touch(run);
  touch();  // the execution's row carries the earliest deadline
}

void ExecutionState::set_wake(std::optional<base::Instant> when) {
  if (own_wake_ == when) return;
  if (own_wake_) {
    const size_t erased = wakes_.erase({*own_wake_, base::Id{}});
    GYR_INVARIANT(erased == 1, "the timer of an execution is in the index");
  }
  own_wake_ = when;
  if (when) wakes_.emplace(*when, base::Id{});
  touch();
}

std::optional<base::Instant> ExecutionState::next_wake() const {
  if (wakes_.empty()) return std::nullopt;
  return wakes_.begin()->first;
}

std::vector<RunState*> ExecutionState::due(base::Instant now) const {
  std::vector<RunState*> runs;
  for (const auto& [when, id] : wakes_) {
    if (when > now) break;
    if (RunState* run = find(id)) runs.push_back(run);
  }
  return runs;
}

void ExecutionState::remove_run(RunState& run) {
  std::vector<RunState*> doomed;
  for (const auto& candidate : runs_) {
    for (RunState* up = candidate.get(); up != nullptr; up = up->parent) {
      if (up == &run) {
        doomed.push_back(candidate.get());
        break;
      }
    }
  }
  remove(std::move(doomed));
}

void ExecutionState::remove_below(RunState& run) {
  std::vector<RunState*> doomed;
  // They stand behind their parent: of a loop's last round, near the end.
  for (auto it = runs_.rbegin(); it != runs_.rend() && it->get() != &run; ++it) {
    for (RunState* up = (*it)->parent; up != nullptr; up = up->parent) {
      if (up == &run) {
        doomed.push_back(it->get());
        break;
      }
    }
  }
  std::reverse(doomed.begin(), doomed.end());
  remove(std::move(doomed));
}

void ExecutionState::remove(std::vector<RunState*> doomed) {
  std::set<uint32_t> tasks;
  bool in_loops = false;
  const std::set<const RunState*> all(doomed.begin(), doomed.end());
  const auto is_doomed = [&all](const RunState* run) { return all.contains(run); };
  // Children come behind their parents, so going backwards leaves no child without its parent.
  for (auto it = doomed.rbegin(); it != doomed.rend(); ++it) {
    RunState* gone = *it;
    GYR_INVARIANT(!gone->queued, "a removed task run is not due in this step");
    GYR_INVARIANT(outputs_bytes_ >= gone->counted_outputs, "the size of removed outputs was counted");
    frame_of(gone->parent).of(gone->role).remove(counted_state(*gone, gone->run.state.current()));
    if (ValueLoop* loop = loop_of(*gone)) {
      auto& group = group_of(*loop, *gone);
      GYR_INVARIANT(group.created > 0, "a loop counts the runs for each value");
      group.created -= 1;
      if (model::is_terminated(gone->run.state.current())) group.terminated -= 1;
    }
    if (gone->parent != nullptr) {
      if (auto* dag = std::get_if<DagState>(&gone->parent->flowable->detail))
        std::ranges::replace(dag->places, gone, static_cast<RunState*>(nullptr));
    }
    set_wait(*gone, Wait::nothing);
    if (gone->wake_at) wakes_.erase({*gone->wake_at, gone->run.id});
    outputs_bytes_ -= gone->counted_outputs;
    if (!gone->is_new) removed_.push_back(gone->run.id);
    tasks.insert(gone->task);
    in_loops = in_loops || flow_->task(gone->task).loops > 0;
    const size_t erased = by_id_.erase(gone->run.id);
    GYR_INVARIANT(erased == 1, "a removed task run was known");
  }
  std::erase_if(dirty_runs_, is_doomed);
  for (uint32_t task : tasks) std::erase_if(by_task_[task], is_doomed);
  // All of the tasks' paths, not only those of runs that are gone: one of these may have been somebody's twin.
  if (in_loops) std::erase_if(by_path_, [&](const auto& entry) { return tasks.contains(entry.second->task); });
  std::erase_if(runs_, [&](const auto& owned) { return is_doomed(owned.get()); });
  for (uint32_t task : tasks) {
    for (RunState* left : by_task_[task]) left->twin = nullptr;
    for (RunState* left : by_task_[task]) index_path(*left);
  }
  touch();
}

void ExecutionState::check_change(const RunState& run) const {
  GYR_INVARIANT(run.dirty, "a changed task run is marked as changed");
  GYR_INVARIANT(run.epoch >= run.stored_epoch, "the epoch of a task run does not go back");
  GYR_INVARIANT(run.run.log_sequence >= run.stored_log_sequence,
                "the numbers of the log lines of a task run do not decrease");
  check_history(run.run.state, run.stored_changes);
  const bool ended = model::is_terminated(run.run.state.current());
  GYR_INVARIANT(!ended || !run.wake_at, "a task run that has ended has no timer");
  GYR_INVARIANT(!ended || (run.wait != Wait::worker && run.wait != Wait::resume && run.wait != Wait::retry),
                "a task run that has ended waits for nothing");
  GYR_INVARIANT(!run.wake_at || run.wait == Wait::retry || run.wait == Wait::resume || run.wait == Wait::next_round,
                "a timer of a task run belongs to a wait");
  GYR_INVARIANT(run.wait != Wait::worker || run.epoch > 0, "a task run that waits for a worker was dispatched");
}

void ExecutionState::check_consistency() const {
  std::array<size_t, wait_count> waits{};
  uint64_t outputs = 0;
  size_t timers = own_wake_ ? 1 : 0;
  std::unordered_map<const RunState*, Frame> frames;
  std::set<const RunState*> decided;  // their counts stay as they were when they ended
  for (const auto& owned : runs_) {
    const RunState& run = *owned;
    if (run.wait != Wait::nothing) waits[static_cast<size_t>(run.wait)] += 1;
    timers += run.wake_at ? 1 : 0;
    outputs += run.counted_outputs;
    frames[run.parent].of(run.role).change(std::nullopt, counted_state(run, run.run.state.current()));
    if (run.ended_otherwise) decided.insert(run.parent);
    GYR_INVARIANT(find(run.run.id) == &run, "a task run is found by its id");
  }
  GYR_INVARIANT(waits == waits_, "an execution counts its waiting runs");
  GYR_INVARIANT(timers == wakes_.size(), "every timer belongs to a wait");
  GYR_INVARIANT(outputs == outputs_bytes_, "an execution counts the size of the outputs of its runs");
  for (const auto& [parent, frame] : frames) {
    if (decided.contains(parent)) continue;
    const Frame& counted = parent == nullptr ? frame_ : parent->flowable->frame;
    GYR_INVARIANT(counted.progress == frame.progress, "a parent counts the states of its runs");
  }
}

ExecutionState::Changes ExecutionState::take_changes() {
  Changes changes;
  changes.execution = execution_dirty_;
  changes.execution_is_new = execution_is_new_;
  changes.runs.reserve(dirty_runs_.size());
  // Rows in order of creation, so that new ones are appended where they belong.
  std::sort(dirty_runs_.begin(), dirty_runs_.end(),
            [](const RunState* a, const RunState* b) { return a->position < b->position; });
  check_history(execution_.state, stored_changes_);
  GYR_INVARIANT(!own_wake_ || !model::is_terminated(execution_.state.current()) || replace_at,
                "an execution that has ended has a timer only for its replacement");
  for (RunState* run : dirty_runs_) {
    check_change(*run);
    changes.runs.push_back({run, run->is_new});
    run->is_new = false;
    run->dirty = false;
    run->stored_epoch = run->epoch;
    run->stored_log_sequence = run->run.log_sequence;
    run->stored_changes = static_cast<uint32_t>(run->run.state.changes().size());
  }
  stored_changes_ = execution_.state.changes().size();
  dirty_runs_.clear();
  changes.removed_runs = std::move(removed_);
  removed_.clear();
  execution_dirty_ = false;
  execution_is_new_ = false;
  return changes;
}

void ExecutionState::finish_restore() {
  schedule_all = true;
  for (const auto& owned : runs_) {
    RunState& run = *owned;
    run.has_encrypted_outputs = contains_encrypted(run.run.outputs);
    if (run.wait == Wait::rendering && !model::is_terminated(run.run.state.current())) {
      GYR_PROBE("a rendering is asked for again after a restart");
      set_wait(run, Wait::nothing);  // the answer can be lost: it is requested again
      run.dirty = false;
      dirty_runs_.pop_back();
    }
    settle_groups(run);
  }
  derive_total();
}

void ExecutionState::settle_groups(RunState& run) {
  // The counts of a loop determine which groups can continue.
  const CompiledTask& task = flow_->task(run.task);
  ValueLoop* loop = run.flowable ? run.flowable->loop() : nullptr;
  if (loop == nullptr || loop->groups.empty() || task.branches.empty()) return;
  size_t tasks = task.branches[run.flowable->branch].size();
  std::erase_if(loop->groups, [tasks](const auto& group) { return group.second.terminated >= tasks; });
  for (const auto& [iteration, group] : loop->groups) {
    if (group.terminated == group.created) loop->ready.push_back(iteration);
  }
  std::sort(loop->ready.begin(), loop->ready.end());
}

void ExecutionState::derive_groups() {
  for (const auto& run : runs_) {
    ValueLoop* loop = run->flowable ? run->flowable->loop() : nullptr;
    if (loop == nullptr) continue;
    loop->groups.clear();
    loop->ready.clear();
    loop->next_iteration = 0;
  }
  for (const auto& run : runs_) {
    ValueLoop* loop = loop_of(*run);
    if (loop == nullptr) continue;
    auto iteration = static_cast<uint32_t>(*run->run.iteration);
    auto& group = loop->groups[iteration];
    group.created += 1;
    if (model::is_terminated(run->run.state.current())) group.terminated += 1;
    loop->next_iteration = std::max(loop->next_iteration, iteration + 1);
  }
  for (const auto& run : runs_) settle_groups(*run);
}

void ExecutionState::derive_total() {
  // Behind a restart with another revision there may be tasks before the last one begun that have no run: they get none
  // any more (EXEC-84).
  const TaskList& tasks = flow_->list(ListRole::tasks);
  size_t created = 0;
  size_t next = 0;
  for (const auto& run : runs_) {
    if (run->parent != nullptr || run->role != ListRole::tasks) continue;
    created += 1;
    auto place = static_cast<size_t>(std::find(tasks.begin(), tasks.end(), run->task) - tasks.begin());
    next = std::max(next, std::min(place + 1, tasks.size()));
  }
  if (next >= created) frame_.total[static_cast<size_t>(ListRole::tasks)] = created + tasks.size() - next;
}

void ExecutionState::mark_as_new() {
  for (const auto& run : runs_) {
    run->is_new = true;
    touch(*run);
  }
  execution_is_new_ = true;
  touch();
}

}  // namespace gyr::engine
