// The maintenance mode of a batch (EXEC-99).
#include "store/sqlite/batch_writer.h"

namespace gyr::store::sqlite {

base::Result<void> BatchWriter::put_maintenance(const MaintenanceRow& row) {
  Query put = main_.query(
      "INSERT INTO maintenance(number, active, since) VALUES(1,?,?) "
      "ON CONFLICT DO UPDATE SET active=excluded.active, since=excluded.since");
  return put.bind(row.on ? 1 : 0, row.since.to_micros()).run();
}

}  // namespace gyr::store::sqlite
