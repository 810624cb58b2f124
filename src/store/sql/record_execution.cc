// The records of executions and task runs: the data that is not in columns.
#include <algorithm>
#include <cstring>

#include "base/limits.h"
#include "base/record.h"
#include "model/record_fields.h"
#include "store/sql/record.h"

namespace gyr::store {

/// The large values that a record refers to, by their position in this list.
struct References {
  std::vector<ContentHash> hashes;
  bool empty() const { return hashes.empty(); }
};

static void pack(base::Encoder& encoder, const References& references) {
  for (const ContentHash& hash : references.hashes) {
    for (const char byte : hash) encoder.byte(static_cast<uint8_t>(byte));
  }
}

static void unpack(base::Decoder& decoder, References& references) {
  references.hashes.clear();
  while (decoder.ok() && !decoder.at_end()) {
    const std::string_view bytes = decoder.take(sizeof(ContentHash));
    if (decoder.ok()) std::memcpy(references.hashes.emplace_back().data(), bytes.data(), sizeof(ContentHash));
  }
}

namespace {

// Fields of both records that are read without the others. The references are the first of all: so a record with them
// stays in the order of its numbers although they are known last.
constexpr uint32_t references_field = 1;
constexpr uint32_t labels_field = 2;

constexpr uint32_t revision_field = 3;
constexpr uint32_t trigger_field = 8;

/// What is read of model::ExecutionTrigger alone.
struct TriggerName {
  std::string id;
};
template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, TriggerName>& trigger) {
  visit(1, trigger.id);
}

/// A field that is missing where it has its usual value.
template <class Visitor, class T>
void unless_usual(Visitor& visit, uint32_t number, T& member, const std::type_identity_t<T>& usual) {
  std::optional<std::remove_const_t<T>> stored;
  if constexpr (Visitor::fills) {
    visit(number, stored);
    member = stored.value_or(usual);
  } else {
    if (member != usual) stored = member;
    visit(number, stored);
  }
}

template <class Visitor, class Row>
void execution_fields(Visitor& visit, Row& row, int64_t started_us) {
  visit.count_from(started_us);
  auto& e = row.execution;
  visit(labels_field, e.labels);
  visit(revision_field, e.revision);
  model::history_field(visit, 4, e.state);
  visit(5, e.inputs);
  visit(6, e.outputs);
  visit(7, e.variables);
  visit(trigger_field, e.trigger);
  visit(9, e.parent_id);
  unless_usual(visit, 10, e.original_id, e.id);
  visit(11, e.attempt_number, base::or_default(1));
  unless_usual(visit, 12, e.original_created, e.state.started());
  visit(13, e.schedule_date);
  visit(14, e.trace_parent);
  visit(15, e.breakpoints);
  visit(16, e.caller_task_run);
  visit(17, e.error);
  visit(18, row.aborts);
  visit(19, row.engine_state);
  visit(20, row.quarantined);
  visit.unknown(e.unknown_fields);
}

template <class Visitor, class Row>
void task_run_fields(Visitor& visit, Row& row) {
  auto& run = row.run;
  visit(2, run.task_id);
  model::history_field(visit, 3, run.state);
  visit.count_from(run.state.started().to_micros());
  visit(4, run.parent_id);
  visit(5, run.value);
  visit(6, run.iteration);
  visit(7, run.attempts);
  visit(8, run.outputs);
  visit(9, run.dynamic);
  visit(10, run.force_execution);
  visit(11, run.log_sequence);
  visit(12, row.engine_state);
  visit.unknown(run.unknown_fields);
}

/// Takes large values out of a record.
class LargeValuesOut final : public base::ValueVault {
 public:
  LargeValuesOut(Record& out, const base::Id& execution, LargeValueMemo* memo)
      : out_(out), execution_(execution), memo_(memo) {}

  std::optional<uint64_t> keep(const base::Value& value) override {
    if (memo_ != nullptr) {
      if (const ContentHash* known = memo_->find(execution_, value)) return position({*known, {}});
    }
    std::string content = base::encode_value(value);
    if (content.size() < base::limits::blob_threshold_bytes) return std::nullopt;
    const ContentHash hash = content_hash(content);
    if (memo_ != nullptr) memo_->remember(execution_, value, hash);
    return position({hash, std::move(content)});
  }
  base::Result<base::Value> find(uint64_t) override {
    return base::fail(base::damaged_record, "a record that is being written has no large values to read");
  }
  /// Once, after all fields.
  void write_references() {
    if (out_.large.empty()) return;
    References references;
    for (const LargeValue& large : out_.large) references.hashes.push_back(large.hash);
    std::string field;
    base::RecordWriter writer(field);
    writer(references_field, references);
    out_.bytes.insert(0, field);
  }

