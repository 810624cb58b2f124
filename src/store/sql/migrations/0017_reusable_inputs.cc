// Sets of inputs that flows share, in all revisions.
#include "store/sql/migrations/migrations.h"

namespace gyr::store::migrations {
namespace {

constexpr std::string_view reusable_inputs_schema = R"sql(
CREATE TABLE reusable_inputs(
  tenant TEXT NOT NULL, namespace TEXT NOT NULL, id TEXT NOT NULL, revision INTEGER NOT NULL, deleted INTEGER NOT NULL, updated INTEGER NOT NULL,
  source BLOB NOT NULL, PRIMARY KEY(tenant, namespace, id, revision)) STRICT;
)sql";

}  // namespace

const Step step_0017{17, "reusable inputs", reusable_inputs_schema, {}};

}  // namespace gyr::store::migrations
