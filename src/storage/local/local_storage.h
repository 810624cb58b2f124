// Internal storage in a folder of this machine (STOR-7).
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "storage/storage.h"

namespace gyr::storage {

/// What happens to `.incoming` when a storage is opened.
enum class Incoming : uint8_t {
  clear,  ///< files of a process that died are removed: for the only server of this folder
  leave,  ///< nothing is changed, and nothing has to exist: while a server may be running
};

/// Objects are the files `<folder>/<tenant>/<path>`. A file is written to `<folder>/.incoming` and is moved to its
/// place when it is complete and on disk. Symbolic links are not followed out of the folder. Creates a missing folder,
/// with Incoming::clear. Any thread.
base::Result<std::unique_ptr<Storage>> open_local_storage(const std::filesystem::path& folder,
                                                          Incoming incoming = Incoming::clear);

/// The names of the tenants that have files.
base::Result<std::vector<std::string>> local_tenants(const std::filesystem::path& folder);

}  // namespace gyr::storage
