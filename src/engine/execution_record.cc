// The encoded state of the engine in the rows of an execution and its runs: only this file interprets it.
#include "base/codec.h"
#include "engine/execution_state.h"
#include "engine/flowable/flowable.h"

namespace gyr::engine {
namespace {

using model::State;

// Versions of the opaque engine parts of rows. A reader accepts its own version and those before it.
constexpr uint8_t run_version = 3;  // 2: rounds of a LoopUntil, strict, items; 3: flows of items
constexpr uint8_t execution_version =
    5;  // 2: subflow_depth; 3: ending, gate, SLA, replacement, listeners; 4: templates; 5: stopping

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
constexpr uint8_t part_templates = 128;

}  // namespace

void ExecutionState::encode_outcome(base::Encoder& encoder) const {
  uint8_t parts = admitted ? part_admitted : 0;
  if (verdict) parts |= part_verdict;
  if (!sla_marks.empty()) parts |= part_slas;
  if (replacement) parts |= part_replacement;
  if (retries_since) parts |= part_restart;
  if (!listeners_held_.empty()) parts |= part_listeners;
  if (ending) parts |= part_ending;
  const std::string& templates = flow_->flow().templates;
  if (!templates.empty()) parts |= part_templates;
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
  if (!templates.empty()) encoder.bytes(templates);
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
  if ((parts & part_templates) != 0) (void)decoder.bytes();  // read when the flow was compiled
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

std::string ExecutionState::templates_of(std::string_view engine_state) {
  base::Decoder decoder(engine_state);
  if (engine_state.empty() || decoder.byte() < 4) return {};
  for (int i = 0; i < 4; ++i) (void)decoder.boolean();
  for (int i = 0; i < 2; ++i) (void)decode_optional_instant(decoder);
  for (int i = 0; i < 2; ++i) (void)decoder.varint();
  const uint8_t parts = decoder.byte();
  if ((parts & part_templates) == 0) return {};
  if ((parts & part_verdict) != 0) (void)decoder.byte();
  if ((parts & part_slas) != 0) (void)decoder.bytes();
  if ((parts & part_replacement) != 0) {
    (void)decoder.id();
    (void)decode_optional_instant(decoder);
  }
  if ((parts & part_restart) != 0) {
    (void)decoder.integer();
    (void)decoder.instant();
  }
  if ((parts & part_ending) != 0) (void)decoder.byte();
  return std::string(decoder.bytes());
}

std::string ExecutionState::encode_engine_state() const {
  std::string out;
  base::Encoder encoder(out);
  // so that the previous version can read the others
  encoder.byte(stopping ? execution_version : execution_version - 1);
  encoder.boolean(started);
  encoder.boolean(outputs_rendered);
  encoder.boolean(ended_reported);
  encoder.boolean(kill_cascade);
  encode_optional_instant(encoder, kill_deadline);
  encode_optional_instant(encoder, own_wake_);
  encoder.varint(log_sequence_);
  encoder.varint(subflow_depth);
  encode_outcome(encoder);
  if (stopping) encoder.byte(static_cast<uint8_t>(*stopping));
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
  if (version >= 5) {
    const uint8_t state = decoder.byte();
    if (state >= model::state_count) decoder.set_damaged();
    stopping = static_cast<State>(state);
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
    const StoredFlowable stored = stored_flowable(*run.flowable);
    encoder.varint(stored.branch);
    encoder.byte(static_cast<uint8_t>(stored.target));
    // Kept for whoever may go on with it; the values of a loop that ended well can be had from its runs.
    const Frame& frame = run.flowable->frame;
    const uint64_t begun = frame.of(ListRole::tasks).created;
    const bool all_begun = begun >= frame.total_of(ListRole::tasks);
    // Not where a Loop has keys to them, or has been ended before all of them.
    const base::Value& values = stored.kept;
    const bool in_runs = !(values.is_map() && begun > 0) && !(values.is_list() && values.size() > begun);
    bool over = model::is_terminated_without_failure(run.run.state.current()) && all_begun && in_runs;
    encoder.value(over ? base::Value() : values);
    for (uint64_t total : stored.totals) encoder.varint(total);
    encoder.varint(stored.number);
    encoder.boolean(stored.settled);
    encoder.boolean(stored.strict);
  }
  encoder.boolean(run.items != nullptr);
  if (run.items) {
    run.items->encode(encoder);
    run.items->encode_flows(encoder);
  }
  return out;
}

namespace {

/// Reads what encode_run_state() wrote. The flow says which type `flowable` belongs to.
base::Result<void> decode_run_state(std::string_view engine_state, RunState& run,
                                    std::optional<StoredFlowable>& flowable) {
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
    StoredFlowable& stored = flowable.emplace();
    stored.branch = static_cast<uint32_t>(decoder.varint());
    stored.target = static_cast<State>(decoder.byte());
    stored.kept = decoder.value();
    for (uint64_t& total : stored.totals) total = decoder.varint();
    if (version >= 2) {
      stored.number = static_cast<uint32_t>(decoder.varint());
      stored.settled = decoder.boolean();
      stored.strict = decoder.boolean();
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
  std::optional<StoredFlowable> flowable;
  GYR_CHECK(decode_run_state(engine_state, run, flowable));
  if (!run.items) return std::nullopt;
  return *std::move(run.items);
}

base::Result<base::Value> ExecutionState::decision_of_run(std::string_view engine_state) {
  if (engine_state.empty()) return base::Value();
  RunState run;
  std::optional<StoredFlowable> flowable;
  GYR_CHECK(decode_run_state(engine_state, run, flowable));
  return flowable ? flowable->kept : base::Value();
}

base::Result<void> ExecutionState::restore_run(model::TaskRun run, uint32_t position, std::string_view engine_state) {
  const CompiledTask* task = flow_->find(run.task_id);
  if (task == nullptr) {
    return base::fail(base::damaged_record, "task run " + run.id.to_text() + " is of task `" + run.task_id +
                                                "`, which does not exist in this revision of the flow");
  }
  if (find(run.id) != nullptr)
    return base::fail(base::damaged_record, "task run " + run.id.to_text() + " occurs twice");
  RunState* parent = nullptr;
  if (run.parent_id) {
    parent = find(run.parent_id);
    if (parent == nullptr || !parent->flowable) {
      return base::fail(base::damaged_record, "the parent of task run " + run.id.to_text() + " is missing");
    }
  }
  RunState restored;
  std::optional<StoredFlowable> stored;
  if (!engine_state.empty()) {
    GYR_CHECK(decode_run_state(engine_state, restored, stored));
    bool has_branch = task->kind == TaskKind::flowable && stored;
    if (has_branch && stored->branch >= std::max<size_t>(1, task->branches.size())) {
      return base::fail(base::damaged_record,
                        "task run " + run.id.to_text() + " took a branch that its task does not have");
    }
  }
  std::unique_ptr<FlowableState> flowable;
  if (stored) flowable = std::make_unique<FlowableState>(restored_flowable(*stored, first_state_of(*task)));
  // A row without the engine's part: it had begun. One that never began has decided nothing, and a restart begins it
  // (EXEC-84).
  if (task->kind == TaskKind::flowable && engine_state.empty()) {
    flowable = std::make_unique<FlowableState>(FlowableState{.detail = first_state_of(*task)});
  }
  bool execution_was_dirty = execution_dirty_;
  RunState& added = add_run(task->index, parent, task->role, std::move(run));
  added.stored_epoch = restored.epoch;
  added.stored_log_sequence = added.run.log_sequence;
  added.stored_changes = static_cast<uint32_t>(added.run.state.changes().size());
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
  if (ValueLoop* loop = loop_of(added)) {
    auto iteration = static_cast<uint32_t>(*added.run.iteration);
    if (model::is_terminated(added.run.state.current())) loop->groups[iteration].terminated += 1;
    loop->next_iteration = std::max(loop->next_iteration, iteration + 1);
  }
  added.is_new = false;
  added.dirty = false;
  dirty_runs_.pop_back();
  execution_dirty_ = execution_was_dirty;
  return {};
}

}  // namespace gyr::engine
