#include "store/store.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>

#include "base/hash.h"

namespace gyr::store {
namespace {

// The size of a row without its texts and values: keys, index entries, dates.
constexpr uint64_t row_bytes = 200;

constexpr int64_t floor_of(int64_t value, int64_t length) { return value / length - (value % length < 0 ? 1 : 0); }

/// Adds sizes without overflow: a value can be very long as text although it is small in memory.
class Sum {
 public:
  explicit Sum(size_t deletions = 0) : total_(deletions * row_bytes) {}
  void add(uint64_t bytes) {
    if (__builtin_add_overflow(total_, bytes, &total_)) total_ = UINT64_MAX;
  }
  void add(const model::FlowKey* key) {
    if (key != nullptr) add(key->tenant.size() + key->namespace_.size() + key->id.size());
  }
  void add(const std::vector<model::Label>& labels) {
    for (const auto& label : labels) add(2 * (label.key.size() + label.value.size()) + 40);
  }
  void add(const ExecutionRow& row) {
    const auto& e = row.execution;
    add(row_bytes + e.state.changes().size() * 8 + row.engine_state.size() + e.error.size() + e.trace_parent.size());
    add(e.inputs.weight());
    add(e.outputs.weight());
    add(e.variables.weight());
    add(e.labels);
    if (e.trigger)
      add(e.trigger->variables.weight() + e.trigger->id.size() + e.trigger->type.size() + e.trigger->log_file.size());
    for (const auto& breakpoint : e.breakpoints) add(breakpoint.task_id.size() + breakpoint.value.size() + 4);
  }
  void add(const TaskRunRow& row) {
    const auto& run = row.run;
    add(row_bytes + run.task_id.size() + run.state.changes().size() * 8 + row.engine_state.size());
    add(run.value ? run.value->size() : 0);
    add(run.outputs.weight());
    for (const auto& attempt : run.attempts) {
      add(attempt.state.changes().size() * 8 + attempt.worker_id.size() + attempt.log_file.size() + 8);
    }
  }
  void add(const model::LogEntry& line) {
    add(row_bytes / 2 + line.message.size() + line.thread.size() + line.task_id.size() + line.trigger_id.size());
  }
  void add(const model::MetricEntry& metric) {
    add(row_bytes / 2 + metric.name.size() + metric.task_id.size());
    add(metric.tags.weight());
  }
  void add(const FlowRow& row) {
    add(row_bytes + row.source.size() + row.description.size() + row.exception.size());
    add(&row.key);
    add(row.labels);
  }
  void add(const InboxMessage& message) { add(row_bytes / 2 + message.payload.size()); }
  void add(const KvRow& row) {
    add(row_bytes + row.tenant.size() + row.namespace_.size() + row.key.size() + row.description.size());
    add(row.value.weight());
  }
  void add(const SecretRow& row) {
    add(row_bytes + row.tenant.size() + row.namespace_.size() + row.key.size() + row.description.size() +
        row.value.size());
    for (const auto& [name, value] : row.tags) add(name.size() + value.size());
  }
  void add(const EntityRow& row) {
    add(row_bytes + row.tenant.size() + row.namespace_.size() + row.id.size() + row.text.size() + row.record.size());
  }
  void add(const NamespaceFileRow& row) {
    add(row_bytes + row.tenant.size() + row.namespace_.size() + row.path.size() + row.content.size());
  }
  void add(const TriggerRow& row) {
    add(row_bytes + row.trigger_id.size() + row.worker_id.size());
    if (row.backfill) add(row.backfill->inputs.weight());
    if (row.backfill) add(row.backfill->labels);
  }
  void add(const model::Service& service) {
    add(row_bytes);
    for (const auto& event : service.events) add(event.value.size() + row_bytes / 4);
  }
  void add(const WindowRow& row) { add(row_bytes + row.trigger_id.size() + row.window_id.size() + row.record.size()); }
  void add(const DocumentRow& row) { add(row_bytes + row.kind.size() + row.key.size() + row.content.size()); }
  void add(const IdempotencyRow& row) { add(row_bytes + row.tenant.size() + row.key.size()); }
  template <class T>
  void add_all(const std::vector<T>& rows) {
    for (const auto& row : rows) add(row);
  }
  uint64_t total() const { return total_; }

