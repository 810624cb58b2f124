// Explains why a trigger fired or did not fire, and its next step (principle: explains itself).
#pragma once

#include <string>

#include "catalog/flow_cache.h"
#include "cluster/operator_holds.h"
#include "store/store.h"
#include "web/triggers/values.h"

namespace gyr::web {

/// The reasons why it does not fire, with possible actions, and the last lines of its log. 404 if the flow or the
/// trigger does not exist.
base::Result<json::TriggerExplanation> explain_trigger(store::Reader& reader, const store::Visible& visible,
                                                       executor::FlowCache& flows, const model::FlowKey& flow,
                                                       const std::string& trigger_id, base::Instant now,
                                                       const executor::HoldSet& operator_holds);

}  // namespace gyr::web
