// The record of a trigger's state.
#include "base/record.h"
#include "model/record_fields.h"
#include "store/sql/record.h"

namespace gyr::store {
namespace {

template <class Visitor, class Row>
void trigger_fields(Visitor& visit, Row& row) {
  visit(1, row.kind);
  visit(2, row.updated);
  visit(3, row.fingerprint);
  visit(4, row.evaluated);
  visit(5, row.next);
  visit(6, row.last_triggered);
  visit(7, row.evaluating_since);
  visit(8, row.wake_at);
  visit(9, row.execution_id);
  visit(10, row.worker_id);
  visit(11, row.disabled);
  visit(12, row.disabled_in_flow);
  visit(13, row.stop_after);
  visit(14, row.backfill);
  visit(15, row.pending);
  visit(16, row.evaluation);
  visit(17, row.failed_starts);
  visit(18, row.created);
  visit.unknown(row.unknown_fields);
}

}  // namespace

std::string encode_trigger(const TriggerRow& row) {
  std::string record;
  base::RecordWriter writer(record);
  trigger_fields(writer, row);
  return record;
}

base::Result<void> decode_trigger(std::string_view record, TriggerRow& row) {
  base::RecordReader reader(record);
  trigger_fields(reader, row);
  return reader.finish();
}

}  // namespace gyr::store
