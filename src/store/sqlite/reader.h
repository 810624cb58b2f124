// Queries of the store, answered from the snapshot of one connection.
#pragma once

#include <chrono>
#include <list>

#include "store/sqlite/log_day.h"
#include "store/sqlite/owners.h"
#include "store/sqlite/scope.h"
#include "store/sqlite/snapshot_gate.h"
#include "store/sqlite/text_index.h"
#include "store/store.h"

namespace gyr::store::sqlite {

/// The dependencies of a reader. All pointers must outlive it.
struct ReaderSetup {
  std::string main_path;
  std::string vfs;
  LogDays* days = nullptr;
  SnapshotGate* gate = nullptr;
  const TextIndex* texts = nullptr;
  /// The maximum age of a snapshot. A snapshot older than half of it is renewed before the next query, so that each
  /// query has at least the other half.
  std::chrono::nanoseconds snapshot_time = std::chrono::seconds(1);
};

/// A Reader for SQLite. For readers of the pool, release() ends the snapshot; others end it after each query.
class SqliteReader final : public Reader {
 public:
  static base::Result<std::unique_ptr<SqliteReader>> open(const ReaderSetup& setup, bool keeps_snapshot);
  struct OnlyOpen {};
  SqliteReader(OnlyOpen, const ReaderSetup& setup, bool keeps_snapshot, std::unique_ptr<Connection> main);
  ~SqliteReader() override;

  /// Ends the snapshot: the next query reads the newest commit.
  void release();

  base::Result<std::optional<FlowRow>> flow(const model::FlowKey& key, int32_t revision) override;
  base::Result<std::vector<FlowRow>> flow_revisions(const model::FlowKey& key) override;
  base::Result<Page<FlowRow>> search_flows(const FlowQuery& query) override;
  base::Result<std::vector<std::string>> namespaces(const Visible& visible, std::string_view tenant) override;
  base::Result<std::vector<FlowRow>> flows_holding(std::span<const std::string_view> pieces) override;

  base::Result<std::optional<ExecutionRow>> execution(base::Id id) override;
  base::Result<std::vector<TaskRunRow>> task_runs(base::Id execution, uint32_t from_position, size_t limit) override;
  base::Result<std::optional<TaskRunRow>> task_run(base::Id execution, base::Id task_run) override;
  base::Result<std::vector<TaskRunHead>> task_run_heads(base::Id execution, uint32_t from_position,
                                                        size_t limit) override;
  base::Result<Page<ExecutionRow>> search_executions(const ExecutionQuery& query) override;
  base::Result<uint64_t> count_executions(const ExecutionQuery& query) override;
  base::Result<std::vector<RollupRow>> rollup(const RollupQuery& query) override;
  base::Result<ExecutionCounts> execution_counts(const ExecutionCountQuery& query) override;
  base::Result<std::vector<base::Id>> children(base::Id caller_execution) override;
  base::Result<std::optional<IdempotencyRow>> idempotency(std::string_view tenant, std::string_view key) override;

  base::Result<std::vector<base::Id>> active_executions(uint16_t first_slot, uint16_t last_slot, base::Id after,
                                                        size_t limit) override;
  base::Result<std::vector<Wake>> next_wakes(uint16_t first_slot, uint16_t last_slot, size_t limit) override;
  base::Result<std::vector<StoredMessage>> inbox(uint16_t first_slot, uint16_t last_slot, int64_t after_sequence,
                                                 size_t limit) override;

  base::Result<std::array<uint64_t, model::state_count>> count_by_state(const model::FlowKey& flow) override;
  base::Result<std::vector<Queued>> queued_executions(const model::FlowKey& flow, size_t limit) override;
  base::Result<std::vector<std::shared_ptr<const model::FlowKey>>> flows_with_queue(uint16_t first_slot,
                                                                                    uint16_t last_slot) override;

  base::Result<std::optional<TriggerRow>> trigger(const model::FlowKey& flow, std::string_view trigger_id) override;
  base::Result<std::vector<TriggerRow>> triggers_of(const model::FlowKey& flow) override;
  base::Result<Page<TriggerRow>> search_triggers(const TriggerQuery& query) override;
  base::Result<std::vector<TriggerWake>> next_trigger_wakes(uint16_t first_slot, uint16_t last_slot,
                                                            size_t limit) override;
  base::Result<std::vector<TriggerRow>> due_triggers(uint16_t first_slot, uint16_t last_slot, base::Instant from,
                                                     base::Instant until, size_t limit) override;
  base::Result<std::vector<TriggerHead>> worker_triggers(uint16_t first_slot, uint16_t last_slot) override;
  base::Result<std::vector<WindowRow>> windows(const model::FlowKey& flow, std::string_view trigger_id,
                                               std::string_view window_id) override;

