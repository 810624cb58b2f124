// The configuration of namespaces (GOV-1).
#include "store/sql/migrations/migrations.h"

namespace gyr::store::migrations {
namespace {

constexpr std::string_view namespaces_schema = R"sql(
CREATE TABLE namespaces(
  tenant TEXT NOT NULL, id TEXT NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY(tenant, id)) STRICT, WITHOUT ROWID;
)sql";

}  // namespace

const Step step_0007{7, "namespaces", namespaces_schema, {}};

}  // namespace gyr::store::migrations
