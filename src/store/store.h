// The interface of the store: atomic batches and short reads. SQLite implements it; every implementation must pass
// store_suite.h.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "model/service.h"
#include "model/state.h"
#include "store/lease.h"
#include "store/query.h"
#include "store/rows.h"

namespace gyr::store {

inline constexpr base::ErrorCode store_full{"GYR-S002"};  ///< no space left: nothing was written; try again later
inline constexpr base::ErrorCode store_read_only{"GYR-S003"};
inline constexpr base::ErrorCode store_damaged{"GYR-S004"};
inline constexpr base::ErrorCode store_busy{"GYR-S005"};     ///< another server uses this data
inline constexpr base::ErrorCode store_failed{"GYR-S006"};   ///< any other failure; the batch was not applied
inline constexpr base::ErrorCode store_too_new{"GYR-S007"};  ///< the schema is of a later version
inline constexpr base::ErrorCode store_conflict{
    "GYR-S008"};  ///< a row that must be new exists; the batch was not applied
/// unknown sort field, wrong operator, invalid regular expression
inline constexpr base::ErrorCode bad_query{"GYR-S009"};
inline constexpr base::ErrorCode query_too_slow{"GYR-S010"};  ///< took longer than the maximum duration of a snapshot
inline constexpr base::ErrorCode store_unknown{
    "GYR-S011"};  ///< closed before it was known whether the batch is durable
inline constexpr base::ErrorCode batch_too_large{"GYR-S012"};  ///< exceeds the limit of a transaction
inline constexpr base::ErrorCode store_closed{"GYR-S013"};     ///< shutdown has started
inline constexpr base::ErrorCode lease_lost{"GYR-S014"};       ///< another owner has these slots: nothing was written
inline constexpr base::ErrorCode lease_held{"GYR-S015"};       ///< another owner has some of the requested slots

/// The maximum size of a batch, in bytes: it is written in one transaction and held in memory until then.
inline constexpr size_t batch_limit_bytes = 256u << 20;

/// The changes of one step, which are applied atomically. Empty lists cost nothing. Rows are inserted or replaced by
/// their key. A batch that cannot be applied (a revision or an execution that already exists, a task run of an
/// execution that does not exist) is refused as a whole with store_conflict and does not affect other batches.
struct Batch {
  /// Set by senders whose batches depend on each other (a partition of the executor): the value of Store::generation()
  /// when the sender last loaded its state. After such a batch has failed, every later batch of the same generation is
  /// refused with the same code, so that no batch builds on rows that were never written. 0: does not depend on an
  /// earlier batch.
  uint64_t generation = 0;
  /// The lease of the sender on the slots that it changes; the batch is refused as a whole with lease_lost after
  /// another owner has taken over. None: changes nothing that belongs to a range of slots.
  Lease lease;
  std::vector<FlowRow> flows;                ///< refused (whole batch) if the revision already exists
  std::vector<ExecutionRow> new_executions;  ///< known to be new: a plain insert
  std::vector<ExecutionRow> executions;
  std::vector<TaskRunRow> new_task_runs;
  std::vector<TaskRunRow> task_runs;                             ///< key: execution and position
  std::vector<std::pair<base::Id, base::Id>> deleted_task_runs;  ///< execution, task run
  struct ExecutionDelete {
    base::Id id;
    bool logs = true;
    bool metrics = true;
    bool files = false;  ///< Store::left_files() returns it until its files are deleted
  };
  std::vector<ExecutionDelete> deleted_executions;
  /// atomic with the other rows; a line that is written again replaces the first one
  std::vector<model::LogEntry> logs;
  struct LogDelete {
    base::Id execution_id;
    base::Id task_run_id;  ///< none: of all task runs
    std::string task_id;   ///< empty: of all tasks
    std::optional<int32_t> attempt;
    model::LogLevel min_level = model::LogLevel::trace;  ///< this level and above
    std::vector<model::LogLevel> levels = {};            ///< of these only; empty: of all
    std::optional<base::Instant> from = {};              ///< included
    std::optional<base::Instant> until = {};             ///< included
  };
  std::vector<LogDelete> deleted_logs;
  std::vector<base::Id> deleted_metrics;    ///< all metrics of these executions
  std::vector<model::MetricEntry> metrics;  ///< key: execution, task run, attempt, type, name, tags
  std::vector<InboxMessage> inbox;
  std::vector<int64_t> applied_inbox;       ///< the sequences of stored messages
  std::vector<base::Id> applied_inbox_ids;  ///< of messages that were written earlier in the same commit stream
  std::vector<KvRow> kv;
  struct KvDelete {
    std::string tenant, namespace_, key;
  };
  std::vector<KvDelete> deleted_kv;
  struct KvPurge {
    std::string tenant, namespace_, key;
    int32_t revision = 0;
  };
  /// Deletes these versions of keys (CORE-65). With the newest version, the key is deleted completely and its numbers
  /// start again.
  std::vector<KvPurge> purged_kv;
  std::vector<NamespaceFileRow> namespace_files;  ///< key: path and revision
  /// Deletes these revisions (purge, NSF-4); revision 0: the whole history of the path.
  std::vector<NamespaceFileRow> deleted_namespace_files;
  std::vector<TriggerRow> triggers;  ///< key: flow and trigger id
  struct TriggerDelete {
    model::FlowKey flow;
    std::string trigger_id;
  };
  std::vector<TriggerDelete> deleted_triggers;  ///< applied before `triggers`
  std::vector<WindowRow> windows;               ///< key: flow, trigger, window and start
  struct WindowDelete {
    model::FlowKey flow;
    std::string trigger_id = {};  ///< empty: all of the flow
    std::string window_id = {};
    int64_t start = 0;
  };
  std::vector<WindowDelete> deleted_windows;  ///< applied before `windows`
  std::vector<SecretRow> secrets;
  struct SecretDelete {
    std::string tenant, namespace_, key;
  };
  std::vector<SecretDelete> deleted_secrets;
  /// Number 1 for a new service; otherwise refused unless the stored number is one less (EXEC-132).
  std::vector<model::Service> services;
  std::vector<base::Id> deleted_services;
  struct RevisionDelete {
    model::FlowKey flow;
    int32_t revision = 0;
  };
  /// Deletes these revisions, but never the current one (API-92).
  std::vector<RevisionDelete> deleted_revisions;
  std::vector<NamespaceRow> namespaces;  ///< key: tenant and id; `created` is not changed
  struct EntityDelete {
    std::string tenant, id;
  };
  std::vector<EntityDelete> deleted_namespaces;
  std::vector<DashboardRow> dashboards;  ///< key: tenant and id; `created` is not changed
  std::vector<EntityDelete> deleted_dashboards;
  std::vector<TemplateRow> templates;        ///< new versions; their number is ignored here, see new_template
  std::vector<KillSwitchRow> kill_switches;  ///< key: id
  std::optional<MaintenanceRow> maintenance;
  std::vector<IdempotencyRow> idempotency;  ///< refused if the key already belongs to another execution

