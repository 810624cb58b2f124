// Internal storage in a folder of this machine (STOR-7).
#pragma once

#include <filesystem>
#include <memory>

#include "storage/storage.h"

namespace gyr::storage {

/// Objects are the files `<folder>/<tenant>/<path>`. What is being written lies in `<folder>/.incoming` and is moved to its
/// place when it is whole and on disk; what a process that died left there is removed here. Symbolic links are not
/// followed out of the folder. Makes the folder where it is missing. Any thread.
base::Result<std::unique_ptr<Storage>> open_local_storage(const std::filesystem::path& folder);

}  // namespace gyr::storage
