// The help of the program, of a group and of a command.
#pragma once

#include <string>
#include <string_view>

#include "cli/command.h"

namespace gyr::cli {

/// How wide help is: as wide as the terminal, at most 100 columns. Command lines are never broken.
size_t help_columns(const Output& output);

/// `name` is the name by which the program was called: `gyr` or `kestra`.
std::string program_help(std::string_view name, size_t columns);
std::string group_help(const GroupInfo& group, std::string_view name, size_t columns);
std::string command_help(const CommandInfo& command, const Arguments& arguments, std::string_view name, size_t columns);

}  // namespace gyr::cli
