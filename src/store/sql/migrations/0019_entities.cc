// Entities of all kinds in one form (store/api/entities.h). What this step knows of the records is its own: it stays as
// it is when a kind gets more fields.
#include <optional>
#include <string>
#include <string_view>

#include "base/record.h"
#include "base/text.h"
#include "store/sql/migrations/migrations.h"

namespace gyr::store::migrations {
namespace {

using base::RecordWriter;

constexpr uint32_t level = 1;

// `record` first has the former columns, as the rewriting functions below read them.
constexpr std::string_view entities_schema = R"sql(
CREATE TABLE entities(
  kind TEXT NOT NULL, tenant TEXT NOT NULL, namespace TEXT NOT NULL, id TEXT NOT NULL, revision INTEGER NOT NULL, deleted INTEGER NOT NULL,
  created INTEGER NOT NULL, updated INTEGER NOT NULL, text TEXT NOT NULL, record BLOB NOT NULL, PRIMARY KEY(kind, tenant, namespace, id)) STRICT;
CREATE TABLE entity_revisions(
  kind TEXT NOT NULL, tenant TEXT NOT NULL, namespace TEXT NOT NULL, id TEXT NOT NULL, revision INTEGER NOT NULL, deleted INTEGER NOT NULL,
  created INTEGER NOT NULL, updated INTEGER NOT NULL, record BLOB NOT NULL, PRIMARY KEY(kind, tenant, namespace, id, revision)) STRICT;
INSERT INTO entities SELECT 'namespace', tenant, id, id, 1, 0, created, updated, lower(id), body FROM namespaces;
INSERT INTO entities SELECT 'dashboard', tenant, '', id, 1, 0, created, updated,
  lower(id || char(10) || title || char(10) || description),
  CAST(hex(title) || ' ' || hex(description) || ' ' || hex(source) AS BLOB) FROM dashboards;
INSERT INTO entities SELECT 'kill-switch', '', '', id, 1, 0, 0, 0, lower(id), record FROM kill_switches;
INSERT INTO entity_revisions SELECT 'template', tenant, namespace, id, version, deleted, updated, updated, source FROM templates;
INSERT INTO entity_revisions SELECT 'reusable-inputs', tenant, namespace, id, revision, deleted, updated, updated, source FROM reusable_inputs;
INSERT INTO entities SELECT kind, tenant, namespace, id, revision, deleted, created, updated,
  lower(id || char(10) || namespace || '.' || id), record
  FROM entity_revisions r WHERE NOT EXISTS (SELECT 1 FROM entity_revisions n WHERE n.kind=r.kind AND n.tenant=r.tenant
  AND n.namespace=r.namespace AND n.id=r.id AND n.revision>r.revision);
DELETE FROM entity_revisions WHERE EXISTS (SELECT 1 FROM entities e WHERE e.kind=entity_revisions.kind
  AND e.tenant=entity_revisions.tenant AND e.namespace=entity_revisions.namespace AND e.id=entity_revisions.id
  AND e.revision=entity_revisions.revision);
DROP TABLE namespaces;
DROP TABLE dashboards;
DROP TABLE templates;
DROP TABLE reusable_inputs;
DROP TABLE kill_switches;
)sql";

std::optional<std::string> rewrite_namespace(std::string_view body) {
  const auto value = base::decode_value(body);
  if (!value) return std::nullopt;
  std::string record;
  RecordWriter(record, level)(1, *value);
  return record;
}

std::optional<std::string> of_hex(std::string_view digits) {
  const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; };
  if (digits.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (size_t at = 0; at < digits.size(); at += 2) {
    const int high = digit(digits[at]), low = digit(digits[at + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

std::optional<std::string> rewrite_dashboard(std::string_view columns) {
  std::string record;
  RecordWriter out(record, level);
  uint32_t number = 0;
  for (const std::string_view column : base::split(columns, ' ')) {
    auto text = of_hex(column);
    if (!text || ++number > 3) return std::nullopt;
    out(number, *text);
  }
  return number == 3 ? std::optional(record) : std::nullopt;
}

std::optional<std::string> rewrite_source(std::string_view source) {
  std::string record;
  RecordWriter(record, level)(1, std::string(source));
  return record;
}

enum Form : int64_t { as_it_is = 0, namespace_body = 1, dashboard_columns = 2, source = 3 };

constexpr std::string_view form_of_kind =
    "CASE kind WHEN 'namespace' THEN 1 WHEN 'dashboard' THEN 2 WHEN 'kill-switch' THEN 0 ELSE 3 END";

std::optional<std::string> rewrite_entity(std::string_view bytes, int64_t form) {
  switch (form) {
    case namespace_body: return rewrite_namespace(bytes);
    case dashboard_columns: return rewrite_dashboard(bytes);
    case source: return rewrite_source(bytes);
    default: return std::string(bytes);
  }
}

constexpr RewrittenRows rewritten[] = {{"entities", "record", form_of_kind, rewrite_entity},
                                       {"entity_revisions", "record", form_of_kind, rewrite_entity}};

}  // namespace

const Step step_0019{19, "entities", entities_schema, {}, rewritten};

}  // namespace gyr::store::migrations
