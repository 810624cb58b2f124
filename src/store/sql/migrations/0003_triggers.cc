// The states of triggers (TRIG-190).
#include "store/sql/migrations/migrations.h"

namespace gyr::store::migrations {
namespace {

// The record has everything but the key; the columns beside it are what lists are sorted, filtered and woken by.
// `locked`: an execution or an evaluation keeps the next one waiting.
constexpr std::string_view triggers_schema = R"sql(
CREATE TABLE triggers(
  flow INTEGER NOT NULL, trigger_id TEXT NOT NULL, slot INTEGER NOT NULL, kind INTEGER NOT NULL,
  next INTEGER, wake_at INTEGER, evaluated INTEGER, updated INTEGER NOT NULL,
  disabled INTEGER NOT NULL, locked INTEGER NOT NULL, execution BLOB, worker TEXT NOT NULL,
  record BLOB NOT NULL,
  PRIMARY KEY(flow, trigger_id)) STRICT, WITHOUT ROWID;
CREATE INDEX triggers_waking ON triggers(wake_at, slot) WHERE wake_at IS NOT NULL;
CREATE INDEX triggers_hosted ON triggers(slot, kind) WHERE kind <> 0;
)sql";

}  // namespace

const Step step_0003{3, "triggers", triggers_schema, {}};

}  // namespace gyr::store::migrations
