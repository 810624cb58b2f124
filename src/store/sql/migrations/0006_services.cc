// Services of servers (EXEC-132), metrics by flow (API-65).
#include "store/sql/migrations/migrations.h"

namespace gyr::store::migrations {
namespace {

// sequence: counts the writes; a writer names the sequence that it read. active: 0 if the state is INACTIVE.
// Ids of executions are in order of time, so that the newest metrics of a flow come first from the end of its range.
constexpr std::string_view services_schema = R"sql(
CREATE TABLE services(
  id BLOB PRIMARY KEY, active INTEGER NOT NULL, sequence INTEGER NOT NULL, body BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX services_active ON services(id) WHERE active=1;
CREATE INDEX metrics_by_flow ON metrics(flow, execution);
)sql";

}  // namespace

const Step step_0006{6, "services", services_schema, {}};

}  // namespace gyr::store::migrations
