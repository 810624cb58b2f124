// The state of one execution in memory: its task runs indexed by id and by task, counters of their progress, and the
// changes since the last commit. Used only on the thread of the owning partition.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/codec.h"
#include "base/error.h"
#include "base/id.h"
#include "base/value.h"
#include "engine/compiled_flow.h"
#include "engine/flowable/flowable_state.h"
#include "engine/items_task.h"
#include "engine/rules.h"
#include "model/execution.h"

namespace gyr::engine {

/// What a live task run waits for, if it is neither terminated nor due in this step.
enum class Wait : uint8_t {
  nothing = 0,
  rendering = 1,   ///< for the answer to a RenderRequest
  worker = 2,      ///< for the result of a Dispatch
  child = 3,       ///< for a child execution that runs or is being started
  children = 4,    ///< a flowable: for its own task runs
  retry = 5,       ///< for the next attempt, at `wake_at`
  resume = 6,      ///< a Pause: for a user, or until `wake_at`
  next_round = 7,  ///< a LoopUntil: until `wake_at`
};
inline constexpr Wait last_wait = Wait::next_round;
inline constexpr size_t wait_count = static_cast<size_t>(last_wait) + 1;

/// The stage of a new task run. A rendering outside the engine returns to the same stage.
enum class Stage : uint8_t {
  created = 0,   ///< next: runIf
  admitted = 1,  ///< runIf was true; next: start, dispatch
  running = 2,
  done = 3,
};

/// One live task run.
struct RunState {
  model::TaskRun run;
  uint32_t task = 0;      ///< index in CompiledFlow::tasks
  uint32_t position = 0;  ///< index in taskRunList
  ListRole role = ListRole::tasks;
  RunState* parent = nullptr;
  Stage stage = Stage::created;
  Wait wait = Wait::nothing;
  int32_t epoch = 0;
  bool ended_otherwise = false;  ///< it ended after its parent; the parent counts it with its earlier state. Not stored
  int32_t stored_epoch = 0;      ///< as of the last take_changes(), like the next two; none of them ever decreases
  uint32_t stored_log_sequence = 0;
  uint32_t stored_changes = 0;                       ///< the number of entries of its history
  uint32_t attempts_before_restart = 0;              ///< these do not count as retries (EXEC-54)
  base::Id child;                                    ///< the execution of a Subflow run
  std::shared_ptr<const model::FlowKey> child_flow;  ///< the flow of that execution
  std::optional<base::Instant> wake_at;
  bool aside = false;  ///< for the onPause task of a Pause: continues while the execution is paused
  /// took the state of its parent (TASK-27): a late result still replaces the state of this run
  bool ended_with_parent = false;
  std::unique_ptr<FlowableState> flowable;
  std::unique_ptr<ItemsState> items;   ///< for the `_items` task of a ForEachItem that has started
  uint64_t counted_outputs = 0;        ///< their size in bytes, as included in the sum of the execution
  bool has_encrypted_outputs = false;  ///< a worker must decrypt a part of them before expressions can read them
  std::string number;                  ///< for an iteration of a Loop: its number as text, its step in output paths
  RunState* twin =
      nullptr;  ///< the next run of the task with the same output path: the run of another value with the same text

  bool is_new = true;
  bool dirty = false;
  bool queued = false;  ///< is in the work list of the step

  // A rendering outside the engine, and its answer. Not stored: it is requested again after a restart.
  uint32_t render_request = 0;
  std::optional<base::Result<base::Value>> rendered;
  /// for a flowable with two questions: the answer to the first one (Flowable::second_question)
  base::Value first_answer;
};

/// The values of the ancestors of the run and of the run itself, outermost first.
std::vector<std::string_view> values_of(const RunState& run);
/// The path of its outputs (EXEC-111): like values_of, but an iteration of a Loop is identified by its number, because
/// values can be equal.
std::vector<std::string_view> path_of(const RunState& run);
/// The loop over values whose direct child the run is: the run is counted in the group of its value. Null for other
/// runs: children of other flowables can have a value (from the parent) or an iteration (a round), but not both.
ValueLoop* loop_of(const RunState& run);

/// Returns the text of value `index` of ValueLoop::values.
std::string_view loop_value(const base::Value& values, size_t index);
/// Returns the key of an iteration of a Loop over a map; empty otherwise. `values`: ValueLoop::values of the Loop.
std::optional<std::string_view> key_of_iteration(const model::TaskRun& iteration, const base::Value& values);
/// The entry of an iteration in the outputs of a Loop: `item` (value, iteration, key) and `outputs`.
base::Value result_of_iteration(const model::TaskRun& iteration, const base::Value& values);

/// Whether an execution in this state holds a slot of the concurrency limit of its flow (EXEC-61). RESTARTED executions
/// are not included: see ExecutionState::was_admitted.
bool holds_slot_in(model::State state);

/// The row of a run: the run and its encoded engine state.
struct ChangedRun {
  const RunState* state;
  bool is_new;
};

/// Everything that the engine knows of one execution, in memory: its row, its task runs as a tree, deadlines and waits.
/// One step at a time changes it, on the thread of its partition; take_changes() returns the changes to store.
/// Restoring damaged rows is an error; the object must then be discarded.
class ExecutionState {
 public:
  /// A new execution (its first row is not written yet), or an execution that was read from the store.
  ExecutionState(std::shared_ptr<const CompiledFlow> flow, model::Execution execution, bool is_new);
  ExecutionState(const ExecutionState&) = delete;
  ExecutionState& operator=(const ExecutionState&) = delete;
  ~ExecutionState();

