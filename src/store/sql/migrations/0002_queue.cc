// Executions that wait for a slot of their flow's concurrency limit, in the order in which they were queued (EXEC-61).
#include "store/sql/migrations/migrations.h"

namespace gyr::store::migrations {
namespace {

// Set while an execution is QUEUED and at no other time, so that the index holds only what waits.
constexpr std::string_view queue_schema = R"sql(
ALTER TABLE executions ADD COLUMN queued_at INTEGER;
CREATE INDEX executions_queued ON executions(slot, flow, queued_at, id) WHERE queued_at IS NOT NULL;
)sql";

}  // namespace

const Step step_0002{2, "queue", queue_schema, {}};

}  // namespace gyr::store::migrations