  base::Result<Page<model::LogEntry>> search_logs(const LogQuery& query) override;
  base::Result<std::vector<model::LogEntry>> read_log(const LogQuery& query, LogCursor& cursor) override;
  base::Result<size_t> visit_log(const LogQuery& query, LogCursor& cursor, const LogVisitor& visitor) override;
  base::Result<std::vector<model::LogEntry>> log_lines(const Visible& visible, const std::string& tenant,
                                                       base::Id execution, std::span<const LogKey> keys) override;
  base::Result<std::vector<model::MetricEntry>> metrics(const Visible& visible, base::Id execution,
                                                        size_t limit) override;
  base::Result<std::vector<model::MetricEntry>> flow_metrics(const FlowMetricQuery& query) override;

  base::Result<std::optional<KvRow>> kv(std::string_view tenant, std::string_view namespace_,
                                        std::string_view key) override;
  base::Result<Page<KvRow>> search_kv(const KvQuery& query) override;
  base::Result<std::vector<NamespaceFileRow>> namespace_files(const Visible& visible, std::string_view tenant,
                                                              std::string_view namespace_,
                                                              std::string_view prefix) override;
  base::Result<std::vector<NamespaceFileRow>> namespace_file_revisions(std::string_view tenant,
                                                                       std::string_view namespace_,
                                                                       std::string_view path) override;
  base::Result<std::vector<KvVersion>> kv_versions(const Visible& visible, std::string_view tenant,
                                                   std::string_view namespace_) override;
  base::Result<std::vector<std::string>> data_namespaces(const Visible& visible, std::string_view tenant) override;
  base::Result<std::vector<NamespaceFileRow>> namespace_file_versions(const Visible& visible, std::string_view tenant,
                                                                      std::string_view namespace_) override;
  base::Result<std::optional<SecretRow>> secret(std::string_view tenant, std::string_view namespace_,
                                                std::string_view key) override;
  base::Result<std::vector<SecretRow>> secrets(const Visible& visible, std::string_view tenant) override;
  base::Result<std::optional<EntityRow>> entity(const EntityKind& kind, std::string_view tenant,
                                                std::string_view namespace_, std::string_view id) override;
  base::Result<std::optional<EntityRow>> entity_revision(const EntityKind& kind, std::string_view tenant,
                                                         std::string_view namespace_, std::string_view id,
                                                         int64_t revision) override;
  base::Result<std::vector<EntityRow>> entities(const EntityKind& kind, const Visible& visible,
                                                const EntityFilter& filter) override;
  base::Result<std::vector<OpenExecution>> open_executions(uint16_t first_slot, uint16_t last_slot, base::Id after,
                                                           size_t limit) override;
  base::Result<MaintenanceRow> maintenance() override;
  base::Result<std::optional<DocumentRow>> document(std::string_view kind, std::string_view key) override;
  base::Result<std::vector<DocumentRow>> expired_documents(base::Instant now, size_t limit) override;
  base::Result<std::vector<model::Service>> services(bool include_inactive, size_t limit) override;

 private:
  friend class LogSearch;
  /// Runs one query in the snapshot; starts a new snapshot if there is none or it is too old.
  template <class F>
  auto ask(F&& question) -> decltype(question());
  base::Result<void> begin_question();
  void end_question();

  base::Result<FlowRow> read_flow(Query& row, const model::FlowKey& key);
  base::Result<ExecutionRow> read_execution(Query& row);
  base::Result<TaskRunRow> read_task_run(Query& row, base::Id execution, int64_t number);
  base::Result<std::string> read_blob(int64_t execution, std::string_view hash);
  base::Result<std::optional<int64_t>> number_of(base::Id execution);
  base::Result<std::optional<int64_t>> number_of_flow(const model::FlowKey& flow);
  /// Whether the flow of the execution is visible; false if the execution does not exist.
  base::Result<bool> sees_execution(const Visible& visible, base::Id execution);
  /// Calls `each` for the rows of a statement with the parameters tenant and first namespace, in order of namespace
  /// (within a tenant), whose namespace is in this column: one range of the index for each visible prefix.
  base::Result<void> for_visible_rows(const Visible& visible, std::string_view tenant, Query& rows, int column,
                                      const std::function<base::Result<void>(Query&)>& each);

  /// The connection to the log file of a day; nothing if the day has none.
  base::Result<Connection*> log_day(int32_t day);

  ReaderSetup setup_;
  bool keeps_snapshot_;
  std::unique_ptr<Connection> main_;
  FlowNames names_;
  bool has_snapshot_ = false;
  base::MonotonicTime snapshot_begin_{};
  std::list<std::pair<int32_t, std::unique_ptr<Connection>>> log_days_;  // most recently used first
  uint64_t known_removals_ = 0;
};

template <class F>
auto SqliteReader::ask(F&& question) -> decltype(question()) {
  GYR_CHECK(begin_question());
  auto answer = question();
  end_question();
  return answer;
}

}  // namespace gyr::store::sqlite
