// The commands of the executor and their answers. The partition of the flow applies a command and answers it after the
// commit that stores it (principle: effects after the commit). Each command names its answer and says what it is about:
// a flow, or an execution, whose id contains the partition of its flow.
#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "base/value.h"
#include "engine/trigger/event.h"
#include "model/execution.h"
#include "store/rows.h"

namespace gyr::executor {

struct LoadedFlow;

/// The maximum number of task runs in an answer, because answers are built on the thread of the partition. An execution
/// with more task runs is read from the store instead.
inline constexpr size_t max_answered_runs = 1'000;

/// An execution at the time of the command.
struct ExecutionAnswer {
  model::Execution execution;
};
/// A new execution, in the state CREATED.
struct ExecutionCreated {
  model::Execution execution;
  bool existed = false;  ///< the idempotency key was known: no execution was created
};
/// An execution with its task runs, in order. Absent if there are more than max_answered_runs.
struct ExecutionWithRuns {
  model::Execution execution;
  std::optional<std::vector<model::TaskRun>> task_runs = {};
};
/// The current revision of a flow.
struct FlowSaved {
  store::FlowRow flow;
  bool existed = false;
  bool unchanged = false;  ///< the source was unchanged: no new revision was stored (FLOW-90)
};
/// The last revision of a flow, which cannot be executed.
struct FlowDeleted {
  store::FlowRow flow;
};
/// The state after the command; none if the trigger has no state any more.
struct TriggerChanged {
  std::optional<store::TriggerRow> trigger;
};
/// The state before the command.
struct TriggerDeleted {
  store::TriggerRow trigger;
};
using Answer = std::variant<ExecutionAnswer, ExecutionCreated, ExecutionWithRuns, FlowSaved, FlowDeleted,
                            TriggerChanged, TriggerDeleted>;

/// Creates an execution. Its inputs are already resolved and its files stored (Starter does both).
struct CreateExecution {
  using Answer = ExecutionCreated;
  base::Id id;  ///< chosen by the caller, which can subscribe to changes before the execution exists
  std::shared_ptr<const model::FlowKey> flow;
  int32_t revision = 0;  ///< 0: the current one
  base::Value inputs;
  std::vector<model::Label> labels;  ///< all labels, including those of the flow
  std::optional<model::ExecutionTrigger> trigger;
  std::optional<base::Instant> schedule_date;
  model::ExecutionKind kind = model::ExecutionKind::normal;
  std::string trace_parent;
  std::vector<model::Breakpoint> breakpoints;  ///< breakpoints (EXEC-91)
  /// Requests with the same key get the same execution (principle: idempotency keys); empty: none. Scope: the flow.
  std::string idempotency_key;
  /// Created as FAILED, without any task (FLOW-86).
  bool failed_checks = false;

  const model::FlowKey& about() const { return *flow; }
};

/// Kills an execution; with `cascade` also its child executions.
struct KillExecution {
  using Answer = ExecutionAnswer;
  base::Id id;
  bool cascade = true;

  base::Id about() const { return id; }
};
/// Runs the failed tasks of an ended or paused execution again (EXEC-84).
struct RestartExecution {
  using Answer = ExecutionWithRuns;
  base::Id id;
  int32_t revision = 0;  ///< 0 or the revision of the execution: in place; another revision: in a copy
  base::Id copy;         ///< the id of the copy

  base::Id about() const { return id; }
};
/// Runs an execution again, as a new execution (EXEC-85).
struct ReplayExecution {
  using Answer = ExecutionWithRuns;
  base::Id id;
  base::Id replay;                    ///< the id of the new execution
  base::Id task_run;                  ///< where to start; none: from the beginning
  int32_t revision = 0;               ///< 0: the revision of the original
  bool latest_revision = false;       ///< use the current revision instead
  std::optional<base::Value> inputs;  ///< resolved; absent: the inputs of the original
  std::vector<model::Breakpoint> breakpoints;

  base::Id about() const { return id; }
};
/// Changes the final state of a task run of an ended execution, and continues the execution from it (EXEC-86).
struct ChangeRunState {
  using Answer = ExecutionWithRuns;
  base::Id id;
  base::Id task_run;
  model::State state = model::State::success;

  base::Id about() const { return id; }
};
/// Changes the final state of an ended execution, without other effects (EXEC-87).
struct ChangeState {
  using Answer = ExecutionWithRuns;
  base::Id id;
  model::State state = model::State::success;

  base::Id about() const { return id; }
};
/// Sets the labels of an ended execution (EXEC-89): replaces the labels of the user, or merges into them.
struct SetLabels {
  using Answer = ExecutionWithRuns;
  base::Id id;
  std::vector<model::Label> labels;
  bool merge = false;

