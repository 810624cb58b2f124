// The guardian of one started command: a small process of its own, so that the tree below it is known exactly.
#pragma once

#include <vector>

#include "process/messages.h"

namespace gyr::process {

/// Starts the command, watches over it and ends when nothing of its tree is left. Runs in a child of the helper that
/// has been made for it alone, single-threaded; never returns. It reports to the server on the helper's socket. `fds`:
/// standard output, standard error and, if the body of the request is long, the memory file with it.
[[noreturn]] void run_guardian(int socket, int helper_pid, uint64_t id, std::string_view body,
                               std::vector<UniqueFd> fds);

}  // namespace gyr::process
