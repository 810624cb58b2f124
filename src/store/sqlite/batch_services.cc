// Services of servers, and revisions of flows that are forgotten, in a batch.
#include "base/codec.h"
#include "store/sqlite/batch_writer.h"

namespace gyr::store::sqlite {

base::Result<void> BatchWriter::put_service(const model::Service& service) {
  const std::string body = base::encode_value(model::to_value(service));
  const bool active = service.state != model::ServiceState::inactive;
  if (service.sequence == 1) {
    Query insert = main_.query("INSERT INTO services(id, active, sequence, body) VALUES(?,?,1,?)");
    return insert.bind(service.id, active, Blob{body}).run();
  }
  Query update = main_.query("UPDATE services SET active=?2, sequence=?3, body=?4 WHERE id=?1 AND sequence=?3-1");
  GYR_CHECK(update.bind(service.id, active, service.sequence, Blob{body}).run());
  if (main_.changed_rows() == 1) return {};
  return base::fail(store_conflict, "the service " + service.id.to_text() + " was changed by another server");
}

base::Result<void> BatchWriter::remove_service(base::Id id) {
  return main_.query("DELETE FROM services WHERE id=?").bind(id).run();
}

base::Result<void> BatchWriter::remove_revision(const Batch::RevisionDelete& revision) {
  Query remove = main_.query(
      "DELETE FROM flows WHERE revision=?4 AND flow=(SELECT number FROM owners "
      "WHERE tenant=?1 AND kind=2 AND namespace=?2 AND flow=?3 AND revision<>?4)");
  return remove.bind(revision.flow.tenant, revision.flow.namespace_, revision.flow.id, revision.revision).run();
}

}  // namespace gyr::store::sqlite
