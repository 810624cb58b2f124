// A guardian that keeps a started interpreter and runs one script after the other.
#pragma once

#include "process/messages.h"

namespace gyr::process {

/// Runs in a child of the helper that was created for it alone, single-threaded; never returns. `control` is its
/// connection to the helper, which sends start_warm, prepare and kill, and receives idle; reports go to the server on
/// `socket`. One script runs at a time, so all processes below it, except the interpreter, belong to that script. All
/// its scripts have the same warm_key().
[[noreturn]] void run_warm_guardian(int socket, int control, int helper_pid);

}  // namespace gyr::process
