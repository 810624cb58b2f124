// What operators hold back: kill switches and maintenance mode (EXEC-99).
#include "store/sql/migrations/migrations.h"

namespace gyr::store::migrations {
namespace {

// record: a value with what is not a column. maintenance: one row, once the mode was entered.
constexpr std::string_view operator_holds_schema = R"sql(
CREATE TABLE kill_switches(id TEXT NOT NULL PRIMARY KEY, record BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE maintenance(number INTEGER PRIMARY KEY CHECK(number = 1), active INTEGER NOT NULL, since INTEGER NOT NULL) STRICT;
)sql";

}  // namespace

const Step step_0011{11, "restraints", operator_holds_schema, {}};

}  // namespace gyr::store::migrations
