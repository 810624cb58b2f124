// The embedded store: SQLite files in one folder.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.h"
#include "store/sqlite/retention_periods.h"
#include "store/store.h"

namespace gyr::store {

/// The location and the settings of a store.
struct SqliteOptions {
  std::filesystem::path folder;  ///< created if missing
  const base::Clock* clock = nullptr;
  Retention retention;
  size_t reader_threads = 2;
  int64_t main_page_limit = 0;  ///< maximum number of 4 KB pages of the main database; 0: limited by the disk
  /// The number of executions in a block of the text index: a page of the database then contains one bit of all of
  /// them. Tests use a smaller number.
  uint32_t text_block_executions = 32'000;
  std::string vfs;  ///< the name of a registered SQLite VFS; empty: the default
  /// The maximum duration of a snapshot, and therefore of a query (principle: short transactions). Tests with
  /// sanitizers, which read much more slowly, use a longer one.
  std::chrono::nanoseconds snapshot_time = std::chrono::seconds(1);
};

/// Opens or creates the store in a folder. Fails if another store has locked it (store_busy), it cannot be written
/// (store_read_only), it is damaged (store_damaged, without changes) or of a later version (store_too_new).
base::Result<std::unique_ptr<Store>> open_sqlite(SqliteOptions options);

}  // namespace gyr::store
