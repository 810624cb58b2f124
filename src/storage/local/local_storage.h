// Internal storage in a folder of this machine (STOR-7).
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "storage/storage.h"

namespace gyr::storage {

/// What becomes of `.incoming` when a storage is opened.
enum class Incoming : uint8_t {
  clear,  ///< what a process that died left there goes: for the one server of this folder
  leave,  ///< nothing is touched, and nothing made before it is needed: beside a server that may be running
};

/// Objects are the files `<folder>/<tenant>/<path>`. What is being written lies in `<folder>/.incoming` and is moved to
/// its place when it is whole and on disk. Symbolic links are not followed out of the folder. Makes the folder where it
/// is missing, with Incoming::clear. Any thread.
base::Result<std::unique_ptr<Storage>> open_local_storage(const std::filesystem::path& folder,
                                                          Incoming incoming = Incoming::clear);

/// Names of the tenants that have files there.
base::Result<std::vector<std::string>> local_tenants(const std::filesystem::path& folder);

}  // namespace gyr::storage
