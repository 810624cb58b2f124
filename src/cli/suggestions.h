// Other words for commands, and what to say about a word that is not a command.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace gyr::cli {

/// The command or group that has this other name: `nsfiles upload` is `files put`. Empty if there is none.
std::string_view other_path(std::string_view path);
/// Words that can stand for this one in the name of a command: `list` for `ls`, `flow` for `flows`.
std::vector<std::string_view> other_words(std::string_view word);

/// GYR-C010 with a hint: the command that was probably meant, and the commands of the group. `names` are the words of
/// the command line; `program_name` is `gyr` or `kestra`.
base::Error no_command(std::span<const std::string> names, std::string_view program_name);

}  // namespace gyr::cli
