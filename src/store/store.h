// The store as the rest of the program sees it: atomic batches in, short reads out. SQLite implements it; every
// implementation has to pass store_suite.h.
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

inline constexpr base::ErrorCode store_full{"GYR-S002"};  ///< no space left: nothing was written, try again later
inline constexpr base::ErrorCode store_read_only{"GYR-S003"};
inline constexpr base::ErrorCode store_damaged{"GYR-S004"};
inline constexpr base::ErrorCode store_busy{"GYR-S005"};     ///< another server holds this data
inline constexpr base::ErrorCode store_failed{"GYR-S006"};   ///< any other failure; the batch was not applied
inline constexpr base::ErrorCode store_too_new{"GYR-S007"};  ///< schema of a later version
inline constexpr base::ErrorCode store_conflict{
    "GYR-S008"};                                         ///< a row that had to be new exists; the batch was not applied
inline constexpr base::ErrorCode bad_query{"GYR-S009"};  ///< unknown order field, operator that does not fit, bad regex
inline constexpr base::ErrorCode query_too_slow{"GYR-S010"};  ///< ran longer than a snapshot may last
inline constexpr base::ErrorCode store_unknown{
    "GYR-S011"};  ///< closed before it was known whether the batch is durable
inline constexpr base::ErrorCode batch_too_large{"GYR-S012"};  ///< more than one transaction may hold
inline constexpr base::ErrorCode store_closed{"GYR-S013"};     ///< shutdown has begun
inline constexpr base::ErrorCode lease_lost{"GYR-S014"};       ///< another owner has these slots: nothing was written
inline constexpr base::ErrorCode lease_held{"GYR-S015"};  ///< another owner holds some of the slots that were asked for

/// Bytes one batch may weigh: it is written in one transaction and held in memory until then.
inline constexpr size_t batch_limit_bytes = 256u << 20;

/// Everything one step wants to be true at once. Empty lists cost nothing. Rows are inserted or replaced by their key.
/// A batch that cannot be applied as it stands (a revision or an execution that exists already, a task run of an
/// execution that does not) is refused whole with store_conflict and takes no other batch with it.
struct Batch {
  /// Set by senders whose batches build on each other (an executor's partition): Store::generation() as it was when the
  /// sender last loaded its state. Once such a batch has failed, every later one of the same generation is refused with
  /// the same code, so that nothing is built on rows that were never written. 0: depends on no earlier batch.
  uint64_t generation = 0;
  /// Under which its sender owns what it changes; refused whole with lease_lost once another owner has taken over.
  /// None: changes nothing that belongs to a range of slots.
  Lease lease;
  std::vector<FlowRow> flows;                ///< refused (whole batch) where the revision exists already
  std::vector<ExecutionRow> new_executions;  ///< known to be new: a plain insert
  std::vector<ExecutionRow> executions;
  std::vector<TaskRunRow> new_task_runs;
  std::vector<TaskRunRow> task_runs;                             ///< key: execution and position
  std::vector<std::pair<base::Id, base::Id>> deleted_task_runs;  ///< execution, task run
  struct ExecutionDelete {
    base::Id id;
    bool logs = true;
    bool metrics = true;
    bool files = false;  ///< Store::left_files() names it until they are gone
  };
  std::vector<ExecutionDelete> deleted_executions;
  std::vector<model::LogEntry> logs;  ///< atomic with the rest; a line written again replaces itself
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
  std::vector<int64_t> applied_inbox;       ///< sequences of stored messages
  std::vector<base::Id> applied_inbox_ids;  ///< of messages written earlier in the same commit stream
  std::vector<KvRow> kv;
  struct KvDelete {
    std::string tenant, namespace_, key;
  };
  std::vector<KvDelete> deleted_kv;
  struct KvPurge {
    std::string tenant, namespace_, key;
    int32_t revision = 0;
  };
  /// Forgets these versions of keys (CORE-65). With the newest one the key is forgotten whole, and its numbers begin
  /// anew.
  std::vector<KvPurge> purged_kv;
  std::vector<NamespaceFileRow> namespace_files;  ///< key: path and revision
  /// Forgets these revisions (purge, NSF-4); revision 0: the whole history of the path.
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
  /// Numbered 1 where it is new; else refused unless the stored one is numbered one less (EXEC-132).
  std::vector<model::Service> services;
  std::vector<base::Id> deleted_services;
  struct RevisionDelete {
    model::FlowKey flow;
    int32_t revision = 0;
  };
  /// Forgets these revisions, the current one never (API-92).
  std::vector<RevisionDelete> deleted_revisions;
  std::vector<NamespaceRow> namespaces;  ///< key: tenant and id; `created` stays what it was
  struct EntityDelete {
    std::string tenant, id;
  };
  std::vector<EntityDelete> deleted_namespaces;
  std::vector<DashboardRow> dashboards;  ///< key: tenant and id; `created` stays what it was
  std::vector<EntityDelete> deleted_dashboards;
  std::vector<TemplateRow> templates;        ///< further versions, whatever number they have here; see new_template
  std::vector<KillSwitchRow> kill_switches;  ///< key: id
  std::optional<MaintenanceRow> maintenance;
  std::vector<IdempotencyRow> idempotency;  ///< refused where the key answers with another execution already