  /// Restores a stored run, in the order of position; `engine_state` is encoded by encode_run_state. A run of a task
  /// that the flow does not have is a damaged record.
  base::Result<void> restore_run(model::TaskRun run, uint32_t position, std::string_view engine_state);
  base::Result<void> restore_engine_state(std::string_view engine_state);
  /// Call after the last restored run. Derives what is not stored; the next step checks every open run.
  void finish_restore();
  /// Derives the groups of all loops from their runs, after ends were reverted.
  void derive_groups();
  /// Marks everything to be stored as new: this is a copy of another execution.
  void mark_as_new();

  const CompiledFlow& flow() const { return *flow_; }
  const std::shared_ptr<const CompiledFlow>& flow_pointer() const { return flow_; }
  model::Execution& execution() { return execution_; }
  const model::Execution& execution() const { return execution_; }
  /// By a kill or a kill switch: nothing begins any more, but for what runs after the end.
  bool is_being_ended() const { return stopping || execution_.state.current() == model::State::killing; }
  Frame& frame() { return frame_; }
  const Frame& frame() const { return frame_; }
  Frame& frame_of(RunState* parent) { return parent == nullptr ? frame_ : parent->flowable->frame; }

  RunState* find(base::Id run) const;
  size_t run_count() const { return runs_.size(); }
  /// In order of creation.
  const std::vector<std::unique_ptr<RunState>>& runs() const { return runs_; }
  std::span<RunState* const> runs_of_task(uint32_t task) const { return by_task_[task]; }
  /// Returns the first run of a task inside loops whose output path starts with `path` (EXEC-111).
  RunState* find_by_path(uint32_t task, std::span<const std::string_view> path) const;

  RunState& add_run(uint32_t task, RunState* parent, ListRole role, model::TaskRun run);
  /// Changes the state of a run and the counts of its parent, and marks the run as changed. Returns false if the run
  /// already has this state.
  bool set_state(RunState& run, model::State state, base::Instant now);
  bool set_state(model::State state, base::Instant now);
  /// Sets what the run waits for, and counts the runs that are on workers.
  void set_wait(RunState& run, Wait wait);
  size_t waiting_for_workers() const { return waits_[static_cast<size_t>(Wait::worker)]; }
  size_t waiting_for_executions() const { return waits_[static_cast<size_t>(Wait::child)]; }
  size_t waiting_for_rendering() const { return waits_[static_cast<size_t>(Wait::rendering)]; }
  size_t waiting_for_resume() const { return waits_[static_cast<size_t>(Wait::resume)]; }
  /// The size of the outputs of all its runs, in bytes.
  uint64_t outputs_bytes() const { return outputs_bytes_; }
  /// Whether all waits are for children or dates, which the store knows, and there is at least one: the execution can
  /// be dropped from memory.
  bool open_waits_are_durable() const;
  void touch(RunState& run);
  void touch() { execution_dirty_ = true; }
  void set_wake(RunState& run, std::optional<base::Instant> when);
  void set_wake(std::optional<base::Instant> when);
  /// Removes a run and everything below it.
  void remove_run(RunState& run);
  /// Removes everything below a run.
  void remove_below(RunState& run);

  /// Returns the earliest deadline of all runs and of the execution.
  std::optional<base::Instant> next_wake() const;
  /// Returns the runs whose deadline is not after `now`.
  std::vector<RunState*> due(base::Instant now) const;

  // The changes since the last take_changes().
  struct Changes {
    bool execution = false;
    bool execution_is_new = false;
    std::vector<ChangedRun> runs;
    std::vector<base::Id> removed_runs;
  };
  Changes take_changes();
  /// Checks that its parts agree: the counts of parents with the states of their runs, the timers and waits with their
  /// runs. Visits all runs: used at the end of an execution, and in tests. Throws if an invariant is broken
  /// (base/invariant.h).
  void check_consistency() const;

