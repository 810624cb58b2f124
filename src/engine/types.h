// All types whose behaviour is in the engine: flowables, Subflow, tasks that change the execution.
#pragma once

#include "plugin_api/registry.h"

namespace gyr::engine {

/// Adds them to the registry; call once, before any flow is parsed.
void register_engine_types(plugin::Registry& registry);

}  // namespace gyr::engine
