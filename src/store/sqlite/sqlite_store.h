// The embedded store: SQLite files in one folder.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.h"
#include "store/store.h"

namespace gyr::store {

/// How long things are kept (docs/limits.md). 0 keeps for ever.
struct Retention {
  int32_t execution_days = 30;  ///< since their end; with task runs, logs, metrics
  int32_t idempotency_days = 7;
  int32_t deleted_key_days = 30;  ///< how long a deleted key's revision is remembered (KV-7)
};

/// Where and how a store is opened.
struct SqliteOptions {
  std::filesystem::path folder;  ///< made if missing
  const base::Clock* clock = nullptr;
  Retention retention;
  size_t reader_threads = 2;
  int64_t main_page_limit = 0;  ///< pages of 4 KB that the main database may have; 0: as the disk has room
  /// Executions of a block of the index of text: a page of the database then holds one bit of all of them. Tests ask
  /// for less.
  uint32_t text_block_executions = 32'000;
  std::string vfs;  ///< name of a registered SQLite VFS; empty: the system's
  /// How long a snapshot lasts, and so a question (principle: short transactions). Tests with sanitizers, which read
  /// many times slower, ask for more.
  std::chrono::nanoseconds snapshot_time = std::chrono::seconds(1);
};

/// Opens, or makes, the store in a folder; refuses one that another store holds (store_busy), that cannot be written
/// (store_read_only), that is damaged (store_damaged, nothing changed) or of a later version (store_too_new).
base::Result<std::unique_ptr<Store>> open_sqlite(SqliteOptions options);

}  // namespace gyr::store
