// Flows that a server loads when it starts (CLI-30).
#pragma once

#include <string>
#include <vector>

#include "main/runtime.h"

namespace gyr::main {

/// Saves every flow of the files below these folders, in a new revision where it changed. A flow that cannot be read or
/// saved is logged with its place and left out: a server that keeps still because of one file helps nobody. Blocks.
void load_flow_folders(Runtime& runtime, const std::vector<std::string>& folders);

}  // namespace gyr::main
