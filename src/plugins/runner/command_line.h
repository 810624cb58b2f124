// Command lines as they are logged.
#pragma once

#include <string>
#include <vector>

namespace gyr::plugins::runner {

/// Program and arguments in one line for the log (RUNNER-12): at most 4096 bytes, without the `encryptedOutputs` in the
/// text of a script (SCRIPT-30).
std::string shown_command(const std::vector<std::string>& command);

}  // namespace gyr::plugins::runner
