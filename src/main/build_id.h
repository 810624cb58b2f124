// The build id of this program: the linker computes it from the content.
#pragma once

#include <string>

namespace gyr::main {

/// The build id of the running program as hexadecimal digits; empty if it was linked without one. The file with its
/// debug symbols (`gyr.debug`) has the same id.
std::string build_id();

}  // namespace gyr::main
