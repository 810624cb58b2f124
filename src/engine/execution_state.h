// The live form of one execution: its task runs indexed by id and by task, their progress counted, what changed since
// the last commit remembered. One thread: the partition that owns it.
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
#include "engine/items_task.h"
#include "engine/rules.h"
#include "model/execution.h"

namespace gyr::engine {

/// What a live task run waits for, when it is neither terminated nor about to be looked at.
enum class Wait : uint8_t {
  nothing = 0,
  rendering = 1,   ///< a RenderRequest is out
  worker = 2,      ///< a Dispatch is out
  child = 3,       ///< a child execution runs (or is being started)
  children = 4,    ///< a flowable: its own task runs
  retry = 5,       ///< `wake_at`: the next attempt
  resume = 6,      ///< a Pause: somebody, or `wake_at`
  next_round = 7,  ///< a LoopUntil: `wake_at`
};
inline constexpr Wait last_wait = Wait::next_round;
inline constexpr size_t wait_count = static_cast<size_t>(last_wait) + 1;

/// Where the work on a new task run has got to; a rendering that leaves the engine comes back to the same stage.
enum class Stage : uint8_t {
  created = 0,   ///< runIf is next
  admitted = 1,  ///< runIf held: start, dispatch
  running = 2,
  done = 3,
};

struct RunState;

/// What a flowable keeps while it runs.
struct FlowableState {
  Frame frame;
  uint32_t branch = 0;                          ///< which list of the task stands for T (then/else, a case)
  model::State target = model::State::success;  ///< FAILED once its own rules failed it
  base::Value decision;                         ///< what was rendered at its start, kept (TASK-25): values of a loop
  /// Of a loop: runs of one value in progress, by iteration. Finished groups are only in the frame's counts.
  struct Group {
    uint32_t created = 0;
    uint32_t terminated = 0;
  };
  std::unordered_map<uint32_t, Group> groups;
  std::vector<uint32_t> ready;    ///< groups whose last run has ended: their next task may begin
  uint32_t next_iteration = 0;    ///< groups begun; follows from the runs at recovery
  uint32_t round = 0;             ///< of a LoopUntil, from 0; of a Loop, its iterations, an EachParallel: see there
  bool settled = false;           ///< of a LoopUntil: no round follows; its outputs are told, of a Loop or an iteration
  bool strict = false;            ///< `target` is a failure that allowFailure does not cover (TASK-38, TASK-39)
  bool condition_failed = false;  ///< of a LoopUntil: looked at in this round. Not stored: looked at again
  std::vector<RunState*> places;  ///< of a Dag: its children by place in the list; follows from the runs
  uint32_t outputs_done = 0;      ///< of an iteration of a Loop: rendered so far. Not stored: rendered again
};

/// One live task run.
struct RunState {
  model::TaskRun run;
  uint32_t task = 0;      ///< index in CompiledFlow::tasks
  uint32_t position = 0;  ///< place in taskRunList
  ListRole role = ListRole::tasks;
  RunState* parent = nullptr;
  Stage stage = Stage::created;
  Wait wait = Wait::nothing;
  int32_t epoch = 0;
  bool ended_otherwise = false;  ///< its own end came behind its parent's, which counts it as before. Not stored
  int32_t stored_epoch = 0;      ///< as of the last take_changes(), as the next two: none of them ever goes back
  uint32_t stored_log_sequence = 0;
  uint32_t stored_changes = 0;                       ///< entries of its history
  uint32_t attempts_before_restart = 0;              ///< they do not count towards retries (EXEC-54)
  base::Id child;                                    ///< execution of a Subflow run
  std::shared_ptr<const model::FlowKey> child_flow;  ///< and its flow
  std::optional<base::Instant> wake_at;
  bool aside = false;              ///< of the onPause task of a Pause: goes on while the execution is paused
  bool ended_with_parent = false;  ///< took its parent's state (TASK-27): a late result still replaces its own state
  std::unique_ptr<FlowableState> flowable;
  std::unique_ptr<ItemsState> items;   ///< of the `_items` task of a ForEachItem that has begun
  uint64_t counted_outputs = 0;        ///< their weight, as it stands in the execution's sum
  bool has_encrypted_outputs = false;  ///< some part must be decrypted by a worker before expressions see it
  std::string number;                  ///< of an iteration of a Loop: its number as text, its step in output paths
  RunState* twin =
      nullptr;  ///< the next run of the task with the same output path: of another value with the same text

  bool is_new = true;
  bool dirty = false;
  bool queued = false;  ///< stands in the step's work list

