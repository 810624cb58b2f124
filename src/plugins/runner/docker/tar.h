// Archives in tar format, as container engines accept and return files (RUNNER-25).
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

/// Packs everything below a directory: files, folders and links, with their modes. The directory itself becomes
/// `folder` (`.`: no folder) and is open to every user, because the users of the container are unknown. Blocking.
base::Result<void> pack_directory(const std::filesystem::path& directory, const std::filesystem::path& archive,
                                  TarOwner owner, std::string_view folder = ".");

/// Unpacks an archive from an engine, whose entries are below one folder, into a directory: without that folder,
/// overwriting existing files, with modes. Nothing is written outside of the directory, whatever the names and links
/// are; devices and pipes are skipped. Blocking.
base::Result<void> unpack_below(const std::filesystem::path& archive, const std::filesystem::path& directory);

}  // namespace gyr::plugins::runner