  std::string encode_engine_state() const;
  static std::string encode_run_state(const RunState& run);
  /// Whether a stored execution holds a slot, from its state and the result of encode_engine_state().
  static bool was_admitted(model::State state, std::string_view engine_state);
  /// The versions of templates with which a stored execution started (model::Flow::templates).
  static std::string templates_of(std::string_view engine_state);
  /// The executions of a stored `_items` run of a ForEachItem; empty for other runs.
  static base::Result<std::optional<ItemsState>> items_of_run(std::string_view engine_state);
  /// StoredFlowable::kept of a stored run of a flowable; null if nothing.
  static base::Result<base::Value> decision_of_run(std::string_view engine_state);

  /// The next sequence number of the log lines of the execution itself.
  uint32_t next_log_sequence() { return ++log_sequence_; }
  uint32_t log_sequence() const { return log_sequence_; }

  /// Parents whose children could not start because of the limits of a step; the next Continue checks them. Not stored:
  /// recovery checks everything.
  std::set<base::Id> unfinished;

  bool schedule_all = false;  ///< set by finish_restore()

  // The state of the execution that is not in its columns (encoded by encode_engine_state).
  bool started = false;  ///< task runs can exist
  bool outputs_rendered = false;
  bool ended_reported = false;  ///< the Ended effect was sent (afterExecution continues after it)
  bool kill_cascade = true;
  /// It ends in this state without regard to the states of its runs, and nothing starts any more: because of an Exit,
  /// or a Pause that cancels.
  std::optional<model::State> ending;
  std::optional<base::Instant> kill_deadline;
  /// A kill switch ends it in this state when the running tasks have ended (EXEC-99).
  std::optional<model::State> stopping;
  /// Its end is decided already: by a kill, a kill switch, an Exit, an SLA, or a retry with a new execution. Only
  /// FAILED by an SLA can still change, because its `errors` and `finally` run.
  bool ends_already() const {
    return execution_.state.current() == model::State::killing || stopping || ending ||
           (verdict && *verdict != model::State::failed);
  }
  /// It has passed the concurrency gate of its flow and has not ended: it holds a slot (EXEC-61).
  bool admitted = false;
  /// The decision of an SLA: FAILED (`errors` and `finally` still run) or CANCELLED (EXEC-71).
  std::optional<model::State> verdict;
  std::string sla_marks;  ///< one character per declared SLA, see sla.cc; empty: nothing has happened yet
  // For a RETRIED execution: the execution that replaces it (EXEC-52).
  base::Id replacement;
  std::optional<base::Instant> replace_at;  ///< set until the replacement exists
  // CREATE_NEW_EXECUTION counts from here: a manual restart resets it (EXEC-54).
  int32_t attempts_before_restart = 0;
  std::optional<base::Instant> retries_since;
  std::set<uint32_t> sla_requests;  ///< assertions that are being rendered; not stored: they are requested again
  /// The results of the conditions of listeners at the end, '1' or '0' each (EXEC-43). Their tasks run before
  /// `afterExecution`. An empty value reverts it.
  void set_listeners_held(std::string held);
  /// The tasks that run after the end, as far as they are decided.
  const TaskList& after_list() const { return listeners_held_.empty() ? flow_->list(ListRole::after) : after_; }
  uint32_t subflow_depth = 0;      ///< the number of executions above this one, through Subflow tasks
  uint32_t outputs_requested = 0;  ///< the last flow output that was requested for rendering; not stored
  std::unordered_map<uint32_t, base::Result<base::Value>> rendered;  ///< answers for the execution itself

 private:
  void check_change(const RunState& run) const;
  void index_path(RunState& run);
  model::State counted_state(const RunState& run, model::State state) const;
  void settle_groups(RunState& run);
  void derive_total();
  void remove(std::vector<RunState*> doomed);
  void encode_outcome(base::Encoder& encoder) const;
  void decode_outcome(base::Decoder& decoder);
  ValueLoop::Group& group_of(ValueLoop& loop, const RunState& run) const;
  std::shared_ptr<const CompiledFlow> flow_;
  model::Execution execution_;
  Frame frame_;
  std::vector<std::unique_ptr<RunState>> runs_;
  std::unordered_map<base::Id, RunState*> by_id_;
  std::vector<std::vector<RunState*>> by_task_;
  std::unordered_map<std::string, RunState*> by_path_;  // for tasks inside loops: by task and every prefix of the path
  std::set<std::pair<base::Instant, base::Id>> wakes_;  // zero id: the timer of the execution itself
  std::optional<base::Instant> own_wake_;
  std::vector<RunState*> dirty_runs_;
  std::vector<base::Id> removed_;
  std::array<size_t, wait_count> waits_{};  // the number of runs by wait
  uint64_t outputs_bytes_ = 0;
  // the number of stored entries of the history of the execution, as of the last take_changes()
  size_t stored_changes_ = 0;
  uint32_t next_position_ = 0;
  uint32_t log_sequence_ = 0;
  std::string listeners_held_;
  TaskList after_;
  bool execution_dirty_ = false;
  bool execution_is_new_ = false;
};

}  // namespace gyr::engine
