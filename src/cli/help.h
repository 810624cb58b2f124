// The help of the program, of a group and of a command.
#pragma once

#include <string>
#include <string_view>

#include "cli/command.h"

namespace gyr::cli {

/// `name` is the name by which the program was called: `gyr` or `kestra`.
std::string program_help(std::string_view name);
std::string group_help(const GroupInfo& group, std::string_view name);
std::string command_help(const CommandInfo& command, const Arguments& arguments, std::string_view name);

}  // namespace gyr::cli
