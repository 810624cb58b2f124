// Which build this program is: the id that the linker computes from its content.
#pragma once

#include <string>

namespace gyr::main {

/// The build id of the running program as hexadecimal digits; empty where it was linked without one. The file with its
/// debug symbols (`gyr.debug`) has the same id.
std::string build_id();

}  // namespace gyr::main
