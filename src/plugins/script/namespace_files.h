// Namespace files in the working directory of a script (NSF-30).
#pragma once

#include "base/error.h"
#include "base/task.h"
#include "plugin_api/run_context.h"
#include "plugins/script/script_properties.h"

namespace gyr::plugins::script {

/// Copies the chosen files to the working directory, one namespace after the other in the given order, so that the
/// winner of a conflict is well defined. Logs the number of files and publishes the metrics. `properties` outlives the
/// task.
base::Task<base::Result<void>> load_namespace_files(plugin::RunContext& context, const NamespaceFiles& properties);

}  // namespace gyr::plugins::script
