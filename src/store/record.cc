#include "store/record.h"

#include <openssl/sha.h>

#include "store/record_fields.h"

namespace gyr::store {
namespace {

// Kept values are looked up by storage, so this bounds what the writer holds on to beyond its batches.
constexpr size_t memo_entries = 64;
constexpr uint64_t memo_bytes = 16u << 20;

// The parts of the record of an execution; an absent part costs one bit.
enum ExecutionPart : uint64_t {
  has_inputs = 1 << 0,
  has_outputs = 1 << 1,
  has_variables = 1 << 2,
  has_labels = 1 << 3,
  has_trigger = 1 << 4,
  has_parent = 1 << 5,
  has_other_original = 1 << 6,  // the original is not the execution itself
  has_attempt_number = 1 << 7,
  has_original_created = 1 << 8,  // differs from the start
  has_schedule_date = 1 << 9,
  has_trace_parent = 1 << 10,
  has_breakpoints = 1 << 11,
  has_caller_task_run = 1 << 12,
  has_error = 1 << 13,
  has_aborts = 1 << 14,
  has_engine_state = 1 << 15,
  is_quarantined = 1 << 16,
};

enum TaskRunPart : uint64_t {
  run_has_parent = 1 << 0,
  run_has_value = 1 << 1,
  run_has_iteration = 1 << 2,
  run_has_attempts = 1 << 3,
  run_has_outputs = 1 << 4,
  run_is_dynamic = 1 << 5,
  run_is_forced = 1 << 6,
  run_has_log_sequence = 1 << 7,
  run_has_engine_state = 1 << 8,
};

uint64_t parts_of(const ExecutionRow& row) {
  const auto& e = row.execution;
  uint64_t parts = 0;
  auto set = [&parts](bool present, ExecutionPart part) {
    if (present) parts |= part;
  };
  set(!e.inputs.is_null(), has_inputs);
  set(!e.outputs.is_null(), has_outputs);
  set(!e.variables.is_null(), has_variables);
  set(!e.labels.empty(), has_labels);
  set(e.trigger.has_value(), has_trigger);
  set(!e.parent_id.is_none(), has_parent);
  set(e.original_id != e.id, has_other_original);
  set(e.attempt_number != 1, has_attempt_number);
  set(e.original_created != e.state.started(), has_original_created);
  set(e.schedule_date.has_value(), has_schedule_date);
  set(!e.trace_parent.empty(), has_trace_parent);
  set(!e.breakpoints.empty(), has_breakpoints);
  set(!e.caller_task_run.is_none(), has_caller_task_run);
  set(!e.error.empty(), has_error);
  set(row.aborts != 0, has_aborts);
  set(!row.engine_state.empty(), has_engine_state);
  set(row.quarantined, is_quarantined);
  return parts;
}

void read_identity(FieldReader& fields, uint64_t parts, ExecutionRow& row) {
  auto& e = row.execution;
  auto& decoder = fields.decoder;
  e.parent_id = (parts & has_parent) ? decoder.id() : base::Id{};
  e.original_id = (parts & has_other_original) ? decoder.id() : e.id;
  e.attempt_number = (parts & has_attempt_number) ? static_cast<int32_t>(decoder.integer()) : 1;
  e.original_created = (parts & has_original_created) ? decoder.instant() : e.state.started();
  if (parts & has_schedule_date) e.schedule_date = decoder.instant();
  if (parts & has_trace_parent) e.trace_parent = fields.text();
  if (parts & has_breakpoints) {
    e.breakpoints.resize(decoder.count(3));
    for (auto& breakpoint : e.breakpoints) {
      breakpoint.task_id = fields.text();
      breakpoint.has_value = decoder.boolean();
      breakpoint.value = fields.text();
    }
  }
  if (parts & has_caller_task_run) e.caller_task_run = decoder.id();
  if (parts & has_error) e.error = fields.text();
  row.aborts = (parts & has_aborts) ? decoder.byte() : 0;
  row.quarantined = (parts & is_quarantined) != 0;
  if (parts & has_engine_state) row.engine_state = fields.text();
}

}  // namespace

const ContentHash* LargeValueMemo::find(const base::Id& execution, const base::Value& value) const {
  for (const auto& entry : entries_) {
    if (entry.execution == execution && entry.value.same_storage(value)) return &entry.hash;
  }
  return nullptr;
}

void LargeValueMemo::remember(const base::Id& execution, const base::Value& value, const ContentHash& hash) {
  if (value.weight() > memo_bytes) return;
  entries_.push_back({execution, value, hash});
  bytes_ += value.weight();
  while (entries_.size() > memo_entries || bytes_ > memo_bytes) {
    bytes_ -= entries_.front().value.weight();
    entries_.pop_front();
  }
}

void LargeValueMemo::clear() {
  entries_.clear();
  bytes_ = 0;
}

ContentHash content_hash(std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  ContentHash hash;
  std::memcpy(hash.data(), digest.data(), hash.size());
  return hash;
}

void encode_execution(const ExecutionRow& row, int64_t started_us, LargeValueMemo* memo, Record& out) {
  const auto& e = row.execution;
  out.clear();
  FieldWriter fields(out, e.id, memo);
  Encoder& encoder = fields.encoder;
  uint64_t parts = parts_of(row);
  encoder.varint(parts);
  if (parts & has_labels) write_labels(encoder, e.labels);
  encoder.integer(e.revision);
  fields.history(e.state, started_us);
  if (parts & has_inputs) fields.value(e.inputs);
  if (parts & has_outputs) fields.value(e.outputs);
  if (parts & has_variables) fields.value(e.variables);
  if (parts & has_trigger) {
    encoder.bytes(e.trigger->id);
    encoder.bytes(e.trigger->type);
    encoder.bytes(e.trigger->log_file);
    fields.value(e.trigger->variables);
  }
  if (parts & has_parent) encoder.id(e.parent_id);
  if (parts & has_other_original) encoder.id(e.original_id);
  if (parts & has_attempt_number) encoder.integer(e.attempt_number);
  if (parts & has_original_created) encoder.instant(e.original_created);
  if (parts & has_schedule_date) encoder.instant(*e.schedule_date);
  if (parts & has_trace_parent) encoder.bytes(e.trace_parent);
  if (parts & has_breakpoints) {
    encoder.varint(e.breakpoints.size());
    for (const auto& breakpoint : e.breakpoints) {
      encoder.bytes(breakpoint.task_id);
      encoder.boolean(breakpoint.has_value);
      encoder.bytes(breakpoint.value);
    }
  }
  if (parts & has_caller_task_run) encoder.id(e.caller_task_run);
  if (parts & has_error) encoder.bytes(e.error);
  if (parts & has_aborts) encoder.byte(row.aborts);
  if (parts & has_engine_state) encoder.bytes(row.engine_state);
  fields.finish();
}

base::Result<void> decode_execution(std::string_view bytes, int64_t started_us, const LargeValueSource& large,
                                    ExecutionRow& row) {
  auto& e = row.execution;
  FieldReader fields(bytes, &large);
  Decoder& decoder = fields.decoder;
  uint64_t parts = decoder.varint();
  if (parts & has_labels) e.labels = read_labels(decoder);
  e.revision = static_cast<int32_t>(decoder.integer());
  e.state = fields.history(started_us);
  if (parts & has_inputs) e.inputs = fields.value();
  if (parts & has_outputs) e.outputs = fields.value();
  if (parts & has_variables) e.variables = fields.value();
  if (parts & has_trigger) {
    auto& trigger = e.trigger.emplace();
    trigger.id = fields.text();
    trigger.type = fields.text();
    trigger.log_file = fields.text();
    trigger.variables = fields.value();
  }
  read_identity(fields, parts, row);
  return fields.finish();
}

base::Result<std::vector<model::Label>> decode_execution_labels(std::string_view bytes) {
  FieldReader fields(bytes, nullptr);
  uint64_t parts = fields.decoder.varint();
  std::vector<model::Label> labels;
  if (parts & has_labels) labels = read_labels(fields.decoder);
  GYR_CHECK(fields.decoder.finish());
  return labels;
}

void encode_task_run(const TaskRunRow& row, LargeValueMemo* memo, Record& out) {
  const auto& run = row.run;
  out.clear();
  FieldWriter fields(out, row.execution_id, memo);
  Encoder& encoder = fields.encoder;
  uint64_t parts = 0;
  auto set = [&parts](bool present, TaskRunPart part) {
    if (present) parts |= part;
  };
  set(!run.parent_id.is_none(), run_has_parent);
  set(run.value.has_value(), run_has_value);
  set(run.iteration.has_value(), run_has_iteration);
  set(!run.attempts.empty(), run_has_attempts);
  set(!run.outputs.is_null(), run_has_outputs);
  set(run.dynamic, run_is_dynamic);
  set(run.force_execution, run_is_forced);
  set(run.log_sequence != 0, run_has_log_sequence);
  set(!row.engine_state.empty(), run_has_engine_state);
  encoder.varint(parts);
  encoder.bytes(run.task_id);
  fields.history(run.state, 0);
  int64_t started_us = run.state.started().to_micros();
  if (parts & run_has_parent) encoder.id(run.parent_id);
  if (parts & run_has_value) encoder.bytes(*run.value);
  if (parts & run_has_iteration) encoder.integer(*run.iteration);
  if (parts & run_has_attempts) {
    encoder.varint(run.attempts.size());
    for (const auto& attempt : run.attempts) {
      fields.history(attempt.state, started_us);
      encoder.bytes(attempt.worker_id);
      encoder.bytes(attempt.log_file);
    }
  }
  if (parts & run_has_outputs) fields.value(run.outputs);
  if (parts & run_has_log_sequence) encoder.varint(run.log_sequence);
  if (parts & run_has_engine_state) encoder.bytes(row.engine_state);
  fields.finish();
}

base::Result<void> decode_task_run(std::string_view bytes, const LargeValueSource& large, TaskRunRow& row) {
  auto& run = row.run;
  FieldReader fields(bytes, &large);
  Decoder& decoder = fields.decoder;
  uint64_t parts = decoder.varint();
  run.task_id = fields.text();
  run.state = fields.history(0);
  int64_t started_us = run.state.started().to_micros();
  if (parts & run_has_parent) run.parent_id = decoder.id();
  if (parts & run_has_value) run.value = fields.text();
  if (parts & run_has_iteration) run.iteration = static_cast<int32_t>(decoder.integer());
  if (parts & run_has_attempts) {
    run.attempts.resize(decoder.count(3));
    for (auto& attempt : run.attempts) {
      attempt.state = fields.history(started_us);
      attempt.worker_id = fields.text();
      attempt.log_file = fields.text();
    }
  }
  if (parts & run_has_outputs) run.outputs = fields.value();
  run.dynamic = (parts & run_is_dynamic) != 0;
  run.force_execution = (parts & run_is_forced) != 0;
  run.log_sequence = (parts & run_has_log_sequence) ? static_cast<uint32_t>(decoder.varint()) : 0;
  if (parts & run_has_engine_state) row.engine_state = fields.text();
  return fields.finish();
}

base::Result<std::vector<ContentHash>> references_of_record(std::string_view bytes) {
  FieldReader fields(bytes, nullptr);
  GYR_CHECK(fields.decoder.finish());
  return std::move(fields.references);
}

void encode_labels(const std::vector<model::Label>& labels, std::string& out) {
  Encoder encoder(out);
  write_labels(encoder, labels);
}

base::Result<std::vector<model::Label>> decode_labels(std::string_view bytes) {
  if (bytes.empty()) return std::vector<model::Label>();
  Decoder decoder(bytes);
  auto labels = read_labels(decoder);
  GYR_CHECK(decoder.finish());
  return labels;
}

}  // namespace gyr::store
