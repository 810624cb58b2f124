// The event of an execution for listening flows, and the variables of the started executions (TRIG-115, TRIG-116).
#include "engine/trigger/flow_trigger.h"
#include "model/labels.h"
#include "syntax/time.h"

namespace gyr::engine {

using base::Value;
using model::State;

namespace {

/// Whether an execution was PAUSED before this change; a pause that ends shows as RESTARTED in between.
bool comes_from_pause(const std::vector<model::StateChange>& changes, size_t place) {
  if (place > 0 && changes[place - 1].state == State::restarted) place -= 1;
  return place > 0 && changes[place - 1].state == State::paused;
}

}  // namespace

std::vector<size_t> told_changes(const model::StateHistory& history, size_t before, bool runs_were_made) {
  const auto& changes = history.changes();
  std::vector<size_t> told;
  for (size_t i = before; i < changes.size(); ++i) {
    const State state = changes[i].state;
    if (state == State::created || state == State::restarted) continue;
    const bool ends_at_once = i + 1 < changes.size() && model::is_terminated(changes[i + 1].state);
    const bool only_resumed =
        state == State::running && !runs_were_made && ends_at_once && comes_from_pause(changes, i);
    if (!only_resumed) told.push_back(i);
  }
  return told;
}

FlowEvent flow_event(const model::Execution& execution, size_t place) {
  const auto& changes = execution.state.changes();
  const model::StateChange& change = changes[place];
  FlowEvent event;
  event.execution.id = execution.id;
  event.execution.flow = execution.flow;
  event.execution.revision = execution.revision;
  event.execution.labels = execution.labels;
  event.execution.original_id = execution.original_id;
  event.execution.state = model::StateHistory({{State::created, execution.state.started()}, change});
  if (model::is_terminated(change.state) && place + 1 == changes.size()) event.execution.outputs = execution.outputs;
  return event;
}

FlowEvent flow_event(const ExecutionState& state, size_t place) {
  FlowEvent event = flow_event(state.execution(), place);
  if (!model::is_terminated(event.state())) return event;
  for (const auto& run : state.runs()) {
    if (run->role == ListRole::after) continue;
    event.last_task_id = run->run.task_id;
    if (event.first_failed_task_id.empty() && run->run.state.current() == State::failed)
      event.first_failed_task_id = run->run.task_id;
  }
  return event;
}

Value flow_trigger_variables(const FlowEvent& event, Value outputs) {
  const model::Execution& execution = event.execution;
  std::vector<model::Label> labels = execution.labels;
  std::erase_if(labels, [](const model::Label& label) { return label.key == model::correlation_label; });
  base::MapBuilder map;
  map.set("executionId", Value::string(execution.id.to_text()));
  map.set("namespace", Value::string(execution.flow->namespace_));
  map.set("flowId", Value::string(execution.flow->id));
  map.set("flowRevision", Value::narrow_integer(execution.revision));
  map.set("state", Value::string(model::to_text(event.state())));
  map.set("executionLabels", model::nested_labels(labels));
  map.set("outputs", std::move(outputs));
  map.set("startDate", Value::string(syntax::format_instant(execution.state.started())));
  if (model::is_terminated(event.state())) map.set("endDate", Value::string(syntax::format_instant(event.at())));
  if (!event.first_failed_task_id.empty()) map.set("firstFailedTaskId", Value::string(event.first_failed_task_id));
  if (!event.last_task_id.empty()) map.set("lastTaskId", Value::string(event.last_task_id));
  return map.build();
}

}  // namespace gyr::engine
