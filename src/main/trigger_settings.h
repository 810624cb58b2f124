// What triggers are given by the installation: the server's time zone, its country, policies of the configuration.
#pragma once

#include <vector>

#include "engine/trigger/settings.h"
#include "main/config/plugins.h"

namespace gyr::main {

/// The zone is that of `TZ`, else the machine's; what is no known zone counts as UTC, with a warning. Policies come
/// from `kestra.plugins.configurations` (TRIG-63).
engine::TriggerSettings trigger_settings(const std::vector<config::TypeConfiguration>& configurations,
                                         const char* const* environment);

}  // namespace gyr::main