  bool empty() const;
  /// The approximate number of bytes it will write; limits merged transactions.
  size_t weight() const;
};

/// Reads from a snapshot. Cheap to create; use it for one query and drop it, because a snapshot lasts at most 1 s
/// (principle: short transactions). Not thread-safe; different readers run in parallel.
class Reader {
 public:
  virtual ~Reader() = default;

  // Flows. `revision` 0 means the current one; a deleted flow is returned with `deleted` set.
  virtual base::Result<std::optional<FlowRow>> flow(const model::FlowKey& key, int32_t revision) = 0;
  virtual base::Result<std::vector<FlowRow>> flow_revisions(const model::FlowKey& key) = 0;
  virtual base::Result<Page<FlowRow>> search_flows(const FlowQuery& query) = 0;
  virtual base::Result<std::vector<std::string>> namespaces(std::string_view tenant) = 0;
  /// The current flows of all tenants, without deleted ones, whose source contains one of these texts. Reads every
  /// source: only for the start.
  virtual base::Result<std::vector<FlowRow>> flows_holding(std::span<const std::string_view> pieces) = 0;

  // Executions.
  virtual base::Result<std::optional<ExecutionRow>> execution(base::Id id) = 0;
  /// In order of position, starting at `from_position`, at most `limit`.
  virtual base::Result<std::vector<TaskRunRow>> task_runs(base::Id execution, uint32_t from_position, size_t limit) = 0;
  virtual base::Result<std::optional<TaskRunRow>> task_run(base::Id execution, base::Id task_run) = 0;
  virtual base::Result<Page<ExecutionRow>> search_executions(const ExecutionQuery& query) = 0;
  virtual base::Result<uint64_t> count_executions(const ExecutionQuery& query) = 0;
  /// Counts for charts, in order of time; does not read the executions themselves.
  virtual base::Result<std::vector<RollupRow>> rollup(const RollupQuery& query) = 0;
  /// Executions that another execution started: children of Subflow tasks.
  virtual base::Result<std::vector<base::Id>> children(base::Id caller_execution) = 0;
  virtual base::Result<std::optional<IdempotencyRow>> idempotency(std::string_view tenant, std::string_view key) = 0;

