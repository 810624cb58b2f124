#include "engine/execution_state.h"

#include <algorithm>

#include "base/assert.h"
#include "base/codec.h"
#include "engine/context.h"

namespace gyr::engine {
namespace {

using model::State;

// Versions of the opaque engine parts of rows. A reader accepts its own version and those before it.
constexpr uint8_t run_version = 3;        // 2: rounds of a LoopUntil, strict, items; 3: flows of items
constexpr uint8_t execution_version = 3;  // 2: subflow_depth; 3: ending, gate, SLA, replacement, listeners

/// Totals of the lists of a parent; what a Pause runs when it begins is no list.
constexpr size_t stored_totals = 4;

void encode_optional_instant(base::Encoder& encoder, const std::optional<base::Instant>& instant) {
  encoder.boolean(instant.has_value());
  if (instant) encoder.instant(*instant);
}

std::optional<base::Instant> decode_optional_instant(base::Decoder& decoder) {
  if (!decoder.boolean()) return std::nullopt;
  return decoder.instant();
}

// Which parts of encode_outcome() follow.
constexpr uint8_t part_admitted = 1;
constexpr uint8_t part_verdict = 2;
constexpr uint8_t part_slas = 4;
constexpr uint8_t part_replacement = 8;
constexpr uint8_t part_restart = 16;
constexpr uint8_t part_listeners = 32;
constexpr uint8_t part_ending = 64;

/// Key of by_path_: the task's number and the steps, each with its length in front so that no two keys are alike.
std::string path_key(uint32_t task, std::span<const std::string_view> path) {
  std::string key;
  base::Encoder encoder(key);
  encoder.varint(task);
  for (std::string_view step : path) encoder.bytes(step);
  return key;
}

/// A direct child of a loop over values: counted in the group of its value. Children of other flowables may have a value (from
/// the parent) or an iteration (a round) but not both.
bool in_group(const RunState& run) {
  return run.parent != nullptr && run.role == ListRole::tasks && run.run.value && run.run.iteration;
}

}  // namespace

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

std::string_view loop_value(const base::Value& kept, size_t index) {
  return kept.is_map() ? kept.entries()[index].value.text() : kept.items()[index].text();
}

std::optional<std::string_view> key_of_iteration(const model::TaskRun& iteration, const base::Value& kept) {
  const auto index = static_cast<size_t>(iteration.iteration.value_or(-1));
  if (!kept.is_map() || index >= kept.size()) return std::nullopt;
  return kept.entries()[index].name();
}

base::Value result_of_iteration(const model::TaskRun& iteration, const base::Value& kept) {
  base::MapBuilder item;
  item.set("value", base::Value::string(iteration.value.value_or("")));
  item.set("iteration", base::Value::narrow_integer(iteration.iteration.value_or(0)));
  if (auto key = key_of_iteration(iteration, kept)) item.set("key", base::Value::string(*key));
  return base::Value::map({{"item", item.build()}, {"outputs", iteration.outputs.is_map() ? iteration.outputs : base::Value::empty_map()}});
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
  by_id_.emplace(added.run.id, &added);
  by_task_[task].push_back(&added);
  runs_.push_back(std::move(state));
  frame_of(parent).of(role).change(std::nullopt, counted_state(added, added.run.state.current()));
  if (in_group(added)) parent->flowable->groups[static_cast<uint32_t>(*added.run.iteration)].created += 1;
  if (parent != nullptr && role == ListRole::tasks && !flow_->task(parent->task).depends_on.empty()) {
    parent->flowable->places.resize(flow_->task(parent->task).depends_on.size());
    parent->flowable->places[flow_->task(task).place] = &added;
  }
  if (in_group(added) && flow_->task(parent->task).isolates) added.number = std::to_string(*added.run.iteration);
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

/// What a run counts as in the lists of its parent: of a loop that forgives, iterations that failed count as done.
State ExecutionState::counted_state(const RunState& run, State state) const {
  const bool is_forgiven =
      run.parent != nullptr && run.role == ListRole::tasks && flow_->task(run.parent->task).forgives;
  return is_forgiven && (state == State::failed || state == State::warning) ? State::success : state;
}

FlowableState::Group& ExecutionState::group_of(const RunState& run) {
  FlowableState& loop = *run.parent->flowable;
  auto [group, missing] = loop.groups.try_emplace(static_cast<uint32_t>(*run.run.iteration));
  // A finished group is in no list: all its runs have ended. A restart opens it again.
  auto all = static_cast<uint32_t>(flow_->task(run.parent->task).branches[loop.branch].size());
  if (missing) group->second = {all, all};
  return group->second;
}

bool ExecutionState::set_state(RunState& run, State state, base::Instant now) {
  State before = run.run.state.current();
  if (!run.run.state.set(state, now)) return false;
  frame_of(run.parent).of(run.role).change(counted_state(run, before), counted_state(run, state));
  if (in_group(run)) {
    auto& group = group_of(run);
    if (model::is_terminated(before)) group.terminated -= 1;
    if (model::is_terminated(state)) group.terminated += 1;
  }
  touch(run);
  return true;
}

bool ExecutionState::set_state(State state, base::Instant now) {
  if (!execution_.state.set(state, now)) return false;
  if (model::is_terminated(state)) admitted = false;
  touch();
  return true;
}

void ExecutionState::set_wait(RunState& run, Wait wait) {
  if (run.wait == wait) return;
  if (run.wait != Wait::nothing) waits_[static_cast<size_t>(run.wait)] -= 1;
  if (wait != Wait::nothing) waits_[static_cast<size_t>(wait)] += 1;
  run.wait = wait;
  touch(run);
}

bool ExecutionState::open_waits_are_durable() const {
  size_t durable = 0;
  for (Wait wait : {Wait::child, Wait::retry, Wait::resume, Wait::next_round}) durable += waits_[static_cast<size_t>(wait)];
  return durable > 0;
}

void ExecutionState::touch(RunState& run) {
  uint64_t outputs = run.run.outputs.weight();
  outputs_bytes_ += outputs - std::exchange(run.counted_outputs, outputs);
  if (run.dirty) return;
  run.dirty = true;
  dirty_runs_.push_back(&run);
}

void ExecutionState::set_wake(RunState& run, std::optional<base::Instant> when) {
  if (run.wake_at == when) return;
  if (run.wake_at) wakes_.erase({*run.wake_at, run.run.id});
  run.wake_at = when;
  if (when) wakes_.emplace(*when, run.run.id);
  touch(run);
  touch();  // the execution's row carries the earliest deadline
}

void ExecutionState::set_wake(std::optional<base::Instant> when) {
  if (own_wake_ == when) return;
  if (own_wake_) wakes_.erase({*own_wake_, base::Id{}});
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
    GYR_ASSERT(!gone->queued);
    frame_of(gone->parent).of(gone->role).remove(counted_state(*gone, gone->run.state.current()));
    if (in_group(*gone)) {
      auto& group = group_of(*gone);
      group.created -= 1;
      if (model::is_terminated(gone->run.state.current())) group.terminated -= 1;
    }
    if (gone->parent != nullptr) {
      auto& places = gone->parent->flowable->places;
      std::replace(places.begin(), places.end(), gone, static_cast<RunState*>(nullptr));
    }
    set_wait(*gone, Wait::nothing);
    if (gone->wake_at) wakes_.erase({*gone->wake_at, gone->run.id});
    outputs_bytes_ -= gone->counted_outputs;
    if (!gone->is_new) removed_.push_back(gone->run.id);
    tasks.insert(gone->task);
    in_loops = in_loops || flow_->task(gone->task).loops > 0;
    by_id_.erase(gone->run.id);
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

ExecutionState::Changes ExecutionState::take_changes() {
  Changes changes;
  changes.execution = execution_dirty_;
  changes.execution_is_new = execution_is_new_;
  changes.runs.reserve(dirty_runs_.size());
  // Rows in order of creation, so that new ones are appended where they belong.
  std::sort(dirty_runs_.begin(), dirty_runs_.end(),
            [](const RunState* a, const RunState* b) { return a->position < b->position; });
  for (RunState* run : dirty_runs_) {
    changes.runs.push_back({run, run->is_new});
    run->is_new = false;
    run->dirty = false;
  }
  dirty_runs_.clear();
  changes.removed_runs = std::move(removed_);
  removed_.clear();
  execution_dirty_ = false;
  execution_is_new_ = false;
  return changes;
}

void ExecutionState::encode_outcome(base::Encoder& encoder) const {
  uint8_t parts = admitted ? part_admitted : 0;
  if (verdict) parts |= part_verdict;
  if (!sla_marks.empty()) parts |= part_slas;
  if (replacement) parts |= part_replacement;
  if (retries_since) parts |= part_restart;
  if (!listeners_held_.empty()) parts |= part_listeners;
  if (ending) parts |= part_ending;
  encoder.byte(parts);  // most executions have none of it
  if (verdict) encoder.byte(static_cast<uint8_t>(*verdict));
  if (!sla_marks.empty()) encoder.bytes(sla_marks);
  if (replacement) {
    encoder.id(replacement);
    encode_optional_instant(encoder, replace_at);
  }
  if (retries_since) {
    encoder.integer(attempts_before_restart);
    encoder.instant(*retries_since);
  }
  if (ending) encoder.byte(static_cast<uint8_t>(*ending));
  if (!listeners_held_.empty()) encoder.bytes(listeners_held_);
}

void ExecutionState::decode_outcome(base::Decoder& decoder) {
  const uint8_t parts = decoder.byte();
  admitted = (parts & part_admitted) != 0;
  if ((parts & part_verdict) != 0) {
    const uint8_t state = decoder.byte();
    if (state >= model::state_count) return decoder.set_damaged();
    verdict = static_cast<State>(state);
  }
  if ((parts & part_slas) != 0) sla_marks = decoder.bytes();
  if ((parts & part_replacement) != 0) {
    replacement = decoder.id();
    replace_at = decode_optional_instant(decoder);
  }
  if ((parts & part_restart) != 0) {
    attempts_before_restart = static_cast<int32_t>(decoder.integer());
    retries_since = decoder.instant();
  }
  if ((parts & part_ending) != 0) {
    const uint8_t state = decoder.byte();
    if (state >= model::state_count) return decoder.set_damaged();
    ending = static_cast<State>(state);
  }
  if ((parts & part_listeners) == 0) return;
  std::string held(decoder.bytes());
  if (held.size() != flow_->listeners().size()) return decoder.set_damaged();
  set_listeners_held(std::move(held));
}

void ExecutionState::set_listeners_held(std::string held) {
  listeners_held_ = std::move(held);
  after_.clear();
  for (size_t i = 0; i < listeners_held_.size(); ++i) {
    const TaskList& tasks = flow_->listeners()[i].tasks;
    if (listeners_held_[i] == '1') after_.insert(after_.end(), tasks.begin(), tasks.end());
  }
  const TaskList& last = flow_->list(ListRole::after);
  after_.insert(after_.end(), last.begin(), last.end());
  frame_.total[static_cast<size_t>(ListRole::after)] = after_.size();
}

bool ExecutionState::was_admitted(State state, std::string_view engine_state) {
  if (state != State::restarted) return holds_slot_in(state);
  base::Decoder decoder(engine_state);
  if (engine_state.empty() || decoder.byte() < 3) return false;
  for (int i = 0; i < 4; ++i) (void)decoder.boolean();
  for (int i = 0; i < 2; ++i) (void)decode_optional_instant(decoder);
  for (int i = 0; i < 2; ++i) (void)decoder.varint();
  return (decoder.byte() & part_admitted) != 0;
}

std::string ExecutionState::encode_engine_state() const {
  std::string out;
  base::Encoder encoder(out);
  encoder.byte(execution_version);
  encoder.boolean(started);
  encoder.boolean(outputs_rendered);
  encoder.boolean(ended_reported);
  encoder.boolean(kill_cascade);
  encode_optional_instant(encoder, kill_deadline);
  encode_optional_instant(encoder, own_wake_);
  encoder.varint(log_sequence_);
  encoder.varint(subflow_depth);
  encode_outcome(encoder);
  return out;
}

base::Result<void> ExecutionState::restore_engine_state(std::string_view engine_state) {
  if (engine_state.empty()) return {};
  base::Decoder decoder(engine_state);
  uint8_t version = decoder.byte();
  if (version == 0 || version > execution_version) decoder.set_damaged();
  started = decoder.boolean();
  outputs_rendered = decoder.boolean();
  ended_reported = decoder.boolean();
  kill_cascade = decoder.boolean();
  kill_deadline = decode_optional_instant(decoder);
  auto own_wake = decode_optional_instant(decoder);
  log_sequence_ = static_cast<uint32_t>(decoder.varint());
  if (version >= 2) subflow_depth = static_cast<uint32_t>(decoder.varint());
  if (version >= 3) {
    decode_outcome(decoder);
  } else {
    admitted = holds_slot_in(execution_.state.current());
  }
  GYR_CHECK(decoder.finish());
  bool dirty = execution_dirty_;
  set_wake(own_wake);
  execution_dirty_ = dirty;
  return {};
}

std::string ExecutionState::encode_run_state(const RunState& run) {
  std::string out;
  base::Encoder encoder(out);
  encoder.byte(run_version);
  encoder.byte(static_cast<uint8_t>(run.stage));
  encoder.byte(static_cast<uint8_t>(run.wait));
  encoder.integer(run.epoch);
  encoder.varint(run.attempts_before_restart);
  encoder.id(run.child);
  encoder.boolean(run.child_flow != nullptr);
  if (run.child_flow) {
    encoder.bytes(run.child_flow->tenant);
    encoder.bytes(run.child_flow->namespace_);
    encoder.bytes(run.child_flow->id);
  }
  encode_optional_instant(encoder, run.wake_at);
  encoder.boolean(run.ended_with_parent);
  encoder.boolean(run.flowable != nullptr);
  if (run.flowable) {
    encoder.varint(run.flowable->branch);
    encoder.byte(static_cast<uint8_t>(run.flowable->target));
    // Kept for whoever may go on with it; the values of a loop that ended well can be had from its runs.
    const Frame& frame = run.flowable->frame;
    const bool all_begun = frame.of(ListRole::tasks).created >= frame.total_of(ListRole::tasks);
    // Not where a Loop has keys to them, or has been ended before all of them.
    const base::Value& values = run.flowable->decision;
    const uint64_t begun = frame.of(ListRole::tasks).created;
    const bool in_runs = !(values.is_map() && begun > 0) && !(values.is_list() && values.size() > begun);
    bool over = model::is_terminated_without_failure(run.run.state.current()) && all_begun && in_runs;
    encoder.value(over ? base::Value() : run.flowable->decision);
    for (uint64_t total : std::span(run.flowable->frame.total).first(stored_totals)) encoder.varint(total);
    encoder.varint(run.flowable->round);
    encoder.boolean(run.flowable->settled);
    encoder.boolean(run.flowable->strict);
  }
  encoder.boolean(run.items != nullptr);
  if (run.items) {
    run.items->encode(encoder);
    run.items->encode_flows(encoder);
  }
  return out;
}

namespace {

/// Reads what encode_run_state() wrote.
base::Result<void> decode_run_state(std::string_view engine_state, RunState& run) {
  base::Decoder decoder(engine_state);
  uint8_t version = decoder.byte();
  if (version == 0 || version > run_version) decoder.set_damaged();
  run.stage = static_cast<Stage>(decoder.byte());
  run.wait = static_cast<Wait>(decoder.byte());
  if (run.wait > last_wait || run.stage > Stage::done) decoder.set_damaged();
  run.epoch = static_cast<int32_t>(decoder.integer());
  run.attempts_before_restart = static_cast<uint32_t>(decoder.varint());
  run.child = decoder.id();
  if (decoder.boolean()) {
    model::FlowKey key;
    key.tenant = decoder.bytes();
    key.namespace_ = decoder.bytes();
    key.id = decoder.bytes();
    run.child_flow = std::make_shared<const model::FlowKey>(std::move(key));
  }
  run.wake_at = decode_optional_instant(decoder);
  run.ended_with_parent = decoder.boolean();
  if (decoder.boolean()) {
    run.flowable = std::make_unique<FlowableState>();
    run.flowable->branch = static_cast<uint32_t>(decoder.varint());
    run.flowable->target = static_cast<State>(decoder.byte());
    run.flowable->decision = decoder.value();
    for (uint64_t& total : std::span(run.flowable->frame.total).first(stored_totals)) total = decoder.varint();
    if (version >= 2) {
      run.flowable->round = static_cast<uint32_t>(decoder.varint());
      run.flowable->settled = decoder.boolean();
      run.flowable->strict = decoder.boolean();
    }
  }
  if (version >= 2 && decoder.boolean()) {
    run.items = std::make_unique<ItemsState>(ItemsState::decode(decoder, run.child_flow));
    if (version >= 3) run.items->decode_flows(decoder);
  }
  return decoder.finish();
}

}  // namespace

base::Result<std::optional<ItemsState>> ExecutionState::items_of_run(std::string_view engine_state) {
  if (engine_state.empty()) return std::nullopt;
  RunState run;
  GYR_CHECK(decode_run_state(engine_state, run));
  if (!run.items) return std::nullopt;
  return *std::move(run.items);
}

base::Result<base::Value> ExecutionState::decision_of_run(std::string_view engine_state) {
  if (engine_state.empty()) return base::Value();
  RunState run;
  GYR_CHECK(decode_run_state(engine_state, run));
  return run.flowable ? run.flowable->decision : base::Value();
}

base::Result<void> ExecutionState::restore_run(model::TaskRun run, uint32_t position, std::string_view engine_state) {
  const CompiledTask* task = flow_->find(run.task_id);
  if (task == nullptr) {
    return base::fail(base::damaged_record, "task run " + run.id.to_text() + " is of task `" + run.task_id +
                                                "`, which this revision of the flow does not have");
  }
  RunState* parent = nullptr;
  if (run.parent_id) {
    parent = find(run.parent_id);
    if (parent == nullptr || !parent->flowable) {
      return base::fail(base::damaged_record, "the parent of task run " + run.id.to_text() + " is missing");
    }
  }
  RunState restored;
  if (!engine_state.empty()) {
    GYR_CHECK(decode_run_state(engine_state, restored));
    bool has_branch = task->kind == TaskKind::flowable && restored.flowable;
    if (has_branch && restored.flowable->branch >= std::max<size_t>(1, task->branches.size())) {
      return base::fail(base::damaged_record, "task run " + run.id.to_text() + " took a branch that its task does not have");
    }
  }
  std::unique_ptr<FlowableState> flowable = std::move(restored.flowable);
  // A row without the engine's part: it had begun. One that never began has decided nothing, and a restart begins it (EXEC-84).
  if (task->kind == TaskKind::flowable && engine_state.empty()) flowable = std::make_unique<FlowableState>();
  bool execution_was_dirty = execution_dirty_;
  RunState& added = add_run(task->index, parent, task->role, std::move(run));
  added.position = position;
  next_position_ = std::max(next_position_, position + 1);
  added.stage = restored.stage;
  set_wait(added, restored.wait);
  added.epoch = restored.epoch;
  added.attempts_before_restart = restored.attempts_before_restart;
  added.child = restored.child;
  added.child_flow = std::move(restored.child_flow);
  added.ended_with_parent = restored.ended_with_parent;
  added.flowable = std::move(flowable);
  added.items = std::move(restored.items);
  if (restored.wake_at) {
    added.wake_at = restored.wake_at;
    wakes_.emplace(*restored.wake_at, added.run.id);
  }
  // A run that counts itself into a group also counts as ended there.
  if (in_group(added)) {
    auto iteration = static_cast<uint32_t>(*added.run.iteration);
    auto& group = parent->flowable->groups[iteration];
    if (model::is_terminated(added.run.state.current())) group.terminated += 1;
    parent->flowable->next_iteration = std::max(parent->flowable->next_iteration, iteration + 1);
  }
  added.is_new = false;
  added.dirty = false;
  dirty_runs_.pop_back();
  execution_dirty_ = execution_was_dirty;
  return {};
}

void ExecutionState::finish_restore() {
  look_at_all = true;
  for (const auto& owned : runs_) {
    RunState& run = *owned;
    run.has_encrypted_outputs = contains_encrypted(run.run.outputs);
    if (run.wait == Wait::rendering && !model::is_terminated(run.run.state.current())) {
      set_wait(run, Wait::nothing);  // the answer may be lost: it is asked for again
      run.dirty = false;
      dirty_runs_.pop_back();
    }
    settle_groups(run);
  }
  derive_total();
}

void ExecutionState::settle_groups(RunState& run) {
  // Which groups of a loop may go on follows from their counts.
  const CompiledTask& task = flow_->task(run.task);
  if (!run.flowable || run.flowable->groups.empty() || task.branches.empty()) return;
  FlowableState& loop = *run.flowable;
  size_t tasks = task.branches[loop.branch].size();
  std::erase_if(loop.groups, [tasks](const auto& group) { return group.second.terminated >= tasks; });
  for (const auto& [iteration, group] : loop.groups) {
    if (group.terminated == group.created) loop.ready.push_back(iteration);
  }
  std::sort(loop.ready.begin(), loop.ready.end());
}

void ExecutionState::derive_groups() {
  for (const auto& run : runs_) {
    if (!run->flowable) continue;
    run->flowable->groups.clear();
    run->flowable->ready.clear();
    run->flowable->next_iteration = 0;
  }
  for (const auto& run : runs_) {
    if (!in_group(*run)) continue;
    FlowableState& loop = *run->parent->flowable;
    auto iteration = static_cast<uint32_t>(*run->run.iteration);
    auto& group = loop.groups[iteration];
    group.created += 1;
    if (model::is_terminated(run->run.state.current())) group.terminated += 1;
    loop.next_iteration = std::max(loop.next_iteration, iteration + 1);
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
