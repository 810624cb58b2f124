// The record of a kill switch: the data that is not in columns (OPS-13).
#include "base/record.h"
#include "store/sql/record.h"

namespace gyr::base {

template <>
inline constexpr uint64_t value_count<store::SwitchEffect> = 4;

}  // namespace gyr::base

namespace gyr::store {
namespace {

template <class Visitor, class Row>
void kill_switch_fields(Visitor& visit, Row& row) {
  visit(1, row.name);
  visit(2, row.tenant);
  visit(3, row.namespace_);
  visit(4, row.flow);
  visit(5, row.description);
  visit(6, row.executions);
  visit(7, row.start);
  visit(8, row.end);
  visit(9, row.effect);
  visit(10, row.enabled);
  visit(11, row.deleted);
  visit.unknown(row.unknown_fields);
}

}  // namespace

std::string encode_kill_switch(const KillSwitchRow& row) {
  std::string record;
  base::RecordWriter writer(record);
  kill_switch_fields(writer, row);
  return record;
}

base::Result<void> decode_kill_switch(std::string_view record, KillSwitchRow& row) {
  base::RecordReader reader(record);
  kill_switch_fields(reader, row);
  return reader.finish();
}

}  // namespace gyr::store
