// Stored entities of a batch, of all kinds (store/api/entities.h).
#include <fmt/format.h>

#include "store/sqlite/batch_writer.h"

namespace gyr::store::sqlite {
namespace {

/// What is stored of an entity.
struct StoredHead {
  int64_t revision = 0;  ///< 0: it never existed
  bool exists = false;   ///< false for a deleted one
  base::Instant created;
};

base::Result<StoredHead> stored_head(Connection& main, const EntityRow& row) {
  Query stored =
      main.query("SELECT revision, deleted, created FROM entities WHERE kind=? AND tenant=? AND namespace=? AND id=?");
  stored.bind(row.kind, row.tenant, row.namespace_, row.id);
  StoredHead head;
  if (stored.next()) head = {stored.integer(0), stored.integer(1) == 0, base::Instant::of_micros(stored.integer(2))};
  GYR_CHECK(stored.finish());
  return head;
}

std::string name_of(const EntityRow& row) {
  const std::string_view dot = row.namespace_.empty() ? "" : ".";
  return fmt::format("the {} {}{}{}", row.kind, row.namespace_, dot, row.id);
}

}  // namespace

base::Result<void> BatchWriter::put_entity(const EntityRow& row) {
  GYR_TRY(const StoredHead stored, stored_head(main_, row));
  GYR_CHECK(compare_revisions(row.read_revision, stored.exists ? stored.revision : 0, name_of(row)));
  if (row.deleted && !stored.exists) return {};
  if (row.deleted && !row.keeps_revisions) {
    Query remove = main_.query("DELETE FROM entities WHERE kind=? AND tenant=? AND namespace=? AND id=?");
    return remove.bind(row.kind, row.tenant, row.namespace_, row.id).run();
  }
  if (row.keeps_revisions && stored.revision > 0) {
    Query keep = main_.query(
        "INSERT INTO entity_revisions(kind, tenant, namespace, id, revision, deleted, created, updated, record) "
        "SELECT kind, tenant, namespace, id, revision, deleted, created, updated, record FROM entities "
        "WHERE kind=? AND tenant=? AND namespace=? AND id=?");
    GYR_CHECK(keep.bind(row.kind, row.tenant, row.namespace_, row.id).run());
  }
  Query put = main_.query(
      "INSERT INTO entities(kind, tenant, namespace, id, revision, deleted, created, updated, text, record) "
      "VALUES(?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET revision=excluded.revision, deleted=excluded.deleted, "
      "created=excluded.created, updated=excluded.updated, text=excluded.text, record=excluded.record");
  const base::Instant created = stored.exists ? stored.created : row.created;
  put.bind(row.kind, row.tenant, row.namespace_, row.id, stored.revision + 1, row.deleted ? 1 : 0, created.to_micros(),
           row.updated.to_micros(), row.text, Blob{row.record});
  return put.run();
}

}  // namespace gyr::store::sqlite
