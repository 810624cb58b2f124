// Why an execution does not go on: what it waits for, since when, until when, on whom, and what a person can do
// (principle: explains itself).
#pragma once

#include "base/instant.h"
#include "base/value.h"
#include "executor/live_executions.h"
#include "executor/operator_holds.h"
#include "store/store.h"

namespace gyr::web {

/// At most so many waits are told; the rest is counted.
inline constexpr size_t max_waits = 100;

/// `{executionId, namespace, flowId, state, since, waiting, summary, waits: [{for, text, since, until?, owner,
/// taskRunId?, taskId?, value?, actions}], more, actions: [{text, command, method, path}]}`. `for` is one of worker,
/// queue, child, person, timer, retry, quarantine, server, kill, slot, ignored, maintenance. Derived from the rows;
/// `reader` is asked about children and about the flow's others.
base::Result<base::Value> explain(store::Reader& reader, const store::ExecutionRow& row,
                                  const engine::ExecutionState* state, base::Instant now,
                                  const executor::HoldSet& operator_holds);

}  // namespace gyr::web
