// The core triggers, one file each in this folder, except those of a family, which stand with its tasks.
#pragma once

#include "plugin_api/registry.h"

namespace gyr::plugins::core {

plugin::TriggerType schedule_trigger();
plugin::TriggerType schedule_on_dates_trigger();
plugin::TriggerType webhook_trigger();
plugin::TriggerType flow_trigger();

}  // namespace gyr::plugins::core
