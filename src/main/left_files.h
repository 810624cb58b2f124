// Removes the files of deleted executions.
#pragma once

#include "storage/storage.h"
#include "store/store.h"

namespace gyr::main {

/// Removes the files that Store::left_files() lists, and records that in the store. Files that the storage does not
/// remove stay listed for the next call. Returns the number of executions whose files were removed. Fails if the store
/// fails. Blocks.
base::Result<size_t> remove_left_files(store::Store& store, storage::Storage& storage);

}  // namespace gyr::main
