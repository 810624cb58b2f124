// The steps of executions: how one is loaded, advanced and stored, and what follows from its effects.
#include "base/edge.h"
#include "base/invariant.h"
#include "base/log.h"
#include "base/probe.h"
#include "command/errors.h"
#include "engine/items_task.h"
#include "engine/step.h"
#include "executor/turn.h"

namespace gyr::executor {

using model::State;

namespace {

/// A ForEachItem counts it by its state.
bool is_counted(const model::Execution& execution) {
  return !execution.caller_execution.is_none() && execution.trigger && execution.trigger->type == engine::items_type;
}

/// The approximate size of the row of an execution.
uint64_t row_bytes(const model::Execution& execution) {
  uint64_t bytes =
      small_row_bytes + execution.inputs.weight() + execution.outputs.weight() + execution.variables.weight();
  return execution.trigger ? bytes + execution.trigger->variables.weight() : bytes;
}

/// The message that starts a child of this execution.
StartChildMessage start_message(engine::StartChild start, const WorkOrigin& caller) {
  StartChildMessage message;
  message.child = start.child;
  message.flow = *start.flow;
  message.revision = start.revision;
  message.inputs = std::move(start.inputs);
  message.labels = std::move(start.labels);
  message.parent_labels = std::move(start.parent_labels);
  message.trigger = std::move(start.trigger);
  message.schedule_date = start.schedule_date;
  message.wait = start.wait;
  message.caller_flow = *caller.flow;
  message.caller_execution = caller.execution;
  message.caller_task_run = start.task_run;
  message.depth = start.depth;
  return message;
}

}  // namespace

std::shared_ptr<const model::FlowKey> caller_flow(const model::Execution& execution) {
  if (execution.caller_execution.is_none() || !execution.trigger) return nullptr;
  const base::Value* namespace_ = execution.trigger->variables.find("namespace");
  const base::Value* id = execution.trigger->variables.find("flowId");
  if (namespace_ == nullptr || id == nullptr || !namespace_->is_string() || !id->is_string()) return nullptr;
  return std::make_shared<const model::FlowKey>(
      model::FlowKey{execution.flow->tenant, std::string(namespace_->text()), std::string(id->text())});
}

base::Result<LiveExecution*> Turn::load(base::Id execution) {
  // Its row is there until the commit: read now, it would be written again behind it.
  if (changes.deletes(execution)) return nullptr;
  std::optional<Unloadable> unloadable;
  auto loaded = live.load(reader(), execution, unloadable);
  if (unloadable) fail_unloadable(*std::move(unloadable));
  return loaded;
}

base::Result<LiveExecution*> Turn::load_known(base::Id execution) {
  GYR_TRY(LiveExecution * known, load(execution));
  if (known == nullptr) return base::fail(not_found(execution));
  return known;
}

void Turn::fail_unloadable(Unloadable unloadable) {
  // FLOW-94: the execution exists, but its flow cannot be executed: it fails with the reason.
  store::ExecutionRow& row = unloadable.row;
  if (model::is_terminated(row.execution.state.current()) || changes_in_batch(row.execution.id)) return;
  GYR_PROBE("an execution fails because it cannot be loaded");
  const bool admitted = engine::ExecutionState::was_admitted(row.execution.state.current(), row.engine_state);
  if (auto freed = gates.free_slot(row.execution.flow, row.execution, admitted); !freed) {
    return abandon(freed.error(), row.execution.id);
  }
  row.execution.error = unloadable.reason;
  row.execution.state.set(model::State::failed, now_);
  if (row.execution.trigger) {
    if (auto told = triggers.end_for(row.execution, model::State::failed); !told)
      return abandon(told.error(), row.execution.id);
  }
  row.activity = store::Activity::ended;
  row.wake_at.reset();
  model::LogEntry line;
  line.execution_id = row.execution.id;
  line.flow = row.execution.flow;
  line.sequence = line_of_executor;
  line.timestamp = now_;
  line.level = model::LogLevel::error;
  line.thread = "executor";
  line.message = "Cannot execute an invalid flow: " + unloadable.reason;
  changes.batch.logs.push_back(std::move(line));
  if (auto caller = caller_flow(row.execution)) {
    send(caller, row.execution.caller_execution,
         ChildEndedMessage{
             row.execution.caller_task_run, row.execution.id, model::State::failed, {}, row.execution.revision});
  }
  flow_events.notify_of_end(row.execution);
  changes.batch.executions.push_back(std::move(row));
}

LiveExecution& Turn::create(const LoadedFlowPtr& flow, model::Execution execution, bool failed_checks,
                            uint32_t subflow_depth) {
  execution.state = model::StateHistory(State::created, now());
  execution.original_id = execution.id;
  execution.original_created = now_;
  if (!execution.variables.is_map()) execution.variables = flow->compiled->variables();
  LiveExecution& created =
      live.add(std::make_unique<engine::ExecutionState>(flow->compiled, std::move(execution), true));
  created.state->subflow_depth = subflow_depth;
  if (failed_checks) {
    step(created, engine::RefuseRequested{});
  } else {
    step(created, engine::Drive{});
  }
  return created;
}

void Turn::step(LiveExecution& live_execution, engine::EventBody body) {
  if (!holds.set().empty() && holds.is_held_back(live_execution, body)) return;
  engine::ExecutionState& state = *live_execution.state;
  base::Id id = state.execution().id;
  stepping_ = id;
  GYR_INVARIANT(!live_execution.quarantined, "an execution in quarantine is left alone");
  const bool is_timer = std::holds_alternative<engine::TimerDue>(body);
  engine::Event event{now(), base::secure_random(), base::secure_random(), std::move(body)};
  event.defers_tasks = holds.set().maintenance();
  const State before = state.execution().state.current();
  const bool held = state.admitted;
  if (!held && (before == State::created || before == State::restarted)) {
    auto admitted = gates.admission(state);
    if (!admitted) return abandon(admitted.error(), id);
    event.admission = *admitted;
  }
  uint64_t outputs_before = state.outputs_bytes();
  const size_t changes_before = state.execution().state.changes().size();
  const size_t runs_before = state.run_count();
  thread_.in_flight.set(id);
  engine::Effects effects = engine::advance(state, services.settings, event);
  if (base::exceptions_are_planned()) {
    const bool is_first = std::holds_alternative<engine::Drive>(event.body);
    base::maybe_throw(base::Edge::turn, state.flow().key()->id + (is_first ? "" : "+"));
  }
  thread_.in_flight.set({});
  if (is_timer) {
    const auto next = state.next_wake();
    GYR_INVARIANT(!next || *next > event.now, "a timer that was due is gone");
  }
  gates.note_progress(state, held, before);
  flow_events.notify(state, changes_before, runs_before);

  if (!live_execution.touched) {
    live_execution.touched = true;
    changes.touched.push_back(id);
    changes.bytes += row_bytes(state.execution());
  }
  if (state.outputs_bytes() > outputs_before) changes.bytes += state.outputs_bytes() - outputs_before;
  for (const auto& line : effects.logs) changes.bytes += line.message.size() + small_row_bytes;
  auto& batch = changes.batch;
  std::move(effects.logs.begin(), effects.logs.end(), std::back_inserter(batch.logs));
  if (services.task_meters != nullptr) {
    for (const auto& metric : effects.metrics) {
      const engine::CompiledTask* task = state.flow().find(metric.task_id);
      if (task != nullptr) changes.measured.push_back({task->type_name(), metric});
    }
  }
  std::move(effects.metrics.begin(), effects.metrics.end(), std::back_inserter(batch.metrics));
  for (auto& line : effects.server_log) {
    if (base::log::level() <= base::log::Level::debug) {
      changes.server_log.push_back(state.flow().key()->namespace_ + "." + state.flow().key()->id + " " + id.to_text() +
                                   ": " + line);
    }
  }

  const model::Execution& execution = state.execution();
  if (execution.state.current() != before && is_counted(execution) &&
      !model::is_terminated(execution.state.current())) {
    // TASK-54; the end itself is reported by Ended.
    send(caller_flow(execution), execution.caller_execution,
         ChildEndedMessage{execution.caller_task_run, id, execution.state.current(), {}, execution.revision});
  }
  act_on(live_execution, std::move(effects.effects));
  stepping_ = {};
}

void Turn::act_on(LiveExecution& live_execution, std::vector<engine::Effect> effects) {
  const engine::ExecutionState& state = *live_execution.state;
  const model::Execution& execution = state.execution();
  const WorkOrigin origin{state.flow().key(), state.flow().revision(), execution.id, state.flow().flow().templates};
  for (auto& effect : effects) {
    if (auto* start = std::get_if<engine::StartChild>(&effect)) {
      auto flow = start->flow;
      const base::Id child = start->child;
      send(flow, child, start_message(std::move(*start), origin));
    } else if (auto* restart = std::get_if<engine::RestartChild>(&effect)) {
      GYR_PROBE("a child is restarted by its caller");
      send(restart->flow, restart->child, RestartMessage{*origin.flow, execution.id, restart->task_run});
    } else if (auto* kill = std::get_if<engine::KillChild>(&effect)) {
      send(kill->flow, kill->child, KillMessage{true});
    } else if (std::holds_alternative<engine::ReplacementKilled>(effect)) {
      tell_caller(live_execution, effect);
    } else if (std::holds_alternative<engine::Ended>(effect)) {
      tell_caller(live_execution, effect);
      if (execution.trigger)
        triggers.tell_end(execution, state.flow().flow().find_trigger(execution.trigger->id),
                          execution.state.current());
    } else if (const auto* replacement = std::get_if<engine::StartReplacement>(&effect)) {
      send(origin.flow, replacement->replacement, ReplaceMessage{execution.id});
    } else if (std::holds_alternative<engine::ContinueLater>(effect)) {
      GYR_PROBE("a step reaches its bounds and continues later");
      changes.continuations.push_back(execution.id);
    } else {
      changes.work.push_back({origin, std::move(effect)});
    }
  }
  if (holds.set().stops_any()) holds.stop_by_switch(live_execution);  // for a restarted execution
}

void Turn::tell_caller(const LiveExecution& live_execution, const engine::Effect& effect) {
  const model::Execution& execution = live_execution.state->execution();
  auto caller = caller_flow(execution);
  if (caller == nullptr) return;
  const base::Id run = execution.caller_task_run;
  if (const auto* killed = std::get_if<engine::ReplacementKilled>(&effect)) {
    send(caller, execution.caller_execution,
         ChildEndedMessage{run, killed->replacement, State::killed, {}, execution.revision});
  } else if (execution.state.current() == State::retried) {
    GYR_PROBE("a caller is told that its child was replaced");
    send(caller, execution.caller_execution,
         ChildReplacedMessage{run, execution.id, live_execution.state->replacement});
  } else {
    const auto* ended = std::get_if<engine::Ended>(&effect);
    send(caller, execution.caller_execution,
         ChildEndedMessage{run, execution.id, execution.state.current(), execution.outputs, execution.revision,
                           ended != nullptr ? ended->outputs_problem : std::string()});
  }
}

void Turn::note_change(LiveExecution& live_execution) {
  live_execution.state->touch();
  if (!std::exchange(live_execution.touched, true)) changes.touched.push_back(live_execution.state->execution().id);
}

void Turn::send(const std::shared_ptr<const model::FlowKey>& flow, base::Id target, const InboxBody& body) {
  GYR_INVARIANT(flow != nullptr, "a message goes to a flow");
  store::InboxMessage message = make_inbox_message(base::make_id(now_), flow, target, body);
  changes.bytes += message.payload.size() + small_row_bytes;
  changes.batch.inbox.push_back(message);
  changes.hints.push_back(std::move(message));
}

}  // namespace gyr::executor
