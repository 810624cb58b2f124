// Why a trigger did or did not fire, and what comes next (principle: explains itself).
#pragma once

#include <string>

#include "base/value.h"
#include "executor/flow_cache.h"
#include "executor/operator_holds.h"
#include "store/store.h"

namespace gyr::web {

/// `{namespace, flowId, triggerId, type, summary, state, waits, log}`: what keeps it from firing, the most important
/// first, with what a person can do, and the last lines of its log. 404 where the flow or the trigger is not there.
base::Result<base::Value> explain_trigger(store::Reader& reader, executor::FlowCache& flows, const model::FlowKey& flow,
                                          const std::string& trigger_id, base::Instant now,
                                          const executor::HoldSet& operator_holds);

}  // namespace gyr::web
