// Explains why an execution does not continue: what it waits for, since when, until when, for whom, and which actions
// are possible (principle: explains itself).
#pragma once

#include "base/instant.h"
#include "cluster/operator_holds.h"
#include "executor/live_executions.h"
#include "store/store.h"
#include "web/executions/values.h"

namespace gyr::web {

/// The maximum number of waits in an explanation; the others are counted.
inline constexpr size_t max_waits = 100;

/// `for` of a wait is one of worker, queue, child, person, timer, retry, quarantine, server, kill, slot, ignored,
/// maintenance. Derived from the rows; `reader` is used for child executions and for the other executions of the flow.
base::Result<json::Explanation> explain(store::Reader& reader, const store::Visible& visible,
                                        const store::ExecutionRow& row, const engine::ExecutionState* state,
                                        base::Instant now, const executor::HoldSet& operator_holds);

}  // namespace gyr::web
