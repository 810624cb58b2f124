// Commands of users and clients: create, kill, restart, delete and release executions, remove them from the queue; save
// and delete flows.
#include <fmt/format.h>

#include "base/probe.h"
#include "engine/step.h"
#include "executor/errors.h"
#include "executor/partition.h"
#include "executor/partition_pending.h"
#include "model/flow.h"

namespace gyr::executor {

using base::fail;
using model::State;

ExecutionAnswer answer_of(const LiveExecution& live) { return {live.state->execution()}; }

ExecutionWithRuns answer_with_runs(const LiveExecution& live) {
  ExecutionWithRuns answer{live.state->execution()};
  const auto& runs = live.state->runs();
  if (runs.size() > max_answered_runs) return answer;
  answer.task_runs.emplace();
  for (const auto& run : runs) answer.task_runs->push_back(run->run);
  return answer;
}

LiveExecution& Partition::create(LoadedFlowPtr flow, model::Execution execution, bool failed_checks,
                                 uint32_t subflow_depth) {
  execution.state = model::StateHistory(State::created, now());
  execution.original_id = execution.id;
  execution.original_created = now_;
  if (!execution.variables.is_map()) execution.variables = flow->compiled->variables();
  LiveExecution& live =
      live_executions_.add(std::make_unique<engine::ExecutionState>(flow->compiled, std::move(execution), true));
  live.state->subflow_depth = subflow_depth;
  if (failed_checks) {
    step(live, engine::RefuseRequested{});
  } else {
    step(live, engine::Drive{});
  }
  return live;
}

base::Result<LiveExecution*> Partition::load_known(base::Id execution) {
  GYR_TRY(LiveExecution * live, load(execution));
  if (live == nullptr) return fail(not_found(execution));
  return live;
}

base::Result<ExecutionCreated> Partition::apply(CreateExecution& command) {
  std::string idempotency_key;
  if (!command.idempotency_key.empty()) {
    // Scoped to the flow, whose partition processes all its requests one after another.
    idempotency_key = command.flow->namespace_ + "/" + command.flow->id + "/" + command.idempotency_key;
    for (const auto& row : pending_->batch.idempotency) {
      if (row.key != idempotency_key || row.tenant != command.flow->tenant) continue;
      if (LiveExecution* live = live_executions_.find(row.execution_id)) {
        GYR_PROBE("an idempotency key is met again in the same batch");
        return ExecutionCreated{live->state->execution(), true};
      }
    }
    GYR_TRY(auto known, reader_->idempotency(command.flow->tenant, idempotency_key));
    if (known) {
      GYR_TRY(auto row, reader_->execution(known->execution_id));
      if (row) {
        GYR_PROBE("an idempotency key is met again in the store");
        return ExecutionCreated{std::move(row->execution), true};
      }
    }
  }
  GYR_TRY(LoadedFlowPtr flow, services_.flows.get(*reader_, *command.flow, command.revision));
  if (flow == nullptr || (flow->deleted && command.revision == 0)) return fail(flow_not_found, "Flow not found");
  if (flow->disabled) return fail(flow_disabled, "Requested Flow is disabled.");
  if (flow->compiled == nullptr) return fail(flow_invalid, "Cannot execute an invalid flow: " + flow->exception);

  model::Execution execution;
  execution.id = command.id;
  execution.flow = flow->key;
  execution.revision = flow->revision;
  // A command is applied once: if its commit fails, the caller gets the error.
  execution.inputs = std::move(command.inputs);
  execution.labels = std::move(command.labels);
  execution.trigger = std::move(command.trigger);
  execution.schedule_date = command.schedule_date;
  execution.kind = command.kind;
  execution.trace_parent = std::move(command.trace_parent);
  execution.breakpoints = std::move(command.breakpoints);
  ExecutionCreated answer{execution};
  answer.execution.state = model::StateHistory(State::created, now());
  answer.execution.original_id = execution.id;
  answer.execution.original_created = now_;
  if (!idempotency_key.empty()) {
    pending_->batch.idempotency.push_back({command.flow->tenant, std::move(idempotency_key), execution.id, now_});
  }
  create(flow, std::move(execution), command.failed_checks, 0);
  return answer;
}

base::Result<ExecutionAnswer> Partition::apply(KillExecution& command) {
  GYR_TRY(LiveExecution * live, load_known(command.id));
  State state = live->state->execution().state.current();
  if (model::is_terminated(state) && !command.cascade) {
    return fail(wrong_state, fmt::format("Execution '{}' is already finished, can't kill it", command.id.to_text()));
  }
  if (live->quarantined) {
    GYR_PROBE("a kill ends a quarantine");
    end_quarantine(*live);
  }
  step(*live, engine::KillRequested{command.cascade});
  return answer_of(*live);
}

std::optional<base::Error> Partition::restart_problem(const LiveExecution& live) {
  State state = live.state->execution().state.current();
  bool restartable = (model::is_terminated(state) && state != State::killed) || state == State::paused;
  if (!restartable) {
    return base::Error(
        wrong_state,
        fmt::format("Execution must be terminated or paused and not killed to be restarted, current state is '{}' !",
                    model::to_text(state)));
  }
  for (const auto& run : live.state->runs()) {
    State run_state = run->run.state.current();
    const bool stopped = run_state == State::killed && live.state->verdict;  // by an SLA (EXEC-71)
    if ((run_state == State::failed || run_state == State::paused || stopped) && run->role == engine::ListRole::tasks)
      return std::nullopt;
  }
  return base::Error(nothing_to_restart, "No task found to restart execution from!");
}

base::Result<ExecutionWithRuns> Partition::apply(RestartExecution& command) {
  GYR_TRY(LiveExecution * live, load_known(command.id));
  GYR_CHECK(check_quarantine(*live));
  if (auto problem = restart_problem(*live)) return fail(*std::move(problem));
  if (command.revision != 0 && command.revision != live->state->execution().revision)
    return restart_with_revision(command, *live);
  step(*live, engine::RestartRequested{});
  return answer_with_runs(*live);
}

base::Result<ExecutionAnswer> Partition::apply(DeleteExecution& command) {
  if (is_deleted_in_batch(command.id)) return fail(not_found(command.id));
  GYR_TRY(LiveExecution * live, load(command.id));
  if (live == nullptr) {
    GYR_TRY(auto row, reader_->execution(command.id));  // an execution without a readable flow can still be deleted
    if (!row) return fail(not_found(command.id));
    if (row->execution.trigger) GYR_CHECK(end_for_trigger(row->execution, std::nullopt));
    pending_->batch.deleted_executions.push_back({command.id, command.logs, command.metrics, command.files});
    return ExecutionAnswer{std::move(row->execution)};
  }
  if (command.only_terminated && !model::is_terminated(live->state->execution().state.current()))
    return fail(not_found(command.id));
  ExecutionAnswer answer = answer_of(*live);
  const model::Execution& execution = live->state->execution();
  if (auto caller = caller_flow(execution); caller != nullptr && !model::is_terminated(execution.state.current())) {
    // No other message follows: an open child that is deleted counts as killed.
    GYR_PROBE("an open child is deleted");
    send(caller, execution.caller_execution,
         ChildEndedMessage{execution.caller_task_run, execution.id, State::killed, {}, execution.revision});
  }
  if (const base::Id replacement = live->state->replacement; caller_flow(execution) != nullptr && replacement) {
    // What should take its place is not made without it, and its caller waits for that.
    GYR_TRY(auto born, reader_->execution(replacement));
    const bool is_born = born || live_executions_.peek(replacement) != nullptr;
    if (!is_born) {
      GYR_PROBE("an execution is deleted before its replacement is born");
      send(caller_flow(execution), execution.caller_execution,
           ChildEndedMessage{execution.caller_task_run, replacement, State::killed, {}, execution.revision});
    }
  }
  for (const auto& run : live->state->runs()) {
    if (run->wait != engine::Wait::worker) continue;
    auto attempt =
        static_cast<int32_t>(run->run.attempts.size()) - (run->run.state.current() == State::running ? 1 : 0);
    pending_->work.push_back({{live->state->flow().key(), live->state->flow().revision(), command.id},
                              engine::KillAttempt{{run->run.id, attempt, run->epoch}}});
  }
  if (execution.trigger && !model::is_terminated(execution.state.current())) {
    tell_trigger(execution, live->state->flow().flow().find_trigger(execution.trigger->id), std::nullopt);
  }
  GYR_CHECK(all_or_nothing(forget_slot(live->state->flow().key(), live->state->execution(), live->state->admitted)));
  live_executions_.drop(command.id);
  std::erase(pending_->touched, command.id);
  pending_->batch.deleted_executions.push_back({command.id, command.logs, command.metrics, command.files});
  return answer;
}

void Partition::end_quarantine(LiveExecution& live) {
  live.quarantined = false;
  live.aborts = 0;
  live.state->execution().error.clear();  // it only contains the reason of the quarantine
  live.state->touch();
}

base::Result<ExecutionAnswer> Partition::apply(ReleaseExecution& command) {
  GYR_TRY(LiveExecution * live, load_known(command.id));
  if (!live->quarantined) return fail(wrong_state, "the execution is not in quarantine");
  GYR_PROBE("an execution is released from quarantine");
  GYR_CHECK(queue_inbox(command.id));  // what came in the meantime
  end_quarantine(*live);
  step(*live, engine::Drive{true});
  return answer_of(*live);
}

base::Result<ExecutionAnswer> Partition::apply(UnqueueExecution& command) {
  GYR_TRY(LiveExecution * live, load_known(command.id));
  if (const State state = live->state->execution().state.current(); state != State::queued) {
    return fail(wrong_state, fmt::format("Execution '{}' is not queued, can't unqueue it: its state is {}",
                                         command.id.to_text(), model::to_text(state)));
  }
  GYR_CHECK(check_quarantine(*live));
  step(*live, engine::LeaveQueue{command.state});
  return answer_of(*live);
}

base::Result<ExecutionAnswer> Partition::apply(ForceRunExecution& command) {
  GYR_TRY(LiveExecution * live, load_known(command.id));
  if (const State state = live->state->execution().state.current(); model::is_terminated(state)) {
    return fail(wrong_state, fmt::format("Execution '{}' is already finished ({}), can't force it to run",
                                         command.id.to_text(), model::to_text(state)));
  }
  GYR_CHECK(check_quarantine(*live));
  step(*live, engine::ForceRunRequested{});
  return answer_of(*live);
}

base::Result<FlowSaved> Partition::apply(SaveFlow& command) {
  store::FlowRow row = command.row;
  GYR_TRY(auto current, reader_->flow(row.key, 0));
  bool exists = current && !current->deleted;
  if (command.mode == SaveFlow::Mode::create && exists) return fail(flow_conflict, "Flow id already exists");
  if (command.mode == SaveFlow::Mode::update && !exists) return fail(flow_not_found, "Flow not found");
  if (exists && current->source == row.source) {
    // Triggers whose dates could not be read may have valid dates now (TRIG-85).
    GYR_TRY(LoadedFlowPtr loaded, services_.flows.get(*reader_, row.key, 0));
    GYR_CHECK(all_or_nothing(define_triggers(loaded, current->disabled)));
    return FlowSaved{*std::move(current), true, true};
  }
  row.revision = current ? current->revision + 1 : 1;
  row.deleted = false;
  row.updated = now();
  const bool is_ready = command.prepared != nullptr && command.prepared->revision == row.revision &&
                        command.prepared->definitions == services_.flows.definitions();
  LoadedFlowPtr loaded = is_ready ? command.prepared : services_.flows.load(row);
  GYR_CHECK(all_or_nothing(define_triggers(loaded, current && current->disabled)));
  pending_->batch.flows.push_back(row);
  pending_->flows.push_back(std::move(loaded));
  end_batch_ = true;  // later commands must see the new revision
  if (gates_.find(row.key) != nullptr) {
    waiting_.push_back(
        AdmitMessage{std::make_shared<const model::FlowKey>(row.key), {}});  // the limit can be higher now (EXEC-62)
  }
  return FlowSaved{std::move(row), exists, false};
}

base::Result<FlowDeleted> Partition::apply(DeleteFlow& command) {
  GYR_TRY(auto current, reader_->flow(*command.key, 0));
  if (!current || current->deleted) return fail(flow_not_found, "Flow not found");
  store::FlowRow row = *std::move(current);
  row.revision += 1;
  row.deleted = true;
  row.updated = now();
  pending_->batch.deleted_windows.push_back({.flow = row.key});
  LoadedFlowPtr loaded = services_.flows.load(row);
  GYR_CHECK(all_or_nothing(remove_triggers(loaded->key, {})));
  pending_->batch.flows.push_back(row);
  pending_->flows.push_back(std::move(loaded));
  end_batch_ = true;
  return FlowDeleted{std::move(row)};
}

}  // namespace gyr::executor
