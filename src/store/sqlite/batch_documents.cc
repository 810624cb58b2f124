// Documents of a batch.
#include "store/sqlite/batch_writer.h"

namespace gyr::store::sqlite {

base::Result<void> BatchWriter::put_document(const DocumentRow& row) {
  if (row.read_revision) {
    Query stored = main_.query("SELECT revision FROM documents WHERE kind=? AND key=?");
    stored.bind(row.kind, row.key);
    GYR_CHECK(check_revision(row.read_revision, stored, fmt::format("the {} of {}", row.kind, row.key)));
  }
  Query put = main_.query(
      "INSERT INTO documents(kind, key, revision, updated, expires, content) VALUES(?,?,?,?,?,?) "
      "ON CONFLICT DO UPDATE SET revision=excluded.revision, updated=excluded.updated, expires=excluded.expires, "
      "content=excluded.content");
  put.bind(row.kind, row.key, row.revision, row.updated.to_micros(), micros(row.expires), Blob{row.content});
  return put.run();
}

base::Result<void> BatchWriter::remove_document(const Batch::DocumentDelete& gone) {
  return main_.query("DELETE FROM documents WHERE kind=? AND key=?").bind(gone.kind, gone.key).run();
}

}  // namespace gyr::store::sqlite