  bool empty() const;
  /// About the bytes it will write; bounds what a merged transaction takes.
  size_t weight() const;
};

/// Snapshot reads. Cheap to make, used for one question and dropped: a snapshot lasts at most 1 s
/// (principle: short transactions). One thread at a time; different readers run in parallel.
class Reader {
 public:
  virtual ~Reader() = default;

  // Flows. `revision` 0 means the current one; a deleted flow is returned with `deleted` set.
  virtual base::Result<std::optional<FlowRow>> flow(const model::FlowKey& key, int32_t revision) = 0;
  virtual base::Result<std::vector<FlowRow>> flow_revisions(const model::FlowKey& key) = 0;
  virtual base::Result<Page<FlowRow>> search_flows(const FlowQuery& query) = 0;
  virtual base::Result<std::vector<std::string>> namespaces(std::string_view tenant) = 0;
  /// Current flows of all tenants, deleted ones left out, whose source holds one of these pieces. Reads every source:
  /// for the start.
  virtual base::Result<std::vector<FlowRow>> flows_holding(std::span<const std::string_view> pieces) = 0;

  // Executions.
  virtual base::Result<std::optional<ExecutionRow>> execution(base::Id id) = 0;
  /// In order of position, those at `from_position` and after, at most `limit`.
  virtual base::Result<std::vector<TaskRunRow>> task_runs(base::Id execution, uint32_t from_position, size_t limit) = 0;
  virtual base::Result<std::optional<TaskRunRow>> task_run(base::Id execution, base::Id task_run) = 0;
  virtual base::Result<Page<ExecutionRow>> search_executions(const ExecutionQuery& query) = 0;
  virtual base::Result<uint64_t> count_executions(const ExecutionQuery& query) = 0;
  /// Counts for charts, in order of time; never reads the executions themselves.
  virtual base::Result<std::vector<RollupRow>> rollup(const RollupQuery& query) = 0;
  /// Executions that some other one started: children of Subflow tasks.
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
  /// Those with something left to do or to wait for, of a range of slots, in order of id behind `after`.
  virtual base::Result<std::vector<OpenExecution>> open_executions(uint16_t first_slot, uint16_t last_slot,
                                                                   base::Id after, size_t limit) = 0;
  virtual base::Result<std::vector<StoredMessage>> inbox(uint16_t first_slot, uint16_t last_slot,
                                                         int64_t after_sequence, size_t limit) = 0;

  // Concurrency limits (EXEC-60, EXEC-61).
  /// Executions of the flow by state, of every kind.
  virtual base::Result<std::array<uint64_t, model::state_count>> count_by_state(const model::FlowKey& flow) = 0;
  struct Queued {
    base::Instant since;  ///< in microseconds
    base::Id execution;
  };
  /// Its executions that are QUEUED, at most `limit`, in the order in which they were queued (then by id).
  virtual base::Result<std::vector<Queued>> queued_executions(const model::FlowKey& flow, size_t limit) = 0;
  /// Flows that have such, of a range of slots [first, last].
  virtual base::Result<std::vector<std::shared_ptr<const model::FlowKey>>> flows_with_queue(uint16_t first_slot,
                                                                                            uint16_t last_slot) = 0;

