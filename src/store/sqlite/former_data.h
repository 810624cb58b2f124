// The data as they were before a step of the schema that rewrites rows.
#pragma once

#include <filesystem>

#include "base/error.h"
#include "store/sqlite/connection.h"

namespace gyr::store::sqlite {

/// Where the steps up to the newest schema rewrite rows of this database, copies it into a file beside it
/// (`gyrfalcon.db.schema-12` with the number that it has) and answers true. A copy that is there is replaced: the
/// start that made it has not ended. Error: store_full where there is no room for the copy and for the rewriting; then
/// nothing has changed.
base::Result<bool> keep_former_data(Connection& main, const std::string& vfs);

/// Removes what keep_former_data() left at an earlier start. A file that cannot be removed is logged and left.
void remove_former_data(const std::filesystem::path& folder);

}  // namespace gyr::store::sqlite
