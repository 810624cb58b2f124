// A new execution that takes over task runs of an old one: a replay from a task run, a restart with another revision
// (EXEC-84, EXEC-85).
#pragma once

#include <memory>

#include "base/error.h"
#include "base/id.h"
#include "engine/execution_state.h"

namespace gyr::engine {

/// What is copied into what.
struct CopyRequest {
  const ExecutionState& original;
  /// The revision of the copy: the original's, or another one of the same flow.
  std::shared_ptr<const CompiledFlow> flow;
  /// The copy itself; its history is that of the original, which goes on.
  model::Execution execution;
  /// The run that is replayed: what comes after it is left out, and its own children. None: a restart, all runs are
  /// taken over but those of error handling and of what follows the end.
  base::Id replayed;
};

/// The copy, all of it new to the store, ready for RestartRequested{in_copy} or ReplayRequested{replayed}.
struct ExecutionCopy {
  std::unique_ptr<ExecutionState> state;  ///< null: there is no such run, or its task is gone in that revision
  base::Id replayed;  ///< the run to replay, under its new id; of a WorkingDirectory the whole of it
};

/// Runs of tasks that the revision does not have any more, or has elsewhere, are left out. A flowable whose list of
/// tasks cannot be gone on with in that revision loses its children and runs anew as a whole.
base::Result<ExecutionCopy> copy_execution(CopyRequest request, base::IdGenerator& ids);

}  // namespace gyr::engine
