// Names of files that tasks make in internal storage.
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "plugin_api/run_context.h"

namespace gyr::plugins::core {

/// A new name with this extension, whose leading dot is optional (CORE-35); the default is `.tmp`. An extension that
/// would lead to another folder is refused.
base::Result<std::string> new_file_name(const plugin::RunContext& context, const std::optional<std::string>& extension);

}  // namespace gyr::plugins::core