  // Triggers (TRIG-190).
  virtual base::Result<std::optional<TriggerRow>> trigger(const model::FlowKey& flow, std::string_view trigger_id) = 0;
  /// All of a flow, in order of id.
  virtual base::Result<std::vector<TriggerRow>> triggers_of(const model::FlowKey& flow) = 0;
  virtual base::Result<Page<TriggerRow>> search_triggers(const TriggerQuery& query) = 0;
  struct TriggerWake {
    base::Instant at;
    std::shared_ptr<const model::FlowKey> flow;
    std::string trigger_id;
  };
  /// The next to be looked at, of a range of slots [first, last], earliest first.
  virtual base::Result<std::vector<TriggerWake>> next_trigger_wakes(uint16_t first_slot, uint16_t last_slot,
                                                                    size_t limit) = 0;
  /// Rows to be looked at between these moments, both included, of a range of slots, earliest first.
  virtual base::Result<std::vector<TriggerRow>> due_triggers(uint16_t first_slot, uint16_t last_slot,
                                                             base::Instant from, base::Instant until, size_t limit) = 0;
  struct TriggerHead {
    std::shared_ptr<const model::FlowKey> flow;
    std::string trigger_id;
    TriggerKind kind = TriggerKind::polling;
    bool evaluating = false;  ///< its row has `evaluating_since`
    bool asleep = false;      ///< nor has it a date to be woken at
  };
  /// Polling and realtime triggers of a range of slots: what has to be hosted after a start.
  virtual base::Result<std::vector<TriggerHead>> worker_triggers(uint16_t first_slot, uint16_t last_slot) = 0;
  // Flow triggers.
  /// All windows under one id, in order of start.
  virtual base::Result<std::vector<WindowRow>> windows(const model::FlowKey& flow, std::string_view trigger_id,
                                                       std::string_view window_id) = 0;

  // Logs and metrics.
  virtual base::Result<Page<model::LogEntry>> search_logs(const LogQuery& query) = 0;
  /// The next lines of one execution's log, oldest first, as many as a page has; fewer: the end. Moves the cursor
  /// behind them. Each part costs the same, however long the log is. This one asks for pages.
  virtual base::Result<std::vector<model::LogEntry>> read_log(const LogQuery& query, LogCursor& cursor);
  virtual base::Result<std::vector<model::MetricEntry>> metrics(base::Id execution, size_t limit) = 0;
  /// Of the newest executions of a flow first; at most `look_at` are looked at.
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
  /// Every version of every key of a namespace, of deleted ones too, in order of key and revision.
  virtual base::Result<std::vector<KvVersion>> kv_versions(std::string_view tenant, std::string_view namespace_) = 0;
  /// Namespaces that have keys or files, also where all of them are deleted; in order.
  virtual base::Result<std::vector<std::string>> data_namespaces(std::string_view tenant) = 0;
  /// The newest revision of each path that starts with `prefix`, deleted ones left out, in order of path.
  virtual base::Result<std::vector<NamespaceFileRow>> namespace_files(std::string_view tenant,
                                                                      std::string_view namespace_,
                                                                      std::string_view prefix) = 0;
  /// Ascending; of deleted files too.
  virtual base::Result<std::vector<NamespaceFileRow>> namespace_file_revisions(std::string_view tenant,
                                                                               std::string_view namespace_,
                                                                               std::string_view path) = 0;
  /// Every revision of every file of a namespace, of deleted ones too, in order of path and revision.
  virtual base::Result<std::vector<NamespaceFileRow>> namespace_file_versions(std::string_view tenant,
                                                                              std::string_view namespace_) = 0;

  // Secrets.
  virtual base::Result<std::optional<SecretRow>> secret(std::string_view tenant, std::string_view namespace_,
                                                        std::string_view key) = 0;
  /// All of a tenant, in order of namespace and key.
  virtual base::Result<std::vector<SecretRow>> secrets(std::string_view tenant) = 0;

  // Configured namespaces and dashboards, lists in order of id.
  virtual base::Result<std::optional<NamespaceRow>> namespace_row(std::string_view tenant, std::string_view id) = 0;
  /// Of all tenants where `tenant` is empty.
  virtual base::Result<std::vector<NamespaceRow>> namespace_rows(std::string_view tenant) = 0;
  virtual base::Result<std::optional<DashboardRow>> dashboard(std::string_view tenant, std::string_view id) = 0;
  virtual base::Result<std::vector<DashboardRow>> dashboards(std::string_view tenant) = 0;
  /// The newest version of each template that is there, in order of namespace and id; of all tenants where `tenant` is
  /// empty.
  virtual base::Result<std::vector<TemplateRow>> templates(std::string_view tenant) = 0;
  /// One version of a template, deleted or not.
  virtual base::Result<std::optional<TemplateRow>> template_version(std::string_view tenant,
                                                                    std::string_view namespace_, std::string_view id,
                                                                    int64_t version) = 0;

