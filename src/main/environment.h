// The environment of the process, as main() gets it.
#pragma once

#include <string>
#include <string_view>

namespace gyr::main {

/// The value of a variable; empty if it is not set. `environment` ends with a
/// null pointer; null: no variables.
std::string environment_variable(const char* const* environment, std::string_view name);

}  // namespace gyr::main
