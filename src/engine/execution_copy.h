// Creates a new execution with task runs of an existing one: for a replay from a task run, or a restart with another
// revision (EXEC-84, EXEC-85).
#pragma once

#include <memory>

#include "base/error.h"
#include "base/id.h"
#include "engine/execution_state.h"

namespace gyr::engine {

/// The source and the target of a copy.
struct CopyRequest {
  const ExecutionState& original;
  /// The revision of the copy: that of the original, or another revision of the same flow.
  std::shared_ptr<const CompiledFlow> flow;
  /// The copy. Its history continues the history of the original.
  model::Execution execution;
  /// The run to replay: the runs after it and its own children are omitted. None: a restart, which copies all runs
  /// except those of error handling and those after the end.
  base::Id replayed;
};

/// The copy, new to the store, ready for RestartRequested{in_copy} or ReplayRequested{replayed}.
struct ExecutionCopy {
  std::unique_ptr<ExecutionState> state;  ///< null: the run does not exist, or its task does not exist in that revision
  /// the new id of the run to replay; for a task in a WorkingDirectory, that of the whole WorkingDirectory
  base::Id replayed;
};

/// Runs of tasks that are missing or elsewhere in the revision are omitted. If a flowable cannot continue with its list
/// of tasks in that revision, it loses its children and runs again as a whole.
base::Result<ExecutionCopy> copy_execution(CopyRequest request, base::IdGenerator& ids);

}  // namespace gyr::engine
