// From the text of a connector to its definition.
#pragma once

#include <string_view>

#include "connectors/definition.h"

namespace gyr::connectors {

/// Reads and checks a connector. An error names file and line of every problem.
base::Result<Definition> read_definition(std::string_view file_name, std::string_view text);

}  // namespace gyr::connectors
