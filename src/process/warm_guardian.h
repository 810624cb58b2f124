// A guardian that keeps a started interpreter, for one script after the other.
#pragma once

#include "process/messages.h"

namespace gyr::process {

/// Runs in a child of the helper that has been made for it alone, single-threaded; never returns. `control` is its
/// connection to the helper, which brings start_warm, prepare and kill, and takes idle; reports go to the server on
/// `socket`. One script runs at a time, so whatever lives below, but for the interpreter itself, belongs to that one.
/// All scripts it is given have the same warm_key().
[[noreturn]] void run_warm_guardian(int socket, int control, int helper_pid);

}  // namespace gyr::process
