// The record of a kill switch: the data that is not in columns (OPS-13).
#include "base/codec.h"
#include "store/record.h"

namespace gyr::store {
namespace {

constexpr uint8_t version = 1;

}  // namespace

std::string encode_kill_switch(const KillSwitchRow& row) {
  std::string out;
  base::Encoder encoder(out);
  encoder.byte(version);
  for (const std::string* text : {&row.name, &row.tenant, &row.namespace_, &row.flow, &row.description})
    encoder.bytes(*text);
  encoder.varint(row.executions.size());
  for (const base::Id& id : row.executions) encoder.id(id);
  encoder.instant(row.start);
  encoder.boolean(row.end.has_value());
  if (row.end) encoder.instant(*row.end);
  encoder.byte(static_cast<uint8_t>(row.effect));
  encoder.boolean(row.enabled);
  encoder.boolean(row.deleted);
  return out;
}

base::Result<void> decode_kill_switch(std::string_view record, KillSwitchRow& row) {
  base::Decoder decoder(record);
  if (decoder.byte() != version) decoder.set_damaged();
  for (std::string* text : {&row.name, &row.tenant, &row.namespace_, &row.flow, &row.description})
    *text = decoder.bytes();
  constexpr size_t id_bytes = 16;
  row.executions.resize(decoder.count(id_bytes));
  for (base::Id& id : row.executions) id = decoder.id();
  row.start = decoder.instant();
  row.end.reset();
  if (decoder.boolean()) row.end = decoder.instant();
  const uint8_t effect = decoder.byte();
  if (effect > static_cast<uint8_t>(SwitchEffect::ignore)) decoder.set_damaged();
  row.effect = static_cast<SwitchEffect>(effect);
  row.enabled = decoder.boolean();
  row.deleted = decoder.boolean();
  return decoder.finish();
}

}  // namespace gyr::store
