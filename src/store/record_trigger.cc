#include "store/record_fields.h"

namespace gyr::store {
namespace {

enum TriggerPart : uint64_t {
  has_evaluated = 1 << 0,
  has_next = 1 << 1,
  has_execution = 1 << 2,
  has_last_triggered = 1 << 3,
  has_evaluating = 1 << 4,
  has_worker = 1 << 5,
  is_disabled = 1 << 6,
  has_stop_after = 1 << 7,
  has_backfill = 1 << 8,
  is_disabled_in_flow = 1 << 9,
  has_wake = 1 << 10,
  has_pending = 1 << 11,
  has_evaluation = 1 << 12,
  has_failed_starts = 1 << 13,
};

uint64_t parts_of(const TriggerRow& row) {
  uint64_t parts = 0;
  auto set = [&parts](bool present, TriggerPart part) {
    if (present) parts |= part;
  };
  set(row.evaluated.has_value(), has_evaluated);
  set(row.next.has_value(), has_next);
  set(!row.execution_id.is_none(), has_execution);
  set(row.last_triggered.has_value(), has_last_triggered);
  set(row.evaluating_since.has_value(), has_evaluating);
  set(!row.worker_id.empty(), has_worker);
  set(row.disabled, is_disabled);
  set(!row.stop_after.empty(), has_stop_after);
  set(row.backfill.has_value(), has_backfill);
  set(row.disabled_in_flow, is_disabled_in_flow);
  set(row.wake_at.has_value(), has_wake);
  set(row.pending.task != model::DateTask::none, has_pending);
  set(!row.evaluation.is_none(), has_evaluation);
  set(row.failed_starts != 0, has_failed_starts);
  return parts;
}

void write_backfill(Encoder& encoder, const Backfill& backfill) {
  encoder.instant(backfill.start);
  encoder.instant(backfill.end);
  encoder.instant(backfill.current);
  encoder.boolean(backfill.paused);
  encoder.value(backfill.inputs);
  write_labels(encoder, backfill.labels);
  encoder.boolean(backfill.previous_next.has_value());
  if (backfill.previous_next) encoder.instant(*backfill.previous_next);
}

Backfill read_backfill(Decoder& decoder) {
  Backfill backfill;
  backfill.start = decoder.instant();
  backfill.end = decoder.instant();
  backfill.current = decoder.instant();
  backfill.paused = decoder.boolean();
  backfill.inputs = decoder.value();
  backfill.labels = read_labels(decoder);
  if (decoder.boolean()) backfill.previous_next = decoder.instant();
  return backfill;
}

}  // namespace

std::string encode_trigger(const TriggerRow& row) {
  std::string out;
  Encoder encoder(out);
  encoder.byte(record_version);
  encoder.varint(parts_of(row));
  encoder.byte(static_cast<uint8_t>(row.kind));
  encoder.instant(row.updated);
  encoder.fixed64(row.fingerprint);
  for (const auto& time : {row.evaluated, row.next, row.last_triggered, row.evaluating_since, row.wake_at}) {
    if (time) encoder.instant(*time);
  }
  if (!row.execution_id.is_none()) encoder.id(row.execution_id);
  if (!row.worker_id.empty()) encoder.bytes(row.worker_id);
  if (!row.stop_after.empty()) {
    encoder.varint(row.stop_after.size());
    for (model::State state : row.stop_after) encoder.byte(static_cast<uint8_t>(state));
  }
  if (row.backfill) write_backfill(encoder, *row.backfill);
  if (row.pending.task != model::DateTask::none) {
    encoder.byte(static_cast<uint8_t>(row.pending.task));
    encoder.instant(row.pending.since);
  }
  if (!row.evaluation.is_none()) encoder.id(row.evaluation);
  if (row.failed_starts != 0) encoder.varint(row.failed_starts);
  return out;
}

base::Result<void> decode_trigger(std::string_view bytes, TriggerRow& row) {
  Decoder decoder(bytes);
  if (decoder.byte() != record_version) decoder.set_damaged();
  uint64_t parts = decoder.varint();
  uint8_t kind = decoder.byte();
  if (kind > static_cast<uint8_t>(TriggerKind::realtime)) decoder.set_damaged();
  row.kind = static_cast<TriggerKind>(kind);
  row.updated = decoder.instant();
  row.fingerprint = decoder.fixed64();
  auto time = [&](TriggerPart part) { return (parts & part) ? std::optional(decoder.instant()) : std::nullopt; };
  row.evaluated = time(has_evaluated);
  row.next = time(has_next);
  row.last_triggered = time(has_last_triggered);
  row.evaluating_since = time(has_evaluating);
  row.wake_at = time(has_wake);
  row.execution_id = (parts & has_execution) ? decoder.id() : base::Id{};
  row.worker_id = (parts & has_worker) ? std::string(decoder.bytes()) : std::string();
  row.disabled = (parts & is_disabled) != 0;
  row.disabled_in_flow = (parts & is_disabled_in_flow) != 0;
  row.stop_after.clear();
  if (parts & has_stop_after) {
    row.stop_after.resize(decoder.count());
    for (auto& state : row.stop_after) {
      uint8_t number = decoder.byte();
      if (number >= model::state_count) decoder.set_damaged();
      state = static_cast<model::State>(number);
    }
  }
  row.backfill.reset();
  if (parts & has_backfill) row.backfill = read_backfill(decoder);
  row.pending = {};
  if (parts & has_pending) {
    uint8_t task = decoder.byte();
    if (task > static_cast<uint8_t>(model::DateTask::backfill)) decoder.set_damaged();
    row.pending.task = static_cast<model::DateTask>(task);
    row.pending.since = decoder.instant();
  }
  row.evaluation = (parts & has_evaluation) ? decoder.id() : base::Id{};
  const uint64_t failed_starts = (parts & has_failed_starts) ? decoder.varint() : 0;
  if (failed_starts > UINT32_MAX) decoder.set_damaged();
  row.failed_starts = static_cast<uint32_t>(failed_starts);
  if (decoder.ok() && !decoder.at_end()) decoder.set_damaged();
  return decoder.finish();
}

}  // namespace gyr::store
