// Templates, in all versions: an execution continues with the versions of its start (TASK-41).
#include "store/sql/migrations/migrations.h"

namespace gyr::store::migrations {
namespace {

constexpr std::string_view templates_schema = R"sql(
CREATE TABLE templates(
  tenant TEXT NOT NULL, namespace TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, deleted INTEGER NOT NULL, updated INTEGER NOT NULL,
  source BLOB NOT NULL, PRIMARY KEY(tenant, namespace, id, version)) STRICT;
)sql";

}  // namespace

const Step step_0009{9, "templates", templates_schema, {}};

}  // namespace gyr::store::migrations
