// Finds commands and groups by the words of a command line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"

namespace gyr::cli {

/// `flow run`; a null pointer if there is none.
const CommandInfo* find_command(std::string_view path);
/// `flow`, `namespace kv`; a null pointer if there is none.
const GroupInfo* find_group(std::string_view name);
/// Replaces another name of a group or command: `flows ls` is `flow list` (CLI-60). Names of commands and groups come
/// first.
void resolve_alias(std::vector<std::string>& names);
/// Options with a value that may precede the command.
bool takes_value(std::string_view option);

}  // namespace gyr::cli
