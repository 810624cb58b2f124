// What triggers are given by the installation: the server's time zone, its country, policies of the configuration.
#pragma once

#include "engine/trigger/settings.h"
#include "main/configuration.h"

namespace gyr::main {

/// The zone is that of `TZ`, else the machine's; what is no known zone counts as UTC, with a warning. Policies come
/// from `kestra.plugins.configurations` (TRIG-63).
base::Result<engine::TriggerSettings> trigger_settings(const Configuration& configuration,
                                                       const char* const* environment);

}  // namespace gyr::main
