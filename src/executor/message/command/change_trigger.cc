// Applies an event to a trigger (TRIG-222 to TRIG-233).
#include <fmt/format.h>

#include "command/errors.h"
#include "executor/message/command/apply.h"
#include "executor/turn.h"
#include "model/flow.h"

namespace gyr::executor {

base::Result<TriggerChanged> apply(Turn& turn, ChangeTrigger& command) {
  const TriggerKey key{command.flow, command.trigger_id};
  GYR_TRY(LoadedFlowPtr flow, turn.services.flows.get(turn.reader(), *command.flow, 0));
  if (flow == nullptr || flow->deleted)
    return base::fail(flow_not_found, fmt::format("Flow of trigger {} not found", key.id));
  if (flow->compiled == nullptr) return base::fail(flow_invalid, "the flow is invalid: " + flow->exception);
  const model::TriggerSpec* spec = flow->compiled->flow().find_trigger(key.id);
  GYR_TRY(const store::TriggerRow* row, turn.triggers.row_of(key));
  if (spec == nullptr || row == nullptr) {
    return base::fail(trigger_not_found, fmt::format("Flow {} has no trigger {}", command.flow->id, key.id));
  }
  auto effects = turn.triggers.advance({flow, spec}, *row, command.change, {});
  if (effects.refused) return base::fail(*std::move(effects.refused));
  GYR_TRY(row, turn.triggers.row_of(key));
  TriggerChanged answer;
  if (row != nullptr) answer.trigger = *row;
  return answer;
}

}  // namespace gyr::executor