  // Rendering that left the engine, and its answer. Not stored: after a restart it is asked for again.
  uint32_t render_request = 0;
  std::optional<base::Result<base::Value>> rendered;
  base::Value first_answer;  ///< of a flowable that asks twice: to the first question (Flowable::second_question)
};

/// Values of the run's ancestors and its own, outermost first.
std::vector<std::string_view> values_of(const RunState& run);
/// Where its outputs stand (EXEC-111): as values_of, but an iteration of a Loop counts by its number, since its values
/// may be equal.
std::vector<std::string_view> path_of(const RunState& run);
/// A direct child of a loop over values: counted in the group of its value. Children of other flowables may have a
/// value (from the parent) or an iteration (a round) but not both.
bool in_group(const RunState& run);

/// The text of value `index` of what a loop has kept: of a list, or of a map (a Loop over a map).
std::string_view loop_value(const base::Value& kept, size_t index);
/// Its key, of an iteration of a Loop over a map; nothing of others. `kept` is that of the Loop.
std::optional<std::string_view> key_of_iteration(const model::TaskRun& iteration, const base::Value& kept);
/// What a Loop tells of an iteration: `item` (value, iteration, key) and `outputs`.
base::Value result_of_iteration(const model::TaskRun& iteration, const base::Value& kept);

/// Whether an execution in this state holds a slot of its flow's concurrency limit (EXEC-61). RESTARTED ones are not
/// counted: whether they do is in their engine state (ExecutionState::was_admitted).
bool holds_slot_in(model::State state);

/// A run's row to store: the run and its opaque engine part.
struct ChangedRun {
  const RunState* state;
  bool is_new;
};

/// All that the engine knows of one execution, in memory: its row, its task runs as a tree, deadlines and what is
/// waited for. Changed by one step at a time, on the thread of its partition; take_changes() gives what is to be
/// stored. Restoring damaged rows is an error and leaves an object to be thrown away.
class ExecutionState {
 public:
  /// A new execution (its first row is still to be written) or one read back from the store.
  ExecutionState(std::shared_ptr<const CompiledFlow> flow, model::Execution execution, bool is_new);
  ExecutionState(const ExecutionState&) = delete;
  ExecutionState& operator=(const ExecutionState&) = delete;
  ~ExecutionState();

  /// Puts back a stored run, in order of position; `engine_state` as encoded by encode_run_state. Runs of tasks that
  /// the flow does not know are a damaged record.
  base::Result<void> restore_run(model::TaskRun run, uint32_t position, std::string_view engine_state);
  base::Result<void> restore_engine_state(std::string_view engine_state);
  /// After the last restored run: what is not stored is derived again, and the next step looks at every open run.
  void finish_restore();
  /// Groups of all loops, from their runs: after ends were taken back.
  void derive_groups();
  /// All of it is to be stored as new: this is a copy of another execution.
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
  /// The first run of a task inside loops whose output path begins with `path` (EXEC-111).
  RunState* find_by_path(uint32_t task, std::span<const std::string_view> path) const;

  RunState& add_run(uint32_t task, RunState* parent, ListRole role, model::TaskRun run);
  /// Changes a run's state and the counts of its parent, and marks it changed. False where it is in that state already.
  bool set_state(RunState& run, model::State state, base::Instant now);
  bool set_state(model::State state, base::Instant now);
  /// What the run waits for; keeps count of those that workers have.
  void set_wait(RunState& run, Wait wait);
  size_t waiting_for_workers() const { return waits_[static_cast<size_t>(Wait::worker)]; }
  size_t waiting_for_executions() const { return waits_[static_cast<size_t>(Wait::child)]; }
  size_t waiting_for_rendering() const { return waits_[static_cast<size_t>(Wait::rendering)]; }
  size_t waiting_for_resume() const { return waits_[static_cast<size_t>(Wait::resume)]; }
  /// Weight of the outputs of all its runs.
  uint64_t outputs_bytes() const { return outputs_bytes_; }
  /// Runs wait for children or dates, which the store knows, and something does: memory is not needed to go on.
  bool open_waits_are_durable() const;
  void touch(RunState& run);
  void touch() { execution_dirty_ = true; }
  void set_wake(RunState& run, std::optional<base::Instant> when);
  void set_wake(std::optional<base::Instant> when);
  /// Removes a run and everything below it.
  void remove_run(RunState& run);
  /// Removes everything below a run.
  void remove_below(RunState& run);

  /// The earliest deadline of anything in it.
  std::optional<base::Instant> next_wake() const;
  /// Runs whose deadline is not after `now`.
  std::vector<RunState*> due(base::Instant now) const;

  // What has changed since the last take_changes().
  struct Changes {
    bool execution = false;
    bool execution_is_new = false;
    std::vector<ChangedRun> runs;
    std::vector<base::Id> removed_runs;
  };
  Changes take_changes();
  /// Whether its parts agree: what parents count with the states of their runs, timers and waits with the runs that
  /// have them. Walks over all runs: at an end, and in tests. A broken invariant is thrown (base/invariant.h).
  void check_consistency() const;

