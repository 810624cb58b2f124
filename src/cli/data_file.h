// Reads contexts and inputs from files.
#pragma once

#include <string>

#include "base/value.h"
#include "cli/console.h"

namespace gyr::cli {

/// Reads a map from a JSON or YAML file, or from standard input (`-`). `what` is its name in messages: "the context".
/// An empty file gives an empty map.
base::Result<base::Value> read_map(const std::string& path, std::string_view what, const Console& console);

}  // namespace gyr::cli
