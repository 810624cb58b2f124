// Executions and their task runs.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "model/execution.h"
#include "model/state.h"
#include "store/api/filters.h"
#include "store/api/visible.h"

namespace gyr::store {

/// What the executor must do for an execution after a restart.
enum class Activity : uint8_t {
  ended = 0,   ///< nothing
  active = 1,  ///< load it at the start and continue it
  idle = 2,    ///< it waits for a message or for `wake_at` and stays a row (principle: idle executions are rows)
};

/// The stored form of one execution, without its task runs.
struct ExecutionRow {
  model::Execution execution;
  Activity activity = Activity::active;
  std::optional<base::Instant> wake_at;  ///< the earliest deadline of the execution and its task runs
  /// The number of aborts of the process while it processed this execution; two lead to quarantine.
  uint8_t aborts = 0;
  bool quarantined = false;
  /// The state of the engine besides execution and task runs (counts of ended iterations …); not interpreted here.
  std::string engine_state;
};

/// The stored form of one task run.
struct TaskRunRow {
  base::Id execution_id;
  uint32_t position = 0;  ///< index in taskRunList: the order of creation (TASK-28)
  model::TaskRun run;
  std::string engine_state;  ///< not interpreted here: deadlines, child ids, counts per state
};

/// The answer to a request with an idempotency key.
struct IdempotencyRow {
  std::string tenant;
  std::string key;  ///< at most 256 bytes
  base::Id execution_id;
  base::Instant created;
};

/// All filters on one field must match.
struct ExecutionQuery {
  Visible visible;  ///< of the caller
  std::string tenant;
  std::vector<TextFilter> namespaces;
  std::vector<TextFilter> flow_ids;
  std::vector<TextFilter> execution_ids;
  std::vector<model::State> states;  ///< empty: all
  std::vector<model::State> not_states;
  std::vector<LabelFilter> labels;
  std::vector<TimeFilter> started;
  std::vector<TimeFilter> ended;
  std::optional<base::Id> caller_execution;  ///< `triggerExecutionId`
  std::vector<TextFilter> caller_ids;        ///< the same with other operators; an execution without a caller has ""
  std::vector<TextFilter> trigger_ids;       ///< of the trigger that started it; "" if none did
  std::vector<TextFilter> revisions;         ///< of the flow, as text
  std::optional<bool> is_child;              ///< childFilter
  std::vector<model::ExecutionKind> kinds;   ///< empty: only normal executions (API-32)
  std::string text;                          ///< case-insensitive, in id, namespace, flow id, labels
  std::vector<std::string> not_texts;        ///< in none of them
  /// If not empty, the conditions of one of these must hold as well; their tenant and visibility are those of the
  /// query.
  std::vector<ExecutionQuery> any_of = {};
  std::vector<Order> order;  ///< empty: newest first by start
  Paging paging;
};

/// Counts of normal executions by state and start time, for charts.
struct RollupQuery {
  Visible visible;  ///< of the caller
  std::string tenant;
  std::vector<TextFilter> namespaces;
  std::vector<TextFilter> flow_ids;
  base::Instant from;    ///< included; extended to whole buckets
  base::Instant to;      ///< not included
  bool by_day = false;   ///< buckets of one day (UTC) instead of one hour
  bool by_flow = false;  ///< one row per flow instead of sums
  /// Also the shortest and the longest duration. Reads the index of the executions: about 0.1 s for a million.
  bool extremes = false;
};
/// The number of executions of one bucket in one state.
struct RollupRow {
  base::Instant bucket;  ///< the start of the bucket
  model::State state = model::State::created;
  std::shared_ptr<const model::FlowKey> flow;  ///< only set if `by_flow`
  uint64_t count = 0;
  base::Duration duration;  ///< the sum for the ended executions
  base::Duration shortest;  ///< of the ended executions, if `extremes`; 0 if none has ended
  base::Duration longest;   ///< the same
};

/// A task run without its outputs and without the state of the engine, as lists show it.
struct TaskRunHead {
  uint32_t position = 0;  ///< as in TaskRunRow
  model::TaskRun run;     ///< `outputs` is always null
  bool has_outputs = false;
};

/// Counts of the executions that match a query, by state and time of start.
struct ExecutionCountQuery {
  ExecutionQuery filter;  ///< only what its caller may see is counted; order and page are not used
  base::Duration bucket = base::Duration::of_seconds(3600);
  /// The maximum number of buckets, at most 1,000: a bucket is made longer if the executions are in more of them.
  size_t max_buckets = 200;
  /// The length of the buckets if executions started from `first_us` until `last_us`: a multiple of two seconds.
  base::Duration bucket_for(int64_t first_us, int64_t last_us) const;
};
/// The result of an ExecutionCountQuery.
struct ExecutionCounts {
  using ByState = std::array<uint64_t, model::state_count>;
  struct Bucket {
    base::Instant start;  ///< a multiple of the length since 1970
    ByState by_state{};
  };
  ByState by_state{};
  std::vector<Bucket> buckets;  ///< in order of time, without empty ones
  base::Duration bucket;        ///< their length
  /// Only the newest executions were counted: to count all of them would mean to read them.
  bool is_partial = false;
};

/// Reads executions from a snapshot; see Reader.
class ExecutionReader {
 public:
  virtual ~ExecutionReader() = default;

  virtual base::Result<std::optional<ExecutionRow>> execution(base::Id id) = 0;
  /// In order of position, starting at `from_position`, at most `limit`.
  virtual base::Result<std::vector<TaskRunRow>> task_runs(base::Id execution, uint32_t from_position, size_t limit) = 0;
  virtual base::Result<std::optional<TaskRunRow>> task_run(base::Id execution, base::Id task_run) = 0;
  /// As task_runs(), without reading large outputs.
  virtual base::Result<std::vector<TaskRunHead>> task_run_heads(base::Id execution, uint32_t from_position,
                                                                size_t limit);
  virtual base::Result<Page<ExecutionRow>> search_executions(const ExecutionQuery& query) = 0;
  virtual base::Result<uint64_t> count_executions(const ExecutionQuery& query) = 0;
  /// Counts for charts, in order of time; does not read the executions themselves.
  virtual base::Result<std::vector<RollupRow>> rollup(const RollupQuery& query) = 0;
  /// Counts for the head of a list. Conditions on tenant, namespace, flow, state, kind, child and start are counted
  /// with rollups; with other conditions the newest `counted_rows` matches are.
  virtual base::Result<ExecutionCounts> execution_counts(const ExecutionCountQuery& query);
  static constexpr uint32_t counted_rows = 2'000;
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
};

/// The part of a batch that changes executions.
struct ExecutionChanges {
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
  std::vector<IdempotencyRow> idempotency;  ///< refused if the key already belongs to another execution

  bool empty() const;
  size_t weight() const;
};

}  // namespace gyr::store
