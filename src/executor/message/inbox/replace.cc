// To the flow of a RETRIED execution: another execution replaces it (EXEC-52).
#include "base/probe.h"
#include "executor/message/inbox/apply.h"
#include "executor/turn.h"

namespace gyr::executor {

namespace {

void create_replacement(Turn& turn, base::Id id, const LiveExecution& origin) {
  const engine::ExecutionState& old = *origin.state;
  const model::Execution& before = old.execution();
  model::Execution execution;
  execution.id = id;
  execution.flow = before.flow;
  execution.revision = before.revision;
  execution.state = model::StateHistory(model::State::created, turn.now());
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
  turn.step(turn.live.add(std::move(state)), engine::Drive{});
}

}  // namespace

void apply_inbox(Turn& turn, const InboxHint& hint, const ReplaceMessage& replace) {
  auto existing = turn.load(hint.message.target);
  if (!existing) return turn.failed_to_read(existing.error(), hint.message.target);
  auto origin = turn.load(replace.origin);
  if (!origin) return turn.failed_to_read(origin.error(), replace.origin);
  // Already applied; or the execution was deleted, and its replacement is not needed any more.
  if (*existing != nullptr) GYR_PROBE("a replacement is asked for again although it exists");
  if (*existing == nullptr && *origin != nullptr) create_replacement(turn, hint.message.target, **origin);
  hint.applied(turn);
}

}  // namespace gyr::executor
