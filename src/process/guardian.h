// The guardian of one started command: a small separate process, so that the process tree below it is known exactly.
#pragma once

#include <vector>

#include "process/messages.h"

namespace gyr::process {

/// Starts the command, monitors it and ends when its process tree has ended. Runs in a child of the helper that was
/// created for it alone, single-threaded; never returns. It reports to the server on the socket of the helper. `fds`:
/// standard output, standard error and, if the body of the request is long, the memory file with it.
[[noreturn]] void run_guardian(int socket, int helper_pid, uint64_t id, std::string_view body,
                               std::vector<UniqueFd> fds);

}  // namespace gyr::process
