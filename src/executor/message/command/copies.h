// Executions made from others: replay, restart with another revision (EXEC-84, EXEC-85). Old and new one have the same
// flow, and so the same partition: the copy, and the label that tells of it, are one commit.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "catalog/flow_cache.h"
#include "executor/live_executions.h"
#include "model/execution.h"

namespace gyr::executor {

class Turn;

/// What a new execution takes from an old one; state and variables are those the old one has now.
model::Execution successor_of(const model::Execution& original, base::Id id, const LoadedFlowPtr& flow);
/// A revision of the flow of an execution that can be executed.
base::Result<LoadedFlowPtr> revision_of(Turn& turn, const model::Execution& execution, int32_t revision,
                                        const std::optional<std::string>& templates = std::nullopt);
/// Adds the copy to the live executions. `replayed`: the task run where it begins, whose copy is `replayed_copy`.
base::Result<LiveExecution*> copy_execution(Turn& turn, LiveExecution& original, const LoadedFlowPtr& flow,
                                            model::Execution execution, base::Id replayed, base::Id& replayed_copy);

}  // namespace gyr::executor
