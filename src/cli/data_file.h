// Values from files that people write: contexts, inputs.
#pragma once

#include <string>

#include "base/value.h"
#include "cli/console.h"

namespace gyr::cli {

/// A map from a JSON or YAML file, or from standard input (`-`). `what` names it in messages: "the context". An empty
/// file is an empty map.
base::Result<base::Value> read_map(const std::string& path, std::string_view what, const Console& console);

}  // namespace gyr::cli
