// The states of triggers of a batch.
#include "store/sqlite/batch_writer.h"

namespace gyr::store::sqlite {
base::Result<void> BatchWriter::put_trigger(const TriggerRow& row) {
  if (row.flow == nullptr) return base::fail(store_failed, "a trigger has a flow");
  GYR_TRY(Owner owner, owners_.of_flow(*row.flow));
  std::string record = encode_trigger(row);
  Query put = main_.query(
      "INSERT INTO triggers(flow, trigger_id, slot, kind, next, wake_at, evaluated, updated, disabled, locked, "
      "execution, worker, record) "
      "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET kind=excluded.kind, next=excluded.next, "
      "wake_at=excluded.wake_at, "
      "evaluated=excluded.evaluated, updated=excluded.updated, disabled=excluded.disabled, locked=excluded.locked, "
      "execution=excluded.execution, worker=excluded.worker, record=excluded.record");
  put.bind(owner.flow, row.trigger_id, static_cast<int32_t>(owner.slot), static_cast<int32_t>(row.kind),
           micros(row.next), micros(row.wake_at), micros(row.evaluated), row.updated.to_micros(), row.disabled,
           row.is_locked());
  if (row.execution_id.is_none()) {
    put.bind(nullptr);
  } else {
    put.bind(row.execution_id);
  }
  return put.bind(row.worker_id, Blob{record}).run();
}

base::Result<void> BatchWriter::remove_trigger(const Batch::TriggerDelete& trigger) {
  GYR_TRY(Owner owner, owners_.of_flow(trigger.flow));
  return main_.query("DELETE FROM triggers WHERE flow=? AND trigger_id=?").bind(owner.flow, trigger.trigger_id).run();
}

}  // namespace gyr::store::sqlite
