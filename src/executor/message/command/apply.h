// How the commands are applied: one file per command. Each runs on the thread of the partition, at most once; its
// caller gets the answer after the commit, or the error.
#pragma once

#include <optional>

#include "base/error.h"
#include "command/command.h"
#include "executor/live_executions.h"

namespace gyr::executor {

class Turn;

base::Result<ExecutionCreated> apply(Turn& turn, CreateExecution& command);
base::Result<ExecutionAnswer> apply(Turn& turn, KillExecution& command);
base::Result<ExecutionWithRuns> apply(Turn& turn, RestartExecution& command);
base::Result<ExecutionWithRuns> apply(Turn& turn, ReplayExecution& command);
base::Result<ExecutionWithRuns> apply(Turn& turn, ChangeRunState& command);
base::Result<ExecutionWithRuns> apply(Turn& turn, ChangeState& command);
base::Result<ExecutionWithRuns> apply(Turn& turn, SetLabels& command);
base::Result<ExecutionAnswer> apply(Turn& turn, PauseExecution& command);
base::Result<ExecutionAnswer> apply(Turn& turn, ResumeExecution& command);
base::Result<ExecutionAnswer> apply(Turn& turn, ResumeFromBreakpoint& command);
base::Result<ExecutionAnswer> apply(Turn& turn, DeleteExecution& command);
base::Result<ExecutionAnswer> apply(Turn& turn, ReleaseExecution& command);
base::Result<ExecutionAnswer> apply(Turn& turn, UnqueueExecution& command);
base::Result<ExecutionAnswer> apply(Turn& turn, ForceRunExecution& command);
base::Result<FlowSaved> apply(Turn& turn, SaveFlow& command);
base::Result<FlowDeleted> apply(Turn& turn, DeleteFlow& command);
base::Result<TriggerChanged> apply(Turn& turn, ChangeTrigger& command);
base::Result<TriggerDeleted> apply(Turn& turn, DeleteTrigger& command);

/// The current execution.
ExecutionAnswer answer_of(const LiveExecution& live);
/// The same with its runs if there are few of them.
ExecutionWithRuns answer_with_runs(const LiveExecution& live);

/// Why it cannot be restarted; nothing if it can (EXEC-84).
std::optional<base::Error> restart_problem(const LiveExecution& live);
void end_quarantine(LiveExecution& live);
/// EXEC-3: terminated, and not by a kill.
bool may_be_changed(model::State state);

}  // namespace gyr::executor
