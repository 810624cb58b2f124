// Executions that are gone and whose files may still be there: named in the commit that removes their rows, until
// somebody has removed the files.
#include "store/migrations/migrations.h"

namespace gyr::store::migrations {
namespace {

constexpr std::string_view left_files_schema = R"sql(
CREATE TABLE left_files(execution BLOB PRIMARY KEY, flow INTEGER NOT NULL) STRICT, WITHOUT ROWID;
)sql";

}  // namespace

const Step step_0010{10, "left_files", left_files_schema, {}};

}  // namespace gyr::store::migrations
