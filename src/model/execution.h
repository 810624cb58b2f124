// What runs: executions, their task runs and attempts, log lines and metrics (spec 01 section 24).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/instant.h"
#include "base/value.h"
#include "model/state.h"

namespace gyr::model {

/// Identity of a flow (FLOW-3). Compared and hashed by its three parts.
struct FlowKey {
  std::string tenant;
  std::string namespace_;
  std::string id;
  friend auto operator<=>(const FlowKey&, const FlowKey&) = default;
};

/// The number of slots. Executions and flows are assigned to slots by the hash of the key of the flow. A partition owns
/// a range of slots, so the number of partitions can change without a change of rows. Stored in rows and in ids.
inline constexpr uint16_t slot_count = 1024;
uint16_t slot_of(const FlowKey& flow);
/// The id of a new execution of the flow: carries its slot.
base::Id make_execution_id(const FlowKey& flow, base::Instant now);

/// A label of a flow or an execution; keys that begin with `system.` are the engine's.
struct Label {
  std::string key;
  std::string value;
  friend bool operator==(const Label&, const Label&) = default;
};

/// What started an execution: a trigger, or the Subflow task of another execution.
struct ExecutionTrigger {
  std::string id;
  std::string type;
  base::Value variables;  ///< a map
  std::string log_file;
  std::string unknown_fields = {};  ///< as in Execution
};

enum class ExecutionKind : uint8_t { normal = 0, test = 1, playground = 2, loop = 3 };
std::string_view to_text(ExecutionKind kind);
std::optional<ExecutionKind> parse_execution_kind(std::string_view text);

/// A task before which an execution is to stop; with a value, only before that iteration of it (EXEC-91).
struct Breakpoint {
  std::string task_id;
  std::string value;
  bool has_value = false;
};

/// One run of a flow, without its task runs. Plain data; the engine owns the executions in memory, the store keeps them
/// as rows.
struct Execution {
  base::Id id;
  std::shared_ptr<const FlowKey> flow;  ///< shared by all executions of the flow; never null
  int32_t revision = 0;
  StateHistory state;
  base::Value inputs;     ///< a map; SECRET values encrypted
  base::Value outputs;    ///< null until rendered
  base::Value variables;  ///< a map
  std::vector<Label> labels;
  std::optional<ExecutionTrigger> trigger;
  base::Id parent_id;  ///< origin of a replay or restart, not the calling flow
  base::Id original_id;
  int32_t attempt_number = 1;
  base::Instant original_created;
  std::optional<base::Instant> schedule_date;
  std::string trace_parent;
  ExecutionKind kind = ExecutionKind::normal;
  std::vector<Breakpoint> breakpoints;
  /// The execution whose Subflow task waits for this one, and that task run; empty for other executions.
  base::Id caller_execution;
  base::Id caller_task_run;
  /// Who started it, where a person did (label `system.username`).
  std::string error;  ///< why the flow itself could not run, empty otherwise
  /// What a later version of the program has stored with it (base/record.h); stays as it is.
  std::string unknown_fields = {};
};

/// One try of a task run.
struct Attempt {
  StateHistory state;
  std::string worker_id;
  std::string log_file;
  std::string unknown_fields = {};  ///< as in Execution
};

/// One task of one execution, with its attempts.
struct TaskRun {
  base::Id id;
  std::string task_id;
  base::Id parent_id;                ///< task run of the flowable that created it; empty at the top level
  std::optional<std::string> value;  ///< of a direct child of a loop
  std::optional<int32_t> iteration;
  StateHistory state;
  std::vector<Attempt> attempts;
  base::Value outputs;  ///< null or a map
  bool dynamic = false;
  bool force_execution = false;
  /// The last log sequence this run is known to have written (principle: log lines). Lines above it are left over from
  /// a crash.
  uint32_t log_sequence = 0;
  std::string unknown_fields = {};  ///< as in Execution
};

enum class LogLevel : uint8_t { trace = 0, debug = 1, info = 2, warn = 3, error = 4 };
std::string_view to_text(LogLevel level);
std::optional<LogLevel> parse_log_level(std::string_view text);

/// One line of a run's log. Its id derives from task run, attempt and sequence, so writing it again changes nothing.
struct LogEntry {
  base::Id execution_id;
  std::shared_ptr<const FlowKey> flow;
  std::string task_id;   ///< empty for lines of the execution itself
  base::Id task_run_id;  ///< none for lines of the execution itself
  int32_t attempt = 0;
  uint32_t sequence = 0;  ///< counts from 1 within the task run (or within the execution's own lines)
  std::string trigger_id;
  base::Instant timestamp;
  LogLevel level = LogLevel::info;
  std::string thread;
  std::string message;
};

enum class MetricType : uint8_t { counter = 0, timer = 1, gauge = 2 };
std::string_view to_text(MetricType type);
std::optional<MetricType> parse_metric_type(std::string_view text);

/// One metric of one attempt; timers in milliseconds (EXEC-122).
struct MetricEntry {
  base::Id execution_id;
  std::shared_ptr<const FlowKey> flow;
  std::string task_id;
  base::Id task_run_id;
  int32_t attempt = 0;
  MetricType type = MetricType::counter;
  std::string name;
  double value = 0;
  base::Instant timestamp;
  base::Value tags;  ///< a map of strings
};

}  // namespace gyr::model

template <>
struct std::hash<gyr::model::FlowKey> {
  size_t operator()(const gyr::model::FlowKey& key) const noexcept {
    size_t hash = std::hash<std::string>()(key.tenant);
    hash = hash * 31 + std::hash<std::string>()(key.namespace_);
    return hash * 31 + std::hash<std::string>()(key.id);
  }
};