  // Recovery and timers, for a range of slots [first, last].
  virtual base::Result<std::vector<base::Id>> active_executions(uint16_t first_slot, uint16_t last_slot, base::Id after,
                                                                size_t limit) = 0;
  struct Wake {
    base::Instant at;
    base::Id execution;
  };
  virtual base::Result<std::vector<Wake>> next_wakes(uint16_t first_slot, uint16_t last_slot, size_t limit) = 0;
  struct OpenExecution {
    base::Id id;
    std::shared_ptr<const model::FlowKey> flow;
    model::State state = model::State::created;
    Activity activity = Activity::active;
  };
  /// Executions of a range of slots that have work left or wait for something, in order of id after `after`.
  virtual base::Result<std::vector<OpenExecution>> open_executions(uint16_t first_slot, uint16_t last_slot,
                                                                   base::Id after, size_t limit) = 0;
  virtual base::Result<std::vector<StoredMessage>> inbox(uint16_t first_slot, uint16_t last_slot,
                                                         int64_t after_sequence, size_t limit) = 0;

  // Concurrency limits (EXEC-60, EXEC-61).
  /// The number of executions of the flow by state, of every kind.
  virtual base::Result<std::array<uint64_t, model::state_count>> count_by_state(const model::FlowKey& flow) = 0;
  struct Queued {
    base::Instant since;  ///< in microseconds
    base::Id execution;
  };
  /// Its QUEUED executions, at most `limit`, in the order in which they were queued (then by id).
  virtual base::Result<std::vector<Queued>> queued_executions(const model::FlowKey& flow, size_t limit) = 0;
  /// The flows with QUEUED executions, of a range of slots [first, last].
  virtual base::Result<std::vector<std::shared_ptr<const model::FlowKey>>> flows_with_queue(uint16_t first_slot,
                                                                                            uint16_t last_slot) = 0;

  // Triggers (TRIG-190).
  virtual base::Result<std::optional<TriggerRow>> trigger(const model::FlowKey& flow, std::string_view trigger_id) = 0;
  /// All triggers of a flow, in order of id.
  virtual base::Result<std::vector<TriggerRow>> triggers_of(const model::FlowKey& flow) = 0;
  virtual base::Result<Page<TriggerRow>> search_triggers(const TriggerQuery& query) = 0;
  struct TriggerWake {
    base::Instant at;
    std::shared_ptr<const model::FlowKey> flow;
    std::string trigger_id;
  };
  /// The next due triggers of a range of slots [first, last], earliest first.
  virtual base::Result<std::vector<TriggerWake>> next_trigger_wakes(uint16_t first_slot, uint16_t last_slot,
                                                                    size_t limit) = 0;
  /// The triggers that are due between these times, both included, of a range of slots, earliest first.
  virtual base::Result<std::vector<TriggerRow>> due_triggers(uint16_t first_slot, uint16_t last_slot,
                                                             base::Instant from, base::Instant until, size_t limit) = 0;
  struct TriggerHead {
    std::shared_ptr<const model::FlowKey> flow;
    std::string trigger_id;
    TriggerKind kind = TriggerKind::polling;
    bool evaluating = false;  ///< its row has `evaluating_since`
    bool asleep = false;      ///< it is not evaluating and has no date to be woken
  };
  /// The polling and realtime triggers of a range of slots that must be sent to workers after a start.
  virtual base::Result<std::vector<TriggerHead>> worker_triggers(uint16_t first_slot, uint16_t last_slot) = 0;
  // Flow triggers.
  /// All windows with one id, in order of start.
  virtual base::Result<std::vector<WindowRow>> windows(const model::FlowKey& flow, std::string_view trigger_id,
                                                       std::string_view window_id) = 0;

