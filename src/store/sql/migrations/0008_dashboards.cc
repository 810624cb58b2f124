// Dashboards (CORE-110).
#include "store/sql/migrations/migrations.h"

namespace gyr::store::migrations {
namespace {

constexpr std::string_view dashboards_schema = R"sql(
CREATE TABLE dashboards(
  tenant TEXT NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL, description TEXT NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL,
  source BLOB NOT NULL, PRIMARY KEY(tenant, id)) STRICT;
)sql";

}  // namespace

const Step step_0008{8, "dashboards", dashboards_schema, {}};

}  // namespace gyr::store::migrations
