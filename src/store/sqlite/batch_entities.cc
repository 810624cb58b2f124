// Namespaces, dashboards, templates and reusable inputs of a batch.
#include "base/codec.h"
#include "store/sqlite/batch_writer.h"

namespace gyr::store::sqlite {

base::Result<void> BatchWriter::put_namespace(const NamespaceRow& row) {
  const std::string body = base::encode_value(row.body);
  Query put = main_.query(
      "INSERT INTO namespaces(tenant, id, created, updated, body) VALUES(?,?,?,?,?) "
      "ON CONFLICT DO UPDATE SET updated=excluded.updated, body=excluded.body");
  return put.bind(row.tenant, row.id, row.created.to_micros(), row.updated.to_micros(), Blob{body}).run();
}

base::Result<void> BatchWriter::put_dashboard(const DashboardRow& row) {
  Query put = main_.query(
      "INSERT INTO dashboards(tenant, id, title, description, created, updated, source) VALUES(?,?,?,?,?,?,?) "
      "ON CONFLICT DO UPDATE SET title=excluded.title, description=excluded.description, updated=excluded.updated, "
      "source=excluded.source");
  put.bind(row.tenant, row.id, row.title, row.description, row.created.to_micros(), row.updated.to_micros(),
           Blob{row.source});
  return put.run();
}

base::Result<void> BatchWriter::put_template(const TemplateRow& row) {
  if (row.read_revision) {
    Query stored = main_.query(
        "SELECT CASE WHEN deleted THEN 0 ELSE version END FROM templates WHERE tenant=? AND namespace=? AND id=? "
        "ORDER BY version DESC LIMIT 1");
    stored.bind(row.tenant, row.namespace_, row.id);
    GYR_CHECK(check_revision(row.read_revision, stored, fmt::format("the template {}.{}", row.namespace_, row.id)));
  }
  // The newest version says whether the template exists.
  Query put = main_.query(
      "INSERT INTO templates(tenant, namespace, id, version, deleted, updated, source) "
      "SELECT ?1, ?2, ?3, last + 1, ?4, ?5, ?6 FROM "
      "(SELECT COALESCE(MAX(version), 0) AS last FROM templates WHERE tenant=?1 AND namespace=?2 AND id=?3) "
      "WHERE ?7=0 OR last=0 OR "
      "(SELECT deleted FROM templates WHERE tenant=?1 AND namespace=?2 AND id=?3 AND version=last)=1");
  put.bind(row.tenant, row.namespace_, row.id, row.deleted ? 1 : 0, row.updated.to_micros(), Blob{row.source},
           row.version == new_template ? 1 : 0);
  GYR_CHECK(put.run());
  if (main_.changed_rows() == 1) return {};
  return base::fail(store_conflict, fmt::format("the template {}.{} already exists", row.namespace_, row.id));
}

base::Result<void> BatchWriter::put_reusable_inputs(const ReusableInputsRow& row) {
  if (row.read_revision) {
    Query stored = main_.query(
        "SELECT revision FROM reusable_inputs WHERE tenant=? AND namespace=? AND id=? ORDER BY revision DESC LIMIT 1");
    stored.bind(row.tenant, row.namespace_, row.id);
    GYR_CHECK(
        check_revision(row.read_revision, stored, fmt::format("the reusable inputs {}.{}", row.namespace_, row.id)));
  }
  Query put = main_.query(
      "INSERT INTO reusable_inputs(tenant, namespace, id, revision, deleted, updated, source) SELECT ?1, ?2, ?3, "
      "COALESCE(MAX(revision), 0) + 1, ?4, ?5, ?6 FROM reusable_inputs WHERE tenant=?1 AND namespace=?2 AND id=?3");
  put.bind(row.tenant, row.namespace_, row.id, row.deleted ? 1 : 0, row.updated.to_micros(), Blob{row.source});
  return put.run();
}

base::Result<void> BatchWriter::remove_entities(const Batch& batch) {
  for (const auto& gone : batch.deleted_namespaces) {
    GYR_CHECK(main_.query("DELETE FROM namespaces WHERE tenant=? AND id=?").bind(gone.tenant, gone.id).run());
  }
  for (const auto& gone : batch.deleted_dashboards) {
    GYR_CHECK(main_.query("DELETE FROM dashboards WHERE tenant=? AND id=?").bind(gone.tenant, gone.id).run());
  }
  return {};
}

}  // namespace gyr::store::sqlite
