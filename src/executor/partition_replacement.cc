// Executions that replace RETRIED executions (EXEC-52, EXEC-156).
#include "base/probe.h"
#include "executor/partition.h"
#include "executor/partition_pending.h"

namespace gyr::executor {

using model::State;

void Partition::create_replacement(base::Id id, const LiveExecution& origin) {
  const engine::ExecutionState& old = *origin.state;
  const model::Execution& before = old.execution();
  model::Execution execution;
  execution.id = id;
  execution.flow = before.flow;
  execution.revision = before.revision;
  execution.state = model::StateHistory(State::created, now());
  execution.inputs = before.inputs;
  execution.variables = old.flow().variables();  // variables that the failed execution has set are not copied (FLOW-41)
  execution.labels = before.labels;
  std::erase_if(execution.labels, [](const model::Label& label) { return label.key == "system.restarted"; });
  execution.trigger = before.trigger;
  execution.parent_id = before.id;
  execution.original_id = before.original_id;
  execution.original_created = before.original_created;
  execution.attempt_number = before.attempt_number + 1;
  execution.trace_parent = before.trace_parent;
  execution.kind = before.kind;
  execution.caller_execution = before.caller_execution;
  execution.caller_task_run = before.caller_task_run;
  auto state = std::make_unique<engine::ExecutionState>(old.flow_pointer(), std::move(execution), true);
  state->subflow_depth = old.subflow_depth;
  state->attempts_before_restart = old.attempts_before_restart;
  state->retries_since = old.retries_since;
  step(live_executions_.add(std::move(state)), engine::Drive{});
}

void Partition::apply_inbox(const store::InboxMessage& message, int64_t sequence, const ReplaceMessage& replace) {
  auto existing = load(message.target);
  if (!existing) return failed_to_read(existing.error(), message.target);
  auto origin = load(replace.origin);
  if (!origin) return failed_to_read(origin.error(), replace.origin);
  // Already applied; or the execution was deleted, and its replacement is not needed any more.
  if (*existing != nullptr) GYR_PROBE("a replacement is asked for again although it exists");
  if (*existing == nullptr && *origin != nullptr) create_replacement(message.target, **origin);
  applied(message, sequence);
}

void Partition::apply_inbox(const store::InboxMessage& message, int64_t sequence,
                            const ChildReplacedMessage& replaced) {
  auto live = load(message.target);
  if (!live) return failed_to_read(live.error(), message.target);
  if (*live != nullptr && (*live)->quarantined) return;  // the row stays, and is read when it is released
  if (*live != nullptr)
    step(**live, engine::ChildReplaced{replaced.caller_task_run, replaced.child, replaced.replacement});
  applied(message, sequence);
}

}  // namespace gyr::executor