  // What operators hold back (EXEC-99).
  /// All of them, archived ones too, in order of id.
  virtual base::Result<std::vector<KillSwitchRow>> kill_switches() = 0;
  /// Not on, and without a date, where the mode was never entered.
  virtual base::Result<MaintenanceRow> maintenance() = 0;

  // Services of servers (EXEC-132), the newest first.
  virtual base::Result<std::vector<model::Service>> services(bool include_inactive, size_t limit) = 0;
};

/// An execution that is gone, and whose files may still be in the storage.
struct LeftFiles {
  model::FlowKey flow;
  base::Id execution;
};

/// A durable place for all state of the program.
class Store {
 public:
  using Done = std::move_only_function<void(base::Result<void>)>;
  virtual ~Store() = default;

  /// Applies the batch atomically and durably, after all batches given before it; `done` runs once, on the writer's
  /// thread, when it is on disk or was refused. Never blocks. Any thread.
  virtual void commit(Batch batch, Done done) = 0;
  /// The same, waiting; not from the writer's thread.
  base::Result<void> commit_and_wait(Batch batch);

  // Leases of ranges of slots (TRIG-201, SCALE-2). Each call blocks, on any thread but the writer's; time is the
  // store's own.
  /// A lease with an epoch higher than any before. Refused with lease_held while another one holds any of these slots.
  /// Behind it every batch under an earlier lease of them is refused or can be read.
  virtual base::Result<Lease> acquire_lease(LeaseRequest request) = 0;
  /// For so long from now, also where it had run out and nobody has taken over; else lease_lost.
  virtual base::Result<void> renew_lease(const Lease& lease, base::Duration length) = 0;
  /// Others may have the slots at once. Nothing where they have them already.
  virtual base::Result<void> release_lease(const Lease& lease) = 0;

  /// Bytes of batches that wait for the writer: above limits the callers slow down (429), memory stays bounded.
  virtual size_t backlog_bytes() const = 0;
  /// See Batch::generation; never 0. Read it before loading the state that the next batches build on. Any thread.
  virtual uint64_t generation() const = 0;

  /// Runs `work` on a reader thread; all it asks for comes from one snapshot while that is younger than 1 s. Any
  /// thread. After shutdown has begun `work` is destroyed without running.
  virtual void read(std::move_only_function<void(Reader&)> work) = 0;
  /// A reader of one's own, for a thread that may block (executor's recovery, command line, tests); each question sees
  /// the newest commit. Must be gone before the store is.
  virtual base::Result<std::unique_ptr<Reader>> open_reader() = 0;

  /// A consistent copy of everything into a new or empty folder, while the store is in use. Blocks; any thread but the
  /// writer's.
  virtual base::Result<void> backup(const std::string& folder) = 0;
  /// Removes what retention no longer keeps (executions and their rows, log days); bounded work a call, true while more
  /// is left. Blocks; any thread but the writer's.
  virtual base::Result<bool> apply_retention(base::Instant now) = 0;
  /// Executions that were deleted with their files, by retention or by a batch, and are not there again: the first so
  /// many with an id after this one, in the order of ids. Blocks; any thread but the writer's.
  virtual base::Result<std::vector<LeftFiles>> left_files(base::Id after, size_t at_most) = 0;
  /// Their files are gone: left_files() names them no longer. Blocks; any thread but the writer's.
  virtual base::Result<void> forget_left_files(const std::vector<LeftFiles>& gone) = 0;
  /// Deletes at most so many keys that have expired (KV-5), and says how many. Blocks; any thread but the writer's.
  virtual base::Result<size_t> purge_expired_keys(base::Instant now, size_t at_most) = 0;
  /// Whether writes work now: false while the disk is full or the file system read-only.
  virtual bool writable() const = 0;
  /// Commits what was given, closes everything. Further calls fail.
  virtual void close() = 0;
};

}  // namespace gyr::store
