// Kill switches and maintenance mode of a batch (EXEC-99).
#include "store/sql/record.h"
#include "store/sqlite/batch_writer.h"

namespace gyr::store::sqlite {

base::Result<void> BatchWriter::put_kill_switch(const KillSwitchRow& row) {
  const std::string record = encode_kill_switch(row);
  Query put =
      main_.query("INSERT INTO kill_switches(id, record) VALUES(?,?) ON CONFLICT DO UPDATE SET record=excluded.record");
  return put.bind(row.id, Blob{record}).run();
}

base::Result<void> BatchWriter::put_maintenance(const MaintenanceRow& row) {
  Query put = main_.query(
      "INSERT INTO maintenance(number, active, since) VALUES(1,?,?) "
      "ON CONFLICT DO UPDATE SET active=excluded.active, since=excluded.since");
  return put.bind(row.on ? 1 : 0, row.since.to_micros()).run();
}

}  // namespace gyr::store::sqlite