 private:
  uint64_t position(LargeValue large) {
    size_t index = 0;
    while (index < out_.large.size() && out_.large[index].hash != large.hash) ++index;
    if (index == out_.large.size()) out_.large.push_back(std::move(large));
    return index;
  }

  Record& out_;
  const base::Id& execution_;
  LargeValueMemo* memo_;
};

/// Finds the large values that a record refers to.
class LargeValuesIn final : public base::ValueVault {
 public:
  explicit LargeValuesIn(const LargeValueSource& source) : source_(source) {}
  std::optional<uint64_t> keep(const base::Value&) override { return std::nullopt; }
  base::Result<base::Value> find(uint64_t number) override {
    if (number >= references.hashes.size() || !source_) {
      return base::fail(base::damaged_record, "a stored record refers to a large value that it does not name");
    }
    GYR_TRY(const std::string content, source_(references.hashes[number]));
    return base::decode_value(content);
  }
  References references;

 private:
  const LargeValueSource& source_;
};

/// Stands for large values that nobody looks at.
class UnreadLargeValues final : public base::ValueVault {
 public:
  std::optional<uint64_t> keep(const base::Value&) override { return std::nullopt; }
  base::Result<base::Value> find(uint64_t) override { return base::Value::boolean(true); }
};

template <class Fields>
void write_row(Record& out, const base::Id& execution, LargeValueMemo* memo, Fields&& fields) {
  out.clear();
  LargeValuesOut large(out, execution, memo);
  base::RecordWriter writer(out.bytes, base::record_level, &large);
  fields(writer);
  large.write_references();
}

template <class Fields>
base::Result<void> read_row(std::string_view record, const LargeValueSource& source, Fields&& fields) {
  LargeValuesIn large(source);
  base::RecordReader reader(record, &large);
  reader(references_field, large.references);
  fields(reader);
  return reader.finish();
}

}  // namespace

void encode_execution(const ExecutionRow& row, int64_t started_us, LargeValueMemo* memo, Record& out) {
  write_row(out, row.execution.id, memo, [&](auto& writer) { execution_fields(writer, row, started_us); });
}

base::Result<void> decode_execution(std::string_view record, int64_t started_us, const LargeValueSource& large,
                                    ExecutionRow& row) {
  return read_row(record, large, [&](auto& reader) { execution_fields(reader, row, started_us); });
}

base::Result<std::vector<model::Label>> decode_execution_labels(std::string_view record) {
  std::vector<model::Label> labels;
  base::RecordReader reader(record);
  reader(labels_field, labels);
  GYR_CHECK(reader.finish());
  return labels;
}

base::Result<ExecutionOrigin> decode_execution_origin(std::string_view record) {
  ExecutionOrigin origin;
  std::optional<TriggerName> trigger;
  base::RecordReader reader(record);
  reader(revision_field, origin.revision);
  reader(trigger_field, trigger);
  GYR_CHECK(reader.finish());
  if (trigger) origin.trigger_id = std::move(trigger->id);
  return origin;
}

void encode_task_run(const TaskRunRow& row, LargeValueMemo* memo, Record& out) {
  write_row(out, row.execution_id, memo, [&](auto& writer) { task_run_fields(writer, row); });
}

base::Result<void> decode_task_run(std::string_view record, const LargeValueSource& large, TaskRunRow& row) {
  return read_row(record, large, [&](auto& reader) { task_run_fields(reader, row); });
}

base::Result<void> decode_task_run_head(std::string_view record, TaskRunHead& head) {
  auto& run = head.run;
  UnreadLargeValues large;
  base::RecordReader reader(record, &large);
  base::Value outputs;
  reader(2, run.task_id);
  model::history_field(reader, 3, run.state);
  reader.count_from(run.state.started().to_micros());
  reader(4, run.parent_id);
  reader(5, run.value);
  reader(6, run.iteration);
  reader(7, run.attempts);
  reader(8, outputs);
  reader(9, run.dynamic);
  reader(10, run.force_execution);
  reader(11, run.log_sequence);
  head.has_outputs = !outputs.is_null();
  return reader.finish();
}

base::Result<std::vector<ContentHash>> references_of_record(std::string_view record) {
  References references;
  base::RecordReader reader(record);
  reader(references_field, references);
  GYR_CHECK(reader.finish());
  return std::move(references.hashes);
}

}  // namespace gyr::store
