// Names that complete a command line: of namespaces, flows, executions, keys … (CLI-60).
#pragma once

#include <span>
#include <string>

#include "cli/command.h"

namespace gyr::cli {

/// Prints the names that can replace the last word, one on each line. Asks the server of the command line, or the one
/// of the context, for at most a second. Prints nothing if the server does not answer or needs a password that is not
/// known. Returns the exit code, which is always 0.
int print_names(const Session& session, std::span<const std::string> words);

}  // namespace gyr::cli