  base::Id about() const { return id; }
};
/// Pauses a running execution: no new task starts (EXEC-83).
struct PauseExecution {
  using Answer = ExecutionAnswer;
  base::Id id;

  base::Id about() const { return id; }
};
/// Resumes a paused execution, or one paused task run of it. Resumer has validated the inputs.
struct ResumeExecution {
  using Answer = ExecutionAnswer;
  base::Id id;
  base::Id task_run;   ///< none: the execution was paused manually
  base::Value inputs;  ///< the inputs of `onResume`, as a map
  std::string by;      ///< the user, if signed in

  base::Id about() const { return id; }
};
/// Resumes an execution that is stopped at a breakpoint (EXEC-91).
struct ResumeFromBreakpoint {
  using Answer = ExecutionAnswer;
  base::Id id;
  std::vector<model::Breakpoint> breakpoints;  ///< the next breakpoints

  base::Id about() const { return id; }
};
/// Deletes an execution with its task runs and, on request, its logs, metrics and files.
struct DeleteExecution {
  using Answer = ExecutionAnswer;
  base::Id id;
  bool logs = true;
  bool metrics = true;
  bool only_terminated = false;
  bool files = false;  ///< Store::left_files() lists the files until they are removed

  base::Id about() const { return id; }
};
/// Releases an execution from quarantine.
struct ReleaseExecution {
  using Answer = ExecutionAnswer;
  base::Id id;

  base::Id about() const { return id; }
};

/// Removes a QUEUED execution from the queue: it is RUNNING (even beyond the limit) or takes a final state (EXEC-88).
struct UnqueueExecution {
  using Answer = ExecutionAnswer;
  base::Id id;
  model::State state = model::State::running;  ///< RUNNING, CANCELLED or FAILED

  base::Id about() const { return id; }
};
/// Forces an execution to run, without regard to its date and the concurrency limit (EXEC-88).
struct ForceRunExecution {
  using Answer = ExecutionAnswer;
  base::Id id;

  base::Id about() const { return id; }
};

/// Stores a revision of a flow. The partition chooses its number.
struct SaveFlow {
  using Answer = FlowSaved;
  store::FlowRow row;
  enum class Mode : uint8_t { create, update, upsert } mode = Mode::upsert;
  /// FlowCache::prepare() of the row. If this is null or of another revision than the
  /// one that the partition chooses, or if plugin defaults have changed since, the partition compiles the flow itself.
  std::shared_ptr<const LoadedFlow> prepared = {};

  const model::FlowKey& about() const { return row.key; }
};
/// Marks a flow as deleted: stores a last revision that cannot be executed.
struct DeleteFlow {
  using Answer = FlowDeleted;
  std::shared_ptr<const model::FlowKey> key;

  const model::FlowKey& about() const { return *key; }
};

/// Applies an event to a trigger: disable, unlock, create a backfill … (TRIG-222 to TRIG-233).
struct ChangeTrigger {
  using Answer = TriggerChanged;
  std::shared_ptr<const model::FlowKey> flow;
  std::string trigger_id;
  engine::trigger::Event change;

  const model::FlowKey& about() const { return *flow; }
};
/// Deletes the state of a trigger; it is created again if the flow defines the trigger (TRIG-234).
struct DeleteTrigger {
  using Answer = TriggerDeleted;
  std::shared_ptr<const model::FlowKey> flow;
  std::string trigger_id;

  const model::FlowKey& about() const { return *flow; }
};

using Command =
    std::variant<CreateExecution, KillExecution, RestartExecution, ReplayExecution, ChangeRunState, ChangeState,
                 SetLabels, PauseExecution, ResumeExecution, ResumeFromBreakpoint, DeleteExecution, ReleaseExecution,
                 UnqueueExecution, ForceRunExecution, SaveFlow, DeleteFlow, ChangeTrigger, DeleteTrigger>;

/// One of them.
template <class C>
concept OneCommand = requires(const C& command, C moved) {
  typename C::Answer;
  Answer(std::declval<typename C::Answer>());
  requires std::same_as<decltype(command.about()), base::Id> ||
               std::same_as<decltype(command.about()), const model::FlowKey&>;
  Command(std::move(moved));
};

/// Runs exactly once, on any thread.
using Reply = std::move_only_function<void(base::Result<Answer>)>;
template <OneCommand C>
using ReplyTo = std::move_only_function<void(base::Result<typename C::Answer>)>;

/// The flow that a command is about; null if it is about an execution.
const model::FlowKey* flow_of(const Command& command);
/// The execution that a command is about, or that it creates; none for commands on flows and triggers.
base::Id execution_of(const Command& command);

}  // namespace gyr::executor
