// Deletes the state of a trigger (TRIG-234).
#include <fmt/format.h>

#include "command/errors.h"
#include "executor/message/command/apply.h"
#include "executor/turn.h"
#include "model/flow.h"

namespace gyr::executor {

base::Result<TriggerDeleted> apply(Turn& turn, DeleteTrigger& command) {
  const TriggerKey key{command.flow, command.trigger_id};
  GYR_TRY(const store::TriggerRow* row, turn.triggers.row_of(key));
  if (row == nullptr)
    return base::fail(trigger_not_found, fmt::format("Flow {} has no trigger {}", command.flow->id, key.id));
  TriggerDeleted answer{*row};
  GYR_TRY(auto definition, turn.triggers.definition_of(key));
  GYR_CHECK(turn.all_or_nothing(turn.triggers.remove_one(key)));
  if (!definition) return answer;
  if (auto kind = engine::trigger::kind_of(*definition->spec, turn.services.flows.registry()))
    GYR_CHECK(turn.all_or_nothing(turn.triggers.define_one(*definition, *kind, false)));
  return answer;
}

}  // namespace gyr::executor
