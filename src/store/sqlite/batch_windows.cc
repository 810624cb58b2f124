// Time windows of Flow triggers in a batch.
#include "store/sqlite/batch_writer.h"

namespace gyr::store::sqlite {

base::Result<void> BatchWriter::put_window(const WindowRow& row) {
  if (row.flow == nullptr) return base::fail(store_failed, "a window has a flow");
  GYR_TRY(Owner owner, owners_.of_flow(*row.flow));
  Query put = main_.query(
      "INSERT INTO windows(flow, trigger_id, window_id, start, expires, record) VALUES(?,?,?,?,?,?) "
      "ON CONFLICT DO UPDATE SET expires=excluded.expires, record=excluded.record");
  return put.bind(owner.flow, row.trigger_id, row.window_id, row.start, row.expires.to_micros(), Blob{row.record})
      .run();
}

base::Result<void> BatchWriter::remove_windows(const Batch::WindowDelete& windows) {
  GYR_TRY(Owner owner, owners_.of_flow(windows.flow));
  if (windows.trigger_id.empty()) {
    Query all = main_.query("DELETE FROM windows WHERE flow=?");
    return all.bind(owner.flow).run();
  }
  Query one = main_.query("DELETE FROM windows WHERE flow=? AND trigger_id=? AND window_id=? AND start=?");
  return one.bind(owner.flow, windows.trigger_id, windows.window_id, windows.start).run();
}

}  // namespace gyr::store::sqlite
