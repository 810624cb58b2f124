// What a test program needs besides GoogleTest when it starts real processes.
#pragma once

#include "process/spawner.h"

namespace gyr::process::testing {

/// For main(): answers `--spawner FD` as the server's main() does; nothing for any other command line.
std::optional<int> run_helper_command(int argc, char** argv);

/// A spawner whose helper is this very program.
std::unique_ptr<Spawner> spawner_of_this_program();

}  // namespace gyr::process::testing