  // Logs and metrics.
  virtual base::Result<Page<model::LogEntry>> search_logs(const LogQuery& query) = 0;
  /// The next lines of the log of one execution, oldest first, up to the page size; fewer lines mean the end. Advances
  /// the cursor. The cost of each part does not depend on the length of the log. Use it for downloads; the search above
  /// is for pages.
  virtual base::Result<std::vector<model::LogEntry>> read_log(const LogQuery& query, LogCursor& cursor);
  virtual base::Result<std::vector<model::MetricEntry>> metrics(base::Id execution, size_t limit) = 0;
  /// Newest executions of a flow first; reads at most `look_at`.
  struct FlowMetricQuery {
    model::FlowKey flow;
    std::string task_id = {};  ///< empty: of all tasks
    std::string name = {};     ///< empty: of all names
    std::optional<base::Instant> from = {};
    std::optional<base::Instant> to = {};
    size_t look_at = 0;
  };
  virtual base::Result<std::vector<model::MetricEntry>> flow_metrics(const FlowMetricQuery& query) = 0;

  // Key-value and namespace files.
  virtual base::Result<std::optional<KvRow>> kv(std::string_view tenant, std::string_view namespace_,
                                                std::string_view key) = 0;
  virtual base::Result<Page<KvRow>> search_kv(const KvQuery& query) = 0;
  /// Every version of every key of a namespace, including deleted ones, in order of key and revision.
  virtual base::Result<std::vector<KvVersion>> kv_versions(std::string_view tenant, std::string_view namespace_) = 0;
  /// The namespaces that have keys or files, even if all are deleted; in order.
  virtual base::Result<std::vector<std::string>> data_namespaces(std::string_view tenant) = 0;
  /// The newest revision of each path that starts with `prefix`, without deleted files, in order of path.
  virtual base::Result<std::vector<NamespaceFileRow>> namespace_files(std::string_view tenant,
                                                                      std::string_view namespace_,
                                                                      std::string_view prefix) = 0;
  /// Ascending; including deleted files.
  virtual base::Result<std::vector<NamespaceFileRow>> namespace_file_revisions(std::string_view tenant,
                                                                               std::string_view namespace_,
                                                                               std::string_view path) = 0;
  /// Every revision of every file of a namespace, including deleted ones, in order of path and revision.
  virtual base::Result<std::vector<NamespaceFileRow>> namespace_file_versions(std::string_view tenant,
                                                                              std::string_view namespace_) = 0;

  // Secrets.
  virtual base::Result<std::optional<SecretRow>> secret(std::string_view tenant, std::string_view namespace_,
                                                        std::string_view key) = 0;
  /// All secrets of a tenant, in order of namespace and key.
  virtual base::Result<std::vector<SecretRow>> secrets(std::string_view tenant) = 0;

  // Configured namespaces and dashboards; lists are in order of id.
  virtual base::Result<std::optional<NamespaceRow>> namespace_row(std::string_view tenant, std::string_view id) = 0;
  /// Of all tenants if `tenant` is empty.
  virtual base::Result<std::vector<NamespaceRow>> namespace_rows(std::string_view tenant) = 0;
  virtual base::Result<std::optional<DashboardRow>> dashboard(std::string_view tenant, std::string_view id) = 0;
  virtual base::Result<std::vector<DashboardRow>> dashboards(std::string_view tenant) = 0;
  /// The newest version of each existing template, in order of namespace and id; of all tenants if `tenant` is empty.
  virtual base::Result<std::vector<TemplateRow>> templates(std::string_view tenant) = 0;
  /// One version of a template, deleted or not.
  virtual base::Result<std::optional<TemplateRow>> template_version(std::string_view tenant,
                                                                    std::string_view namespace_, std::string_view id,
                                                                    int64_t version) = 0;

