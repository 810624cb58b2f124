// The configuration file of a command (CLI-2).
#pragma once

#include <string>

#include "cli/command.h"

namespace gyr::cli {

/// `~/.kestra/config.yml`; empty if it does not exist.
std::string default_config();
/// The file of `--config`, else the default one; empty if neither is there.
std::string config_file(const Session& session);

}  // namespace gyr::cli
