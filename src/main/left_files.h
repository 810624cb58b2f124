// The files of executions that are gone.
#pragma once

#include "storage/storage.h"
#include "store/store.h"

namespace gyr::main {

/// Removes the files that Store::left_files() names, and tells the store so. What a storage refuses stays named for the
/// next time. Returns of how many executions the files are gone; fails where the store does. Blocks.
base::Result<size_t> remove_left_files(store::Store& store, storage::Storage& storage);

}  // namespace gyr::main
