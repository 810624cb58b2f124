// Earlier versions of keys (KV-1), and secrets (SEC-5 to SEC-9).
#include "store/sql/migrations/migrations.h"

namespace gyr::store::migrations {
namespace {

// The triggers keep the history, not the program: a version before this one, which may still write while servers are
// exchanged one after the other, keeps it too.
constexpr std::string_view data_schema = R"sql(
CREATE TABLE kv_history(
  tenant TEXT NOT NULL, namespace TEXT NOT NULL, key TEXT NOT NULL, revision INTEGER NOT NULL,
  deleted INTEGER NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL, expires INTEGER,
  type TEXT NOT NULL, description TEXT NOT NULL, value BLOB NOT NULL,
  PRIMARY KEY(tenant, namespace, key, revision)) STRICT;
CREATE TRIGGER kv_overwritten BEFORE UPDATE OF revision ON kv WHEN new.revision > old.revision BEGIN
  INSERT OR REPLACE INTO kv_history VALUES(old.tenant, old.namespace, old.key, old.revision, old.deleted, old.created, old.updated,
    old.expires, old.type, old.description, old.value);
END;
CREATE TRIGGER kv_forgotten AFTER DELETE ON kv BEGIN
  DELETE FROM kv_history WHERE tenant=old.tenant AND namespace=old.namespace AND key=old.key;
END;

-- value: encrypted, in base64; key_id: of the key it is encrypted with.
CREATE TABLE secrets(
  tenant TEXT NOT NULL, namespace TEXT NOT NULL, key TEXT NOT NULL,
  description TEXT NOT NULL, tags BLOB NOT NULL, key_id TEXT NOT NULL, value TEXT NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL,
  PRIMARY KEY(tenant, namespace, key)) STRICT, WITHOUT ROWID;
)sql";

}  // namespace

const Step step_0005{5, "data", data_schema, {}};

}  // namespace gyr::store::migrations
