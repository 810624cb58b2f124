// The JSON of trigger states (TRIG-190, TRIG-191).
#pragma once

#include "base/error.h"
#include "catalog/flow_cache.h"
#include "engine/trigger/event.h"
#include "store/rows.h"
#include "web/triggers/values.h"

namespace gyr::web {

/// The state of a trigger with the names of 1.x and those of later releases (TRIG-191).
json::TriggerState trigger_state(const store::TriggerRow& row);
/// One row of a search: the definition (null if it does not exist any more) and the state, with both pairs of names
/// (TRIG-220).
json::TriggerWithState trigger_with_definition(const store::TriggerRow& row, const executor::LoadedFlow* flow,
                                               const plugin::Registry& registry);
/// The event that creates the backfill of a body (TRIG-70).
base::Result<engine::trigger::CreateBackfill> backfill_of(json::BackfillToCreate body);

}  // namespace gyr::web
