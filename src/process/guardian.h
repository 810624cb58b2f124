// The guardian of one started command: a small process of its own, so that the tree below it is known exactly.
#pragma once

#include <vector>

#include "process/messages.h"

namespace gyr::process {

/// How the helper tells a guardian what to do; everything else is blocked, so that the SIGTERM that service managers
/// send to all processes of a service does not end tasks behind the server's back.
inline constexpr int kill_signal = 10;  // SIGUSR1: SIGTERM to the tree, SIGKILL after the grace period
inline constexpr int kill_now_signal =
    12;  // SIGUSR2: SIGKILL to the tree; also what the kernel sends when the helper dies

/// Starts the command, watches over it and ends when nothing of its tree is left. Runs in a child of the helper that
/// has been made for it alone, single-threaded; never returns. It is a subreaper: whatever double-forks, changes its
/// session or loses its parent becomes its child, so "no children" means that the whole tree is gone. It reports to the
/// server on the helper's socket. `fds`: standard output, standard error and, if the body of the request is long, the
/// memory file with it.
[[noreturn]] void run_guardian(int socket, int helper_pid, uint64_t id, std::string_view body,
                               std::vector<UniqueFd> fds);

}  // namespace gyr::process
