// The task types of generated flows, beside the engine's own: sim.Work (a worker's), sim.Echo and sim.Fail (pure).
#pragma once

#include "plugin_api/registry.h"

namespace gyr::simulation {

/// The engine's types and these, made once.
const plugin::Registry& types();

}  // namespace gyr::simulation