  // Holds of operators (EXEC-99).
  /// All kill switches, including archived ones, in order of id.
  virtual base::Result<std::vector<KillSwitchRow>> kill_switches() = 0;
  /// Off, without a date, if the mode was never turned on.
  virtual base::Result<MaintenanceRow> maintenance() = 0;

  // Services of servers (EXEC-132), the newest first.
  virtual base::Result<std::vector<model::Service>> services(bool include_inactive, size_t limit) = 0;
};

/// A deleted execution whose files can still be in the storage.
struct LeftFiles {
  model::FlowKey flow;
  base::Id execution;
};

/// The durable store for all state of the program.
class Store {
 public:
  using Done = std::move_only_function<void(base::Result<void>)>;
  virtual ~Store() = default;

  /// Applies the batch atomically and durably, after all earlier batches. `done` runs exactly once, on the thread of
  /// the writer, when the batch is on disk or was refused. Never blocks. Thread-safe.
  virtual void commit(Batch batch, Done done) = 0;
  /// The same, blocking; not on the thread of the writer.
  base::Result<void> commit_and_wait(Batch batch);

  // Leases of ranges of slots (TRIG-201, SCALE-2). Each call blocks; call it on any thread except that of the writer.
  // Times are those of the store.
  /// Acquires a lease with an epoch that is higher than any before. Fails with lease_held while another lease contains
  /// any of these slots. After it returns, every batch of an earlier lease is either refused or readable.
  virtual base::Result<Lease> acquire_lease(LeaseRequest request) = 0;
  /// Extends the lease from now, even if it has expired and no other owner has taken over; otherwise lease_lost.
  virtual base::Result<void> renew_lease(const Lease& lease, base::Duration length) = 0;
  /// Releases the slots immediately. No effect if another owner has them.
  virtual base::Result<void> release_lease(const Lease& lease) = 0;

  /// The size of the batches that wait for the writer, in bytes: above a limit the callers slow down (429), so memory
  /// stays bounded.
  virtual size_t backlog_bytes() const = 0;
  /// See Batch::generation; never 0. Read it before loading the state that the next batches build on. Thread-safe.
  virtual uint64_t generation() const = 0;

  /// Runs `work` on a reader thread; all its reads use one snapshot while that is younger than 1 s. Thread-safe. After
  /// the start of the shutdown, `work` is destroyed without running.
  virtual void read(std::move_only_function<void(Reader&)> work) = 0;
  /// Returns a separate reader, for a thread that may block (recovery of the executor, command line, tests); each query
  /// reads the newest commit. It must be destroyed before the store.
  virtual base::Result<std::unique_ptr<Reader>> open_reader() = 0;

  /// Writes a consistent copy of everything into a new or empty folder, while the store is in use. Blocks; call it on
  /// any thread except that of the writer.
  virtual base::Result<void> backup(const std::string& folder) = 0;
  /// Deletes data beyond the retention period (executions with their rows, days of logs); limited work per call,
  /// returns true while there is more. Blocks; call it on any thread except that of the writer.
  virtual base::Result<bool> apply_retention(base::Instant now) = 0;
  /// Executions that were deleted with their files, by retention or by a batch, and do not exist again: the first
  /// `limit` with an id after this one, in order of id. Blocks; call it on any thread except that of the writer.
  virtual base::Result<std::vector<LeftFiles>> left_files(base::Id after, size_t at_most) = 0;
  /// Their files are deleted: left_files() no longer returns them. Blocks; call it on any thread except that of the
  /// writer.
  virtual base::Result<void> forget_left_files(const std::vector<LeftFiles>& gone) = 0;
  /// Deletes at most this many expired keys (KV-5) and returns the number. Blocks; call it on any thread except that of
  /// the writer.
  virtual base::Result<size_t> purge_expired_keys(base::Instant now, size_t at_most) = 0;
  /// Whether writes currently work: false while the disk is full or the file system is read-only.
  virtual bool writable() const = 0;
  /// Commits the given batches and closes everything. Later calls fail.
  virtual void close() = 0;
};

}  // namespace gyr::store
