// An interpreter that is started ahead of the script it runs.
#pragma once

#include <string>
#include <vector>

namespace gyr::plugin {

/// How a script may run in a started interpreter instead of by its command, with the same result (process/README.md).
/// Runners that cannot do so run the command.
struct WarmInterpreter {
  std::vector<std::string> command;        ///< starts it
  std::string starter;                     ///< its first message
  bool copies_itself = false;              ///< each script runs in a copy of it; else it serves but once
  std::string script;                      ///< the file
  std::vector<std::string> own_variables;  ///< names of environment variables that only this script sees
};

}  // namespace gyr::plugin