 private:
  uint64_t total_;
};

}  // namespace

// A deletion costs about as much as writing the rows.

bool FlowChanges::empty() const { return flows.empty() && deleted_revisions.empty(); }
size_t FlowChanges::weight() const {
  Sum sum(deleted_revisions.size());
  sum.add_all(flows);
  return sum.total();
}

bool ExecutionChanges::empty() const {
  return new_executions.empty() && executions.empty() && new_task_runs.empty() && task_runs.empty() &&
         deleted_task_runs.empty() && deleted_executions.empty() && idempotency.empty();
}
size_t ExecutionChanges::weight() const {
  Sum sum(deleted_task_runs.size() + deleted_executions.size() * 4);
  sum.add_all(new_executions);
  sum.add_all(executions);
  sum.add_all(new_task_runs);
  sum.add_all(task_runs);
  sum.add_all(idempotency);
  return sum.total();
}

bool InboxChanges::empty() const { return inbox.empty() && applied_inbox.empty() && applied_inbox_ids.empty(); }
size_t InboxChanges::weight() const {
  Sum sum;
  sum.add_all(inbox);
  sum.add((applied_inbox.size() + applied_inbox_ids.size()) * (row_bytes / 4));
  return sum.total();
}

bool TriggerChanges::empty() const {
  return triggers.empty() && deleted_triggers.empty() && windows.empty() && deleted_windows.empty();
}
size_t TriggerChanges::weight() const {
  Sum sum(deleted_triggers.size() + deleted_windows.size());
  sum.add_all(triggers);
  sum.add_all(windows);
  return sum.total();
}

bool LogChanges::empty() const { return logs.empty() && deleted_logs.empty(); }
size_t LogChanges::weight() const {
  Sum sum(deleted_logs.size());
  sum.add_all(logs);
  return sum.total();
}

bool MetricChanges::empty() const { return metrics.empty() && deleted_metrics.empty(); }
size_t MetricChanges::weight() const {
  Sum sum(deleted_metrics.size());
  sum.add_all(metrics);
  return sum.total();
}

bool KeyChanges::empty() const {
  return kv.empty() && deleted_kv.empty() && purged_kv.empty() && secrets.empty() && deleted_secrets.empty();
}
size_t KeyChanges::weight() const {
  Sum sum(deleted_kv.size() + purged_kv.size() + deleted_secrets.size());
  sum.add_all(kv);
  sum.add_all(secrets);
  return sum.total();
}

bool FileChanges::empty() const { return namespace_files.empty() && deleted_namespace_files.empty(); }
size_t FileChanges::weight() const {
  Sum sum;
  sum.add_all(namespace_files);
  sum.add_all(deleted_namespace_files);
  return sum.total();
}

bool EntityChanges::empty() const { return entities.empty() && !maintenance; }
size_t EntityChanges::weight() const {
  Sum sum(maintenance ? 1 : 0);
  sum.add_all(entities);
  return sum.total();
}

bool ServiceChanges::empty() const { return services.empty() && deleted_services.empty(); }
size_t ServiceChanges::weight() const {
  Sum sum(deleted_services.size());
  sum.add_all(services);
  return sum.total();
}

bool DocumentChanges::empty() const { return documents.empty() && deleted_documents.empty(); }
size_t DocumentChanges::weight() const {
  Sum sum(deleted_documents.size());
  sum.add_all(documents);
  return sum.total();
}

bool Batch::empty() const {
  return FlowChanges::empty() && ExecutionChanges::empty() && InboxChanges::empty() && TriggerChanges::empty() &&
         LogChanges::empty() && MetricChanges::empty() && KeyChanges::empty() && FileChanges::empty() &&
         EntityChanges::empty() && ServiceChanges::empty() && DocumentChanges::empty();
}

bool Batch::expects_revisions() const {
  const auto any = [](const auto& rows) {
    return std::ranges::any_of(rows, [](const auto& row) { return row.read_revision.has_value(); });
  };
  return any(kv) || any(deleted_kv) || any(namespace_files) || any(deleted_namespace_files) || any(entities) ||
         any(documents);
}

// Documents have no namespace: the operations that write them choose their keys.
bool Batch::is_allowed(const Access& access) const {
  if (access.everything()) return true;
  const auto all = [&](const auto& rows, const auto& namespace_of) {
    return std::ranges::all_of(rows, [&](const auto& row) { return access.allows(namespace_of(row)); });
  };
  const auto in_namespace = [](const auto& row) -> std::string_view { return row.namespace_; };
  const auto of_key = [](const auto& row) -> std::string_view { return row.key.namespace_; };
  const auto of_flow = [](const auto& row) -> std::string_view {
    return row.flow ? std::string_view(row.flow->namespace_) : std::string_view();
  };
  const bool of_executor = !ExecutionChanges::empty() || !InboxChanges::empty() || !TriggerChanges::empty() ||
                           !MetricChanges::empty() || !ServiceChanges::empty();
  const bool of_tenant = maintenance.has_value() ||
                         std::ranges::any_of(entities, [](const EntityRow& row) { return row.namespace_.empty(); });
  return !of_executor && !of_tenant && all(flows, of_key) &&
         all(deleted_revisions, [](const auto& row) -> std::string_view { return row.flow.namespace_; }) &&
         all(logs, of_flow) && all(deleted_logs, of_flow) && all(kv, in_namespace) && all(deleted_kv, in_namespace) &&
         all(purged_kv, in_namespace) && all(secrets, in_namespace) && all(deleted_secrets, in_namespace) &&
         all(namespace_files, in_namespace) && all(deleted_namespace_files, in_namespace) &&
         all(entities, in_namespace);
}

size_t Batch::weight() const {
  Sum sum;
  for (const size_t section :
       {FlowChanges::weight(), ExecutionChanges::weight(), InboxChanges::weight(), TriggerChanges::weight(),
        LogChanges::weight(), MetricChanges::weight(), KeyChanges::weight(), FileChanges::weight(),
        EntityChanges::weight(), ServiceChanges::weight(), DocumentChanges::weight()}) {
    sum.add(section);
  }
  return sum.total();
}

base::Result<std::vector<model::LogEntry>> LogReader::read_log(const LogQuery& query, LogCursor& cursor) {
  LogQuery part = query;
  part.paging.page = static_cast<uint32_t>(cursor.given / std::max<uint32_t>(1, part.paging.size)) + 1;
  GYR_TRY(auto page, search_logs(part));
  cursor.given += page.results.size();
  return std::move(page.results);
}

base::Result<size_t> LogReader::visit_log(const LogQuery& query, LogCursor& cursor, const LogVisitor& visitor) {
  GYR_TRY(auto lines, read_log(query, cursor));
  for (const auto& line : lines) {
    visitor({line.task_run_id, line.task_id, line.attempt, line.sequence, line.timestamp, line.level, line.message});
  }
  return lines.size();
}

base::Result<std::vector<model::LogEntry>> LogReader::log_lines(const Visible& visible, const std::string& tenant,
                                                                base::Id execution, std::span<const LogKey> keys) {
  std::map<LogKey, std::optional<model::LogEntry>> wanted;
  for (const auto& key : keys) wanted[key];
  LogQuery query{visible};
  query.tenant = tenant;
  query.execution_id = execution;
  query.paging.size = 10'000;
  LogCursor cursor;
  for (size_t given = query.paging.size; given == query.paging.size;) {
    GYR_TRY(auto lines, read_log(query, cursor));
    given = lines.size();
    for (auto& line : lines) {
      if (auto found = wanted.find({line.task_run_id, line.sequence}); found != wanted.end())
        found->second = std::move(line);
    }
  }
  std::vector<model::LogEntry> lines;
  for (const auto& key : keys) {
    if (auto line = std::exchange(wanted[key], std::nullopt)) lines.push_back(*std::move(line));
  }
  return lines;
}

base::Result<std::vector<TaskRunHead>> ExecutionReader::task_run_heads(base::Id execution, uint32_t from_position,
                                                                       size_t limit) {
  GYR_TRY(auto rows, task_runs(execution, from_position, limit));
  std::vector<TaskRunHead> heads;
  for (auto& row : rows) {
    const bool has_outputs = !row.run.outputs.is_null();
    row.run.outputs = {};
    heads.push_back({row.position, std::move(row.run), has_outputs});
  }
  return heads;
}

base::Duration ExecutionCountQuery::bucket_for(int64_t first_us, int64_t last_us) const {
  constexpr int64_t hour = 3'600, day = 24 * hour;
  constexpr int64_t usual[] = {2,        10,       30,        60,  300,     600,      900,      1'800,     hour,
                               3 * hour, 6 * hour, 12 * hour, day, 7 * day, 30 * day, 90 * day, 365 * day, 3'650 * day};
  const auto limit = static_cast<int64_t>(std::clamp<size_t>(max_buckets, 2, 1'000));
  const auto fits = [&](int64_t seconds) {
    const int64_t length = seconds * 1'000'000;
    return floor_of(last_us, length) - floor_of(first_us, length) < limit;
  };
  const int64_t wanted = (std::clamp<int64_t>(bucket.seconds, 1, usual[std::size(usual) - 1]) + 1) / 2 * 2;
  if (fits(wanted)) return base::Duration::of_seconds(wanted);
  for (const int64_t seconds : usual) {
    if (seconds > wanted && fits(seconds)) return base::Duration::of_seconds(seconds);
  }
  int64_t seconds = usual[std::size(usual) - 1];
  while (!fits(seconds)) seconds *= 2;
  return base::Duration::of_seconds(seconds);
}

base::Result<ExecutionCounts> ExecutionReader::execution_counts(const ExecutionCountQuery& query) {
  ExecutionQuery part = query.filter;
  part.order.clear();
  part.paging = {.page = 1, .size = counted_rows, .count_limit = 1};
  GYR_TRY(auto page, search_executions(part));
  ExecutionCounts counts;
  counts.is_partial = page.results.size() == counted_rows;
  counts.bucket = query.bucket;
  if (page.results.empty()) return counts;
  std::vector<std::pair<int64_t, size_t>> starts;
  for (const auto& row : page.results) {
    const auto& state = row.execution.state;
    starts.emplace_back(state.started().to_micros(), static_cast<size_t>(state.current()));
  }
  const auto [first, last] = std::ranges::minmax_element(starts);
  counts.bucket = query.bucket_for(first->first, last->first);
  const int64_t length = counts.bucket.to_micros();
  std::map<int64_t, ExecutionCounts::ByState> buckets;
  for (const auto& [us, state] : starts) {
    counts.by_state[state] += 1;
    buckets[floor_of(us, length)][state] += 1;
  }
  for (const auto& [number, by_state] : buckets)
    counts.buckets.push_back({base::Instant::of_micros(number * length), by_state});
  return counts;
}

base::Result<void> Store::commit_and_wait(Batch batch) {
  std::mutex mutex;
  std::condition_variable ready;
  std::optional<base::Result<void>> outcome;
  commit(std::move(batch), [&](base::Result<void> result) {
    std::lock_guard lock(mutex);
    outcome = std::move(result);
    ready.notify_one();
  });
  std::unique_lock lock(mutex);
  ready.wait(lock, [&] { return outcome.has_value(); });
  return *std::move(outcome);
}

}  // namespace gyr::store
