#include "model/execution_json.h"

namespace gyr::model {

using base::MapBuilder;
using base::Value;

namespace {

void set_text(MapBuilder& map, std::string_view key, std::string_view text) {
  if (!text.empty()) map.set(key, Value::string(text));
}

void set_id(MapBuilder& map, std::string_view key, base::Id id) {
  if (id) map.set(key, Value::string(id.to_text()));
}

void set_value(MapBuilder& map, std::string_view key, const Value& value) {
  if (!value.is_null()) map.set(key, value);
}

/// Empty maps of an execution are left out (EXEC-120).
void set_filled(MapBuilder& map, std::string_view key, const Value& value) {
  if (value.size() != 0) map.set(key, value);
}

Value trigger_to_value(const ExecutionTrigger& trigger) {
  MapBuilder map;
  map.set("id", Value::string(trigger.id));
  map.set("type", Value::string(trigger.type));
  set_value(map, "variables", trigger.variables);
  set_text(map, "logFile", trigger.log_file);
  return map.build();
}

Value attempt_to_value(const Attempt& attempt, std::optional<base::Instant> now) {
  MapBuilder map;
  map.set("state", state_to_value(attempt.state, now));
  set_text(map, "workerId", attempt.worker_id);
  set_text(map, "logFile", attempt.log_file);
  return map.build();
}

Value breakpoints_to_value(std::span<const Breakpoint> breakpoints) {
  base::ListBuilder list;
  for (const Breakpoint& breakpoint : breakpoints) {
    MapBuilder map;
    map.set("id", Value::string(breakpoint.task_id));
    if (breakpoint.has_value) map.set("value", Value::string(breakpoint.value));
    list.push(map.build());
  }
  return list.build();
}

void set_flow(MapBuilder& map, const FlowKey& flow) {
  set_text(map, "tenantId", flow.tenant);
  map.set("namespace", Value::string(flow.namespace_));
  map.set("flowId", Value::string(flow.id));
}

}  // namespace

Value labels_to_value(std::span<const Label> labels) {
  base::ListBuilder list;
  list.reserve(labels.size());
  for (const Label& label : labels) {
    list.push(Value::map({{"key", Value::string(label.key)}, {"value", Value::string(label.value)}}));
  }
  return list.build();
}

Value state_to_value(const StateHistory& state, std::optional<base::Instant> now) {
  base::ListBuilder histories;
  histories.reserve(state.changes().size());
  for (const StateChange& change : state.changes()) {
    histories.push(
        Value::map({{"state", Value::string(to_text(change.state))}, {"date", Value::instant(change.date)}}));
  }
  MapBuilder map;
  map.set("current", Value::string(to_text(state.current())));
  map.set("histories", histories.build());
  const auto end = state.ended();
  if (end || now) {
    const base::Duration duration = (end ? *end : *now) - state.started();
    map.set("duration", Value::duration(duration.is_negative() ? base::Duration{} : duration));
  }
  if (end) map.set("endDate", Value::instant(*end));
  map.set("startDate", Value::instant(state.started()));
  return map.build();
}

Value task_run_to_value(const TaskRun& run, const Execution& execution, std::optional<base::Instant> now) {
  MapBuilder map;
  map.set("id", Value::string(run.id.to_text()));
  map.set("executionId", Value::string(execution.id.to_text()));
  set_flow(map, *execution.flow);
  map.set("taskId", Value::string(run.task_id));
  set_id(map, "parentTaskRunId", run.parent_id);
  if (run.value) map.set("value", Value::string(*run.value));
  if (!run.attempts.empty()) {
    base::ListBuilder attempts;
    attempts.reserve(run.attempts.size());
    for (const Attempt& attempt : run.attempts) attempts.push(attempt_to_value(attempt, now));
    map.set("attempts", attempts.build());
  }
  map.set("outputs", run.outputs.is_null() ? Value::empty_map() : run.outputs);
  map.set("state", state_to_value(run.state, now));
  if (run.iteration) map.set("iteration", Value::narrow_integer(*run.iteration));
  if (run.dynamic) map.set("dynamic", Value::boolean(true));
  if (run.force_execution) map.set("forceExecution", Value::boolean(true));
  return map.build();
}

Value execution_to_value(const Execution& execution, std::span<const TaskRun> runs, std::optional<base::Instant> now) {
  MapBuilder map;
  map.set("id", Value::string(execution.id.to_text()));
  set_flow(map, *execution.flow);
  map.set("flowRevision", Value::narrow_integer(execution.revision));
  if (!runs.empty()) {
    base::ListBuilder list;
    list.reserve(runs.size());
    for (const TaskRun& run : runs) list.push(task_run_to_value(run, execution, now));
    map.set("taskRunList", list.build());
  }
  set_filled(map, "inputs", execution.inputs);
  set_filled(map, "outputs", execution.outputs);
  map.set("labels", labels_to_value(execution.labels));
  set_filled(map, "variables", execution.variables);
  map.set("state", state_to_value(execution.state, now));
  set_id(map, "parentId", execution.parent_id);
  map.set("originalId", Value::string((execution.original_id ? execution.original_id : execution.id).to_text()));
  if (execution.trigger) map.set("trigger", trigger_to_value(*execution.trigger));
  map.set("deleted", Value::boolean(false));
  map.set("metadata", Value::map({{"attemptNumber", Value::narrow_integer(execution.attempt_number)},
                                  {"originalCreatedDate", Value::instant(execution.original_created)}}));
  if (execution.schedule_date) map.set("scheduleDate", Value::instant(*execution.schedule_date));
  set_text(map, "traceParent", execution.trace_parent);
  if (execution.kind != ExecutionKind::normal) map.set("kind", Value::string(to_text(execution.kind)));
  if (!execution.breakpoints.empty()) map.set("breakpoints", breakpoints_to_value(execution.breakpoints));
  if (!execution.error.empty()) map.set("error", Value::map({{"message", Value::string(execution.error)}}));
  return map.build();
}

Value log_to_value(const LogEntry& entry) {
  MapBuilder map;
  set_flow(map, *entry.flow);
  set_text(map, "taskId", entry.task_id);
  set_id(map, "executionId", entry.execution_id);
  set_id(map, "taskRunId", entry.task_run_id);
  map.set("attemptNumber", Value::narrow_integer(entry.attempt));
  set_text(map, "triggerId", entry.trigger_id);
  map.set("timestamp", Value::instant(entry.timestamp));
  map.set("level", Value::string(to_text(entry.level)));
  set_text(map, "thread", entry.thread);
  map.set("message", Value::string(entry.message));
  return map.build();
}

Value metric_to_value(const MetricEntry& entry) {
  MapBuilder map;
  set_flow(map, *entry.flow);
  set_text(map, "taskId", entry.task_id);
  set_id(map, "executionId", entry.execution_id);
  set_id(map, "taskRunId", entry.task_run_id);
  map.set("type", Value::string(to_text(entry.type)));
  map.set("name", Value::string(entry.name));
  map.set("value", Value::number(entry.value));
  map.set("timestamp", Value::instant(entry.timestamp));
  map.set("tags", entry.tags.is_null() ? Value::empty_map() : entry.tags);
  return map.build();
}

}  // namespace gyr::model
