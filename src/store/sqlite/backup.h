// A consistent copy of a store that is in use.
#pragma once

#include "store/sqlite/log_filer.h"
#include "store/sqlite/writer.h"

namespace gyr::store::sqlite {

/// Copies all databases into a new or empty folder. First the day files, while the journal keeps every line that is
/// filed from then on; then the main database with that journal, in steps on the writer's connection, so that changes
/// made meanwhile go into the copy too. The copy is the store at one commit; what its day files lack is filed when it
/// is opened. Blocks; any thread but the writer's and the filer's. On failure the folder keeps nothing of it.
base::Result<void> backup(const std::string& folder, Writer& writer, LogFiler& filer, LogDays& days,
                          const std::string& vfs);

}  // namespace gyr::store::sqlite
