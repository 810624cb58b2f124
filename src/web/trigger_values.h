// The JSON of trigger states (TRIG-190, TRIG-191).
#pragma once

#include <optional>
#include <string>

#include "base/value.h"
#include "catalog/flow_cache.h"
#include "engine/trigger/event.h"
#include "store/rows.h"
#include "web/http/request.h"

namespace gyr::web {

/// The state of a trigger with the names of 1.x and those of later releases (TRIG-191).
base::Value trigger_state_value(const store::TriggerRow& row);
/// One row of a search: the definition (null if it does not exist any more) and the state, with both pairs of names
/// (TRIG-220).
base::Value trigger_with_definition(const store::TriggerRow& row, const executor::LoadedFlow* flow,
                                    const plugin::Registry& registry);

/// `{namespace, flowId, triggerId}` of a body.
struct TriggerName {
  std::string namespace_;
  std::string flow_id;
  std::string trigger_id;
};
base::Result<TriggerName> trigger_name_of(const base::Value& body);
/// `{start, end, inputs, labels}` of a body (TRIG-70).
base::Result<engine::trigger::CreateBackfill> backfill_of(const base::Value& body);

}  // namespace gyr::web
