// Deleted executions whose files can still exist. The commit that deletes their rows adds them; they are removed after
// their files are deleted.
#include "store/sql/migrations/migrations.h"

namespace gyr::store::migrations {
namespace {

constexpr std::string_view left_files_schema = R"sql(
CREATE TABLE left_files(execution BLOB PRIMARY KEY, flow INTEGER NOT NULL) STRICT, WITHOUT ROWID;
)sql";

}  // namespace

const Step step_0010{10, "left_files", left_files_schema, {}};

}  // namespace gyr::store::migrations
