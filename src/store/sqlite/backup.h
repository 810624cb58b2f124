// A consistent copy of a store in use.
#pragma once

#include <filesystem>

#include "store/sqlite/log_filer.h"
#include "store/sqlite/writer.h"

namespace gyr::store::sqlite {

/// Copies all databases into a new or empty folder. First the day files, while the journal keeps every line that is
/// moved to them from then on; then the main database with that journal, in steps on the connection of the writer, so
/// that concurrent changes are included. The copy is the store at one commit; lines that are missing in its day files
/// are moved there when it is opened. Blocks; call it on any thread except those of the writer and the log filer. After
/// a failure, the folder contains nothing of the copy.
base::Result<void> backup(const std::string& folder, Writer& writer, LogFiler& filer, LogDays& days,
                          const std::string& vfs);

/// Copies a whole database into a new file, which is on disk then. Blocks; the thread of `from`.
base::Result<void> copy_database(Connection& from, const std::filesystem::path& to, const std::string& vfs);

}  // namespace gyr::store::sqlite
