// What can be asked of the executor, and the answers. Commands are applied by the partition of their flow and answered
// after the commit that makes them true (principle: effects after the commit).
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

/// Create an execution. Inputs are resolved and files stored already (Starter does both).
struct CreateExecution {
  base::Id id;  ///< chosen by the caller, who may listen for changes before it exists
  std::shared_ptr<const model::FlowKey> flow;
  int32_t revision = 0;  ///< 0: the current one
  base::Value inputs;
  std::vector<model::Label> labels;  ///< all of them, the flow's included
  std::optional<model::ExecutionTrigger> trigger;
  std::optional<base::Instant> schedule_date;
  model::ExecutionKind kind = model::ExecutionKind::normal;
  std::string trace_parent;
  std::vector<model::Breakpoint> breakpoints;  ///< where it is to stop (EXEC-91)
  /// The same key answers with the same execution (principle: idempotency keys); empty: none. Scoped to the flow.
  std::string idempotency_key;
  /// Created straight in FAILED, without any task (FLOW-86).
  bool failed_checks = false;
};

/// End an execution; with `cascade` those it started too.
struct KillExecution {
  base::Id id;
  bool cascade = true;
};
/// Run the failed tasks of an ended or paused execution again (EXEC-84).
struct RestartExecution {
  base::Id id;
  int32_t revision = 0;  ///< 0 or its own: in the same execution; another one: in a copy of it
  base::Id copy;         ///< id of that copy
};
/// Run an execution once more, as a new one (EXEC-85).
struct ReplayExecution {
  base::Id id;
  base::Id replay;                    ///< of the new execution
  base::Id task_run;                  ///< from there on; none: from the start
  int32_t revision = 0;               ///< 0: that of the old one
  bool latest_revision = false;       ///< the current one instead
  std::optional<base::Value> inputs;  ///< resolved; absent: those of the old one
  std::vector<model::Breakpoint> breakpoints;
};
/// Give a task run of an ended execution another final state and go on from there (EXEC-86).
struct ChangeRunState {
  base::Id id;
  base::Id task_run;
  model::State state = model::State::success;
};
/// Give an ended execution another final state; nothing else happens (EXEC-87).
struct ChangeState {
  base::Id id;
  model::State state = model::State::success;
};
/// Set labels of an ended execution (EXEC-89): the caller's replace the user's, or are merged into them.
struct SetLabels {
  base::Id id;
  std::vector<model::Label> labels;
  bool merge = false;
};
/// Let a running execution begin nothing new (EXEC-83).
struct PauseExecution {
  base::Id id;
};
/// Let a paused execution, or one paused task run of it, go on. Resumer has checked the inputs.
struct ResumeExecution {
  base::Id id;
  base::Id task_run;   ///< none: it was paused by hand
  base::Value inputs;  ///< a map: those of `onResume`
  std::string by;      ///< who, where somebody is signed in
};
/// Let an execution go on that stands at a breakpoint (EXEC-91).
struct ResumeFromBreakpoint {
  base::Id id;
  std::vector<model::Breakpoint> breakpoints;  ///< where it is to stop next
};
/// Take an execution away, with its task runs and, if wanted, its logs, metrics and files.
struct DeleteExecution {
  base::Id id;
  bool logs = true;
  bool metrics = true;
  bool only_terminated = false;
  bool files = false;  ///< they are named by Store::left_files() until somebody has removed them
};
/// Lets a quarantined execution go on.
struct ReleaseExecution {
  base::Id id;
};

/// Take a QUEUED execution out of the queue: to RUNNING, beyond the limit if need be, or to an end (EXEC-88).
struct UnqueueExecution {
  base::Id id;
  model::State state = model::State::running;  ///< RUNNING, CANCELLED or FAILED
};
/// Let an execution go on whatever its date or the concurrency limit say (EXEC-88).
struct ForceRunExecution {
  base::Id id;
};

/// Store a revision of a flow. The partition gives the number.
struct SaveFlow {
  store::FlowRow row;
  enum class Mode : uint8_t { create, update, upsert } mode = Mode::upsert;
  /// FlowCache::prepare() of the row. Its partition compiles the flow itself where this is null or of another revision
  /// than the one it gives, and where plugin defaults have changed since.
  std::shared_ptr<const LoadedFlow> prepared = {};
};
/// Mark a flow as deleted: a last revision that cannot be run.
struct DeleteFlow {
  std::shared_ptr<const model::FlowKey> key;
};

/// Something happens to a trigger: it is switched, unlocked, its backfill made … (TRIG-222 to TRIG-233).
struct ChangeTrigger {
  std::shared_ptr<const model::FlowKey> flow;
  std::string trigger_id;
  engine::trigger::Event change;
};
/// Forget the state of a trigger; it is made anew while the flow defines the trigger (TRIG-234).
struct DeleteTrigger {
  std::shared_ptr<const model::FlowKey> flow;
  std::string trigger_id;
};

using Command =
    std::variant<CreateExecution, KillExecution, RestartExecution, ReplayExecution, ChangeRunState, ChangeState,
                 SetLabels, PauseExecution, ResumeExecution, ResumeFromBreakpoint, DeleteExecution, ReleaseExecution,
                 UnqueueExecution, ForceRunExecution, SaveFlow, DeleteFlow, ChangeTrigger, DeleteTrigger>;

/// An answer is made on the partition's thread: an execution with more task runs than that is read from the store
/// instead.
inline constexpr size_t max_answered_runs = 1'000;

/// What came of a command.
struct Answer {
  std::optional<model::Execution> execution;  ///< as it was when the command was applied (CREATED for a new one)
  bool existed = false;                       ///< the idempotency key was known: nothing was created
  std::optional<store::FlowRow> flow;
  bool unchanged = false;  ///< the source was the same: no new revision (FLOW-90)
  /// Of a restart and the like: the task runs at that moment, in order. Absent where there are more than
  /// max_answered_runs.
  std::optional<std::vector<model::TaskRun>> task_runs = {};
  std::optional<store::TriggerRow> trigger = {};  ///< as it is now; of a deletion as it was
};
using Reply = std::move_only_function<void(base::Result<Answer>)>;

/// The flow whose partition applies a command; null where only the execution's id is known (the executor looks it up).
std::shared_ptr<const model::FlowKey> flow_of(const Command& command);
/// The execution a command is about; none for those about flows.
base::Id execution_of(const Command& command);

}  // namespace gyr::executor
