// Which object has the content of a revision of a namespace file. Two servers may write the same revision at the same
// time; each has an object of its own, and the row that was committed names the right one.
#include "store/sql/migrations/migrations.h"

namespace gyr::store::migrations {
namespace {

constexpr std::string_view file_contents_schema = R"sql(
ALTER TABLE namespace_files ADD COLUMN content TEXT NOT NULL DEFAULT '';
)sql";

}  // namespace

const Step step_0016{16, "file contents", file_contents_schema, {}};

}  // namespace gyr::store::migrations
