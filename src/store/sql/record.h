// The binary form of rows: the content of a row without its key columns, as a record with numbered fields
// (base/record.h). The same in every back end.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/codec.h"
#include "base/error.h"
#include "store/api/entities.h"
#include "store/api/executions.h"
#include "store/api/triggers.h"

namespace gyr::store {

/// Identifies a large value within its execution: the first half of the SHA-256 of its encoded form.
using ContentHash = std::array<char, 16>;

/// A value larger than limits::blob_threshold_bytes, stored outside of its record (principle: large values). `content`
/// is empty if the memo knows that this execution has already stored it.
struct LargeValue {
  ContentHash hash{};
  std::string content;
};

/// Remembers the hashes of large values that were written recently, by their shared storage, so that a value that stays
/// in an execution is encoded and hashed only once. Bounded. Not thread-safe.
class LargeValueMemo {
 public:
  const ContentHash* find(const base::Id& execution, const base::Value& value) const;
  void remember(const base::Id& execution, const base::Value& value, const ContentHash& hash);
  void clear();

 private:
  struct Entry {
    base::Id execution;
    base::Value value;
    ContentHash hash;
  };
  std::deque<Entry> entries_;
  uint64_t bytes_ = 0;
};

/// A record that is being built. Reuse it to keep the capacity of its buffers.
struct Record {
  std::string bytes;
  std::vector<LargeValue> large;
  void clear() {
    bytes.clear();
    large.clear();
  }
};

/// Returns the encoded form of a large value.
using LargeValueSource = std::function<base::Result<std::string>(const ContentHash&)>;

/// `started_us` is the key column; dates are stored relative to it. Columns contain id, flow, kind, caller_execution,
/// activity and wake_at; the record contains the rest.
void encode_execution(const ExecutionRow& row, int64_t started_us, LargeValueMemo* memo, Record& out);
base::Result<void> decode_execution(std::string_view record, int64_t started_us, const LargeValueSource& large,
                                    ExecutionRow& row);
/// Only the labels, without decoding the values before them.
base::Result<std::vector<model::Label>> decode_execution_labels(std::string_view record);

/// Where an execution comes from.
struct ExecutionOrigin {
  int32_t revision = 0;
  std::string trigger_id;  ///< empty: no trigger started it
};
/// Without decoding the values.
base::Result<ExecutionOrigin> decode_execution_origin(std::string_view record);

/// Columns contain execution, position and run id.
void encode_task_run(const TaskRunRow& row, LargeValueMemo* memo, Record& out);
base::Result<void> decode_task_run(std::string_view record, const LargeValueSource& large, TaskRunRow& row);
/// Everything except the outputs and the state of the engine, so that large values are not read.
base::Result<void> decode_task_run_head(std::string_view record, TaskRunHead& head);

/// The large values that a record refers to.
base::Result<std::vector<ContentHash>> references_of_record(std::string_view record);

/// Columns contain the id of the execution.
std::string encode_metric(const model::MetricEntry& metric);
base::Result<void> decode_metric(std::string_view bytes, model::MetricEntry& metric);
/// The same execution, task run, attempt, name and tags give the same key.
ContentHash metric_key(const model::MetricEntry& metric);

/// Columns contain flow, trigger id, kind, next, wake_at and execution.
std::string encode_trigger(const TriggerRow& row);
base::Result<void> decode_trigger(std::string_view bytes, TriggerRow& row);

/// Of a flow.
std::string encode_labels(const std::vector<model::Label>& labels);
base::Result<std::vector<model::Label>> decode_labels(std::string_view record);

ContentHash content_hash(std::string_view bytes);

}  // namespace gyr::store
