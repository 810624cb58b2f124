// A copy of the database from before a step of the schema that rewrites rows.
#pragma once

#include <filesystem>

#include "base/error.h"
#include "store/sqlite/connection.h"

namespace gyr::store::sqlite {

/// If a step up to the newest schema rewrites rows of this database, copies it into a file next to it
/// (`gyrfalcon.db.schema-12`, with its current number) and returns true. An existing copy is replaced: it comes from a
/// start that was interrupted. Error: store_full if there is not enough space for the copy and the rewriting; then
/// nothing has changed.
base::Result<bool> keep_former_data(Connection& main, const std::string& vfs);

/// Removes the copies that keep_former_data() made at an earlier start. If a file cannot be removed, a warning is
/// logged.
void remove_former_data(const std::filesystem::path& folder);

}  // namespace gyr::store::sqlite
