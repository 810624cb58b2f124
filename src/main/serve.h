// `gyr server local|standalone`: everything of an installation in one process, until a signal.
#pragma once

#include "base/instant.h"
#include "cli/program.h"
#include "process/spawner.h"

namespace gyr::main {

/// Serves until SIGTERM or SIGINT and then drains; a second signal ends the process at once. Gives the exit code. Call
/// on the main thread, before any other thread is started. `began`: when the process started, for the line that says
/// `ready`.
int serve(const cli::ServerOptions& options, std::unique_ptr<process::Spawner> spawner, base::MonotonicTime began);

}  // namespace gyr::main
