// Time windows of Flow triggers (TRIG-127).
#include "store/sql/migrations/migrations.h"

namespace gyr::store::migrations {
namespace {

constexpr std::string_view windows_schema = R"sql(
CREATE TABLE windows(
  flow INTEGER NOT NULL, trigger_id TEXT NOT NULL, window_id TEXT NOT NULL, start INTEGER NOT NULL,
  expires INTEGER NOT NULL, record BLOB NOT NULL,
  PRIMARY KEY(flow, trigger_id, window_id, start)) STRICT, WITHOUT ROWID;
CREATE INDEX windows_expiring ON windows(expires);
)sql";

}  // namespace

const Step step_0004{4, "windows", windows_schema, {}};

}  // namespace gyr::store::migrations
