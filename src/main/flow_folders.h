// Flows that a server loads when it starts (CLI-30).
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "cli/console.h"
#include "main/runtime.h"

namespace gyr::main {

/// What became of a flow in a file.
struct LoadedFlow {
  std::string name;  ///< `company.team.hello`; as far as it is known
  bool saved = false;
};

/// Saves a flow with this source, in a new revision where it changed. Blocks. Any thread.
base::Result<void> save_flow(Runtime& runtime, const model::Flow& flow, std::string_view source);

/// Saves the flows of one file; prints the errors of those that are not valid, and with `warnings` those of the others.
/// Blocks. Any thread.
base::Result<std::vector<LoadedFlow>> load_flow_file(Runtime& runtime, const std::string& path,
                                                     const cli::Console& console, bool warnings);

/// Saves every flow of the files below these folders, in a new revision where it changed. A flow that cannot be read or
/// saved is logged with its place and left out: a server that keeps still because of one file helps nobody. Blocks.
void load_flow_folders(Runtime& runtime, const std::vector<std::string>& folders);

}  // namespace gyr::main
