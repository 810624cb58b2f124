// The commands of the executor and their answers. The partition of the flow applies a command and answers it after the
// commit that stores it (principle: effects after the commit).
#pragma once

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

/// Creates an execution. Its inputs are already resolved and its files stored (Starter does both).
struct CreateExecution {
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
};

/// Kills an execution; with `cascade` also its child executions.
struct KillExecution {
  base::Id id;
  bool cascade = true;
};
/// Runs the failed tasks of an ended or paused execution again (EXEC-84).
struct RestartExecution {
  base::Id id;
  int32_t revision = 0;  ///< 0 or the revision of the execution: in place; another revision: in a copy
  base::Id copy;         ///< the id of the copy
};
/// Runs an execution again, as a new execution (EXEC-85).
struct ReplayExecution {
  base::Id id;
  base::Id replay;                    ///< the id of the new execution
  base::Id task_run;                  ///< where to start; none: from the beginning
  int32_t revision = 0;               ///< 0: the revision of the original
  bool latest_revision = false;       ///< use the current revision instead
  std::optional<base::Value> inputs;  ///< resolved; absent: the inputs of the original
  std::vector<model::Breakpoint> breakpoints;
};
/// Changes the final state of a task run of an ended execution, and continues the execution from it (EXEC-86).
struct ChangeRunState {
  base::Id id;
  base::Id task_run;
  model::State state = model::State::success;
};
/// Changes the final state of an ended execution, without other effects (EXEC-87).
struct ChangeState {
  base::Id id;
  model::State state = model::State::success;
};
/// Sets the labels of an ended execution (EXEC-89): replaces the labels of the user, or merges into them.
struct SetLabels {
  base::Id id;
  std::vector<model::Label> labels;
  bool merge = false;
};
/// Pauses a running execution: no new task starts (EXEC-83).
struct PauseExecution {
  base::Id id;
};
/// Resumes a paused execution, or one paused task run of it. Resumer has validated the inputs.
struct ResumeExecution {
  base::Id id;
  base::Id task_run;   ///< none: the execution was paused manually
  base::Value inputs;  ///< the inputs of `onResume`, as a map
  std::string by;      ///< the user, if signed in
};
/// Resumes an execution that is stopped at a breakpoint (EXEC-91).
struct ResumeFromBreakpoint {
  base::Id id;
  std::vector<model::Breakpoint> breakpoints;  ///< the next breakpoints
};
/// Deletes an execution with its task runs and, on request, its logs, metrics and files.
struct DeleteExecution {
  base::Id id;
  bool logs = true;
  bool metrics = true;
  bool only_terminated = false;
  bool files = false;  ///< Store::left_files() lists the files until they are removed
};
/// Releases an execution from quarantine.
struct ReleaseExecution {
  base::Id id;
};

/// Removes a QUEUED execution from the queue: it is RUNNING (even beyond the limit) or takes a final state (EXEC-88).
struct UnqueueExecution {
  base::Id id;
  model::State state = model::State::running;  ///< RUNNING, CANCELLED or FAILED
};
/// Forces an execution to run, without regard to its date and the concurrency limit (EXEC-88).
struct ForceRunExecution {
  base::Id id;
};

/// Stores a revision of a flow. The partition chooses its number.
struct SaveFlow {
  store::FlowRow row;
  enum class Mode : uint8_t { create, update, upsert } mode = Mode::upsert;
  /// FlowCache::prepare() of the row. If this is null or of another revision than the
  /// one that the partition chooses, or if plugin defaults have changed since, the partition compiles the flow itself.
  std::shared_ptr<const LoadedFlow> prepared = {};
};
/// Marks a flow as deleted: stores a last revision that cannot be executed.
struct DeleteFlow {
  std::shared_ptr<const model::FlowKey> key;
};

/// Applies an event to a trigger: disable, unlock, create a backfill … (TRIG-222 to TRIG-233).
struct ChangeTrigger {
  std::shared_ptr<const model::FlowKey> flow;
  std::string trigger_id;
  engine::trigger::Event change;
};
/// Deletes the state of a trigger; it is created again if the flow defines the trigger (TRIG-234).
struct DeleteTrigger {
  std::shared_ptr<const model::FlowKey> flow;
  std::string trigger_id;
};

using Command =
    std::variant<CreateExecution, KillExecution, RestartExecution, ReplayExecution, ChangeRunState, ChangeState,
                 SetLabels, PauseExecution, ResumeExecution, ResumeFromBreakpoint, DeleteExecution, ReleaseExecution,
                 UnqueueExecution, ForceRunExecution, SaveFlow, DeleteFlow, ChangeTrigger, DeleteTrigger>;

/// The maximum number of task runs in an answer, because answers are built on the thread of the partition. An execution
/// with more task runs is read from the store instead.
inline constexpr size_t max_answered_runs = 1'000;

/// The result of a command.
struct Answer {
  std::optional<model::Execution> execution;  ///< at the time of the command (CREATED for a new execution)
  bool existed = false;                       ///< the idempotency key was known: no execution was created
  std::optional<store::FlowRow> flow;
  bool unchanged = false;  ///< the source was unchanged: no new revision was stored (FLOW-90)
  /// For a restart and similar commands: the task runs at that time, in order. Absent if there are more than
  /// max_answered_runs.
  std::optional<std::vector<model::TaskRun>> task_runs = {};
  std::optional<store::TriggerRow> trigger = {};  ///< the state after the command; for a deletion, the state before it
};
using Reply = std::move_only_function<void(base::Result<Answer>)>;

/// The flow whose partition applies a command; null if only the id of the execution is known (the executor looks it
/// up).
std::shared_ptr<const model::FlowKey> flow_of(const Command& command);
/// The execution of a command; none for commands on flows.
base::Id execution_of(const Command& command);

}  // namespace gyr::executor
