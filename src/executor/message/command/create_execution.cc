// Creates an execution (FLOW-94, FLOW-95; principle: idempotency keys).
#include "base/probe.h"
#include "command/errors.h"
#include "executor/message/command/apply.h"
#include "executor/turn.h"
#include "model/flow.h"

namespace gyr::executor {

using base::fail;
using model::State;

base::Result<ExecutionCreated> apply(Turn& turn, CreateExecution& command) {
  std::string idempotency_key;
  if (!command.idempotency_key.empty()) {
    // Scoped to the flow, whose partition processes all its requests one after another.
    idempotency_key = command.flow->namespace_ + "/" + command.flow->id + "/" + command.idempotency_key;
    for (const auto& row : turn.changes.batch.idempotency) {
      if (row.key != idempotency_key || row.tenant != command.flow->tenant) continue;
      if (LiveExecution* live = turn.live.find(row.execution_id)) {
        GYR_PROBE("an idempotency key is met again in the same batch");
        return ExecutionCreated{live->state->execution(), true};
      }
    }
    GYR_TRY(auto known, turn.reader().idempotency(command.flow->tenant, idempotency_key));
    if (known) {
      GYR_TRY(auto row, turn.reader().execution(known->execution_id));
      if (row) {
        GYR_PROBE("an idempotency key is met again in the store");
        return ExecutionCreated{std::move(row->execution), true};
      }
    }
  }
  GYR_TRY(LoadedFlowPtr flow, turn.services.flows.get(turn.reader(), *command.flow, command.revision));
  if (flow == nullptr || (flow->deleted && command.revision == 0)) return fail(flow_not_found, "Flow not found");
  if (flow->draft) return fail(flow_disabled, std::string(draft_message));
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
  answer.execution.state = model::StateHistory(State::created, turn.now());
  answer.execution.original_id = execution.id;
  answer.execution.original_created = turn.moment();
  if (!idempotency_key.empty()) {
    turn.changes.batch.idempotency.push_back(
        {command.flow->tenant, std::move(idempotency_key), execution.id, turn.moment()});
  }
  turn.create(flow, std::move(execution), command.failed_checks, 0);
  return answer;
}

}  // namespace gyr::executor
