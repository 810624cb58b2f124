// Types from connectors: files in YAML that describe a system with an HTTP interface (PLUG-710 to PLUG-718).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/definition.h"
#include "plugin_api/registry.h"

namespace gyr::connectors {

/// The task types of a connector. They share the definition.
std::vector<plugin::TaskType> task_types(std::shared_ptr<const Definition> definition);

/// The connectors that are part of the program. A file that makes no sense is a broken program: it is in the tests.
std::vector<std::shared_ptr<const Definition>> embedded_connectors();

/// Adds their types. Call once for a registry, at start.
void register_connectors(plugin::Registry& registry);

}  // namespace gyr::connectors