  std::string encode_engine_state() const;
  static std::string encode_run_state(const RunState& run);
  /// Whether a stored execution holds a slot, from its state and what encode_engine_state() gave.
  static bool was_admitted(model::State state, std::string_view engine_state);
  /// The versions of templates that a stored execution began with (model::Flow::templates).
  static std::string templates_of(std::string_view engine_state);
  /// The executions that a stored run of a ForEachItem's `_items` task has; nothing of other runs.
  static base::Result<std::optional<ItemsState>> items_of_run(std::string_view engine_state);
  /// What a stored run of a flowable has kept of its decision; null where it has not, or none.
  static base::Result<base::Value> decision_of_run(std::string_view engine_state);

  /// Next sequence of the execution's own log lines.
  uint32_t next_log_sequence() { return ++log_sequence_; }
  uint32_t log_sequence() const { return log_sequence_; }

  /// Parents whose children a step's bounds kept from beginning; the next Continue looks at them. Not stored: recovery
  /// looks at everything.
  std::set<base::Id> unfinished;

  bool schedule_all = false;  ///< set by finish_restore()

  // State of the execution beside its rows (encoded by encode_engine_state).
  bool started = false;  ///< the first task runs may exist
  bool outputs_rendered = false;
  bool ended_reported = false;  ///< the Ended effect is out (afterExecution goes on behind it)
  bool kill_cascade = true;
  /// It ends in this state whatever its runs say, and nothing begins any more: by an Exit, or a Pause that cancels.
  std::optional<model::State> ending;
  std::optional<base::Instant> kill_deadline;
  /// A kill switch ends it in this state when what runs has ended (EXEC-99).
  std::optional<model::State> stopping;
  /// It has an end already that nobody has to ask for: a kill, a kill switch, an Exit, or what an SLA or a retry by a
  /// new execution has decided. Only FAILED by an SLA may still be changed: its `errors` and `finally` run.
  bool ends_already() const {
    return execution_.state.current() == model::State::killing || stopping || ending ||
           (verdict && *verdict != model::State::failed);
  }
  /// It has passed the concurrency gate of its flow and is not over: it holds a slot (EXEC-61).
  bool admitted = false;
  /// What an SLA has decided: FAILED (`errors` and `finally` still run) or CANCELLED (EXEC-71).
  std::optional<model::State> verdict;
  std::string sla_marks;  ///< one a declared SLA, see sla.cc; empty: nothing has happened yet
  // Of an execution that is RETRIED: the one that takes its place (EXEC-52).
  base::Id replacement;
  std::optional<base::Instant> replace_at;  ///< while it does not exist yet
  // CREATE_NEW_EXECUTION counts from here: a restart by hand begins anew (EXEC-54).
  int32_t attempts_before_restart = 0;
  std::optional<base::Instant> retries_since;
  std::set<uint32_t> sla_requests;  ///< assertions whose rendering is out; not stored: asked for again
  /// Which listeners' conditions held at the end, '1' or '0' each (EXEC-43): their tasks come before `afterExecution`.
  /// Empty takes it back.
  void set_listeners_held(std::string held);
  /// What runs after the end, as far as that is decided.
  const TaskList& after_list() const { return listeners_held_.empty() ? flow_->list(ListRole::after) : after_; }
  uint32_t subflow_depth = 0;      ///< executions above this one, by Subflow tasks
  uint32_t outputs_requested = 0;  ///< the last flow output whose rendering was asked for; not stored
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
  FlowableState::Group& group_of(const RunState& run);
  std::shared_ptr<const CompiledFlow> flow_;
  model::Execution execution_;
  Frame frame_;
  std::vector<std::unique_ptr<RunState>> runs_;
  std::unordered_map<base::Id, RunState*> by_id_;
  std::vector<std::vector<RunState*>> by_task_;
  std::unordered_map<std::string, RunState*> by_path_;  // of tasks inside loops: task and every beginning of the path
  std::set<std::pair<base::Instant, base::Id>> wakes_;  // zero id: the execution's own
  std::optional<base::Instant> own_wake_;
  std::vector<RunState*> dirty_runs_;
  std::vector<base::Id> removed_;
  std::array<size_t, wait_count> waits_{};  // runs by what they wait for
  uint64_t outputs_bytes_ = 0;
  size_t stored_changes_ = 0;  // entries of the execution's history, as of the last take_changes()
  uint32_t next_position_ = 0;
  uint32_t log_sequence_ = 0;
  std::string listeners_held_;
  TaskList after_;
  bool execution_dirty_ = false;
  bool execution_is_new_ = false;
};

}  // namespace gyr::engine
