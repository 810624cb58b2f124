// Archives in the format of tar, as container engines take and give files (RUNNER-25).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "base/error.h"

namespace gyr::plugins::runner {

inline constexpr base::ErrorCode container_files{
    "GYR-P075"};  ///< files that cannot be sent to a container or taken back

/// Who owns the packed files.
struct TarOwner {
  uint32_t user = 0;
  uint32_t group = 0;
};

/// Packs everything below a directory: files, folders and links, with their modes; the directory itself is `folder`
/// (`.` for none), open to every user, as those of a container need not be known here. Blocking.
base::Result<void> pack_directory(const std::filesystem::path& directory, const std::filesystem::path& archive,
                                  TarOwner owner, std::string_view folder = ".");

/// Unpacks an archive whose entries lie below one folder, as an engine gives them, into a directory: without that
/// folder, over what is there, with modes. Nothing is written outside, whatever the names and links say; devices and
/// pipes are left out. Blocking.
base::Result<void> unpack_below(const std::filesystem::path& archive, const std::filesystem::path& directory);

}  // namespace gyr::plugins::runner
