// The generator's command line.
#pragma once

#include <span>
#include <string>
#include <variant>

#include "base/error.h"
#include "load_run.h"

namespace gyr::load {

/// `gyr_load sync FOLDER`
struct SyncCommand {
  std::string folder;
};

extern const char* const usage_text;

/// The words after the program's name; an error says which one is wrong.
base::Result<std::variant<LoadOptions, SyncCommand>> parse_options(std::span<const char* const> words);

}  // namespace gyr::load
