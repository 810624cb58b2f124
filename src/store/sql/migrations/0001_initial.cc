// The schema as it began.
#include "store/sql/migrations/migrations.h"

namespace gyr::store::migrations {
namespace {

// Numbers stand for what is long and repeated: `owners` for tenants, namespaces and flows, `executions.number` for ids
// of executions. Rows that are wide and only grow at the end are rowid tables (SQLite fills their pages to the brim);
// narrow ones whose key is all that is looked for are WITHOUT ROWID. Times are microseconds since 1970.
constexpr std::string_view initial_schema = R"sql(
CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- kind: 0 a tenant, 1 a namespace, 2 a flow. revision: the flow's newest one, 0 where it has none.
CREATE TABLE owners(
  number INTEGER PRIMARY KEY,
  tenant TEXT NOT NULL, kind INTEGER NOT NULL, namespace TEXT NOT NULL, flow TEXT NOT NULL,
  tenant_number INTEGER NOT NULL, namespace_number INTEGER NOT NULL, slot INTEGER NOT NULL,
  revision INTEGER NOT NULL DEFAULT 0, deleted INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE UNIQUE INDEX owners_by_name ON owners(tenant, kind, namespace, flow);

CREATE TABLE flows(
  flow INTEGER NOT NULL, revision INTEGER NOT NULL,
  deleted INTEGER NOT NULL, disabled INTEGER NOT NULL, updated INTEGER NOT NULL,
  labels BLOB NOT NULL, description BLOB NOT NULL, exception BLOB NOT NULL, source BLOB NOT NULL,
  PRIMARY KEY(flow, revision)) STRICT;

-- lane: see lane.h. duration: NULL until ended. activity: 0 ended, 1 active, 2 idle. record: see record.h.
CREATE TABLE executions(
  number INTEGER PRIMARY KEY,
  id BLOB NOT NULL,
  tenant INTEGER NOT NULL, flow INTEGER NOT NULL, slot INTEGER NOT NULL,
  lane INTEGER NOT NULL, started INTEGER NOT NULL, duration INTEGER,
  activity INTEGER NOT NULL, wake_at INTEGER, caller BLOB,
  record BLOB NOT NULL) STRICT;
CREATE UNIQUE INDEX executions_by_id ON executions(id);
CREATE INDEX executions_by_tenant ON executions(tenant, lane, started, flow, duration);
CREATE INDEX executions_by_flow ON executions(flow, lane, started, duration);
CREATE INDEX executions_open ON executions(id, slot, activity, started) WHERE activity <> 0;
CREATE INDEX executions_waking ON executions(wake_at, slot, id) WHERE wake_at IS NOT NULL;
CREATE INDEX executions_by_caller ON executions(caller, number) WHERE caller IS NOT NULL;

-- Few task runs are found by walking; from position 64 on an index knows them by id.
CREATE TABLE task_runs(
  execution INTEGER NOT NULL, position INTEGER NOT NULL, run BLOB NOT NULL, record BLOB NOT NULL,
  PRIMARY KEY(execution, position)) STRICT, WITHOUT ROWID;
CREATE INDEX task_runs_by_id ON task_runs(execution, run) WHERE position >= 64;

CREATE TABLE label_keys(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
-- class: kind and childhood of the execution (lane.h), so that usual lists need not look at it.
CREATE TABLE labels(
  tenant INTEGER NOT NULL, label INTEGER NOT NULL, value TEXT NOT NULL, class INTEGER NOT NULL,
  started INTEGER NOT NULL, execution INTEGER NOT NULL,
  PRIMARY KEY(tenant, label, value, class, started, execution)) STRICT, WITHOUT ROWID;

-- Counts of executions: level 0 all, 1 by hour, 2 by two seconds of their start; durations are summed by hour only.
CREATE TABLE rollups(
  level INTEGER NOT NULL, owner INTEGER NOT NULL, lane INTEGER NOT NULL, bucket INTEGER NOT NULL,
  count INTEGER NOT NULL, duration INTEGER NOT NULL,
  PRIMARY KEY(level, owner, lane, bucket)) STRICT, WITHOUT ROWID;

-- Large values, once an execution, and how many of its rows refer to each.
CREATE TABLE blob_references(
  execution INTEGER NOT NULL, hash BLOB NOT NULL, rows INTEGER NOT NULL, blob INTEGER NOT NULL,
  PRIMARY KEY(execution, hash)) STRICT, WITHOUT ROWID;
CREATE TABLE blobs(number INTEGER PRIMARY KEY, content BLOB NOT NULL) STRICT;

-- Executions that are gone but whose task runs and blobs are still being removed, step by step.
CREATE TABLE removals(execution INTEGER PRIMARY KEY) STRICT;

CREATE TABLE metrics(
  execution BLOB NOT NULL, key BLOB NOT NULL, flow INTEGER, record BLOB NOT NULL,
  PRIMARY KEY(execution, key)) STRICT, WITHOUT ROWID;

CREATE TABLE inbox(
  sequence INTEGER PRIMARY KEY, id BLOB NOT NULL, slot INTEGER NOT NULL, target BLOB, flow INTEGER, kind INTEGER NOT NULL,
  payload BLOB NOT NULL) STRICT;
CREATE UNIQUE INDEX inbox_by_id ON inbox(id);

-- deleted: a tombstone that keeps the revision (KV-7).
CREATE TABLE kv(
  tenant TEXT NOT NULL, namespace TEXT NOT NULL, key TEXT NOT NULL,
  revision INTEGER NOT NULL, deleted INTEGER NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL, expires INTEGER,
  type TEXT NOT NULL, description TEXT NOT NULL, value BLOB NOT NULL,
  PRIMARY KEY(tenant, namespace, key)) STRICT;
CREATE INDEX kv_expiring ON kv(expires) WHERE expires IS NOT NULL;

CREATE TABLE namespace_files(
  tenant TEXT NOT NULL, namespace TEXT NOT NULL, path TEXT NOT NULL, revision INTEGER NOT NULL,
  deleted INTEGER NOT NULL, size INTEGER NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL,
  PRIMARY KEY(tenant, namespace, path, revision)) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency(
  tenant TEXT NOT NULL, key BLOB NOT NULL, execution BLOB NOT NULL, created INTEGER NOT NULL,
  PRIMARY KEY(tenant, key)) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_by_age ON idempotency(created);

-- Log lines on their way to the day files, one row a commit and day (log_journal.h).
CREATE TABLE log_journal(number INTEGER PRIMARY KEY, day INTEGER NOT NULL, record BLOB NOT NULL) STRICT;
)sql";

constexpr std::string_view logs_schema = R"sql(
-- applied: number of the last row of the journal that is in this file; last: the newest timestamp.
CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES('applied', 0), ('last', 0);

-- What lines come from: a task run, an execution itself (run: zero), or a trigger (execution: zero, run: a hash of its name).
CREATE TABLE sources(
  number INTEGER PRIMARY KEY, execution BLOB NOT NULL, run BLOB NOT NULL, tenant INTEGER NOT NULL, flow INTEGER NOT NULL,
  task TEXT NOT NULL, trigger_id TEXT NOT NULL) STRICT;
CREATE UNIQUE INDEX sources_by_run ON sources(execution, run);
CREATE INDEX sources_by_flow ON sources(flow);

-- id: source * 2^32 + sequence, so that a line written again replaces itself.
CREATE TABLE lines(
  id INTEGER PRIMARY KEY, tenant INTEGER NOT NULL, flow INTEGER NOT NULL, level INTEGER NOT NULL, timestamp INTEGER NOT NULL,
  attempt INTEGER NOT NULL, thread TEXT NOT NULL, message BLOB NOT NULL) STRICT;
CREATE INDEX lines_by_time ON lines(tenant, level, timestamp, flow);
)sql";

}  // namespace

const Step step_0001{1, "initial", initial_schema, logs_schema};

}  // namespace gyr::store::migrations
