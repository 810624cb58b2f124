// Marks a flow as deleted.
#include "command/errors.h"
#include "executor/message/command/apply.h"
#include "executor/turn.h"

namespace gyr::executor {

using base::fail;

base::Result<FlowDeleted> apply(Turn& turn, DeleteFlow& command) {
  GYR_TRY(auto current, turn.reader().flow(*command.key, 0));
  if (!current || current->deleted) return fail(flow_not_found, "Flow not found");
  store::FlowRow row = *std::move(current);
  row.revision = row.newest + 1;
  row.deleted = true;
  row.draft = false;
  row.updated = turn.now();
  turn.changes.batch.deleted_windows.push_back({.flow = row.key});
  LoadedFlowPtr loaded = turn.services.flows.load(row);
  GYR_CHECK(turn.all_or_nothing(turn.triggers.remove(loaded->key, {})));
  turn.changes.batch.flows.push_back(row);
  turn.changes.flows.push_back(std::move(loaded));
  turn.end_batch();
  return FlowDeleted{std::move(row)};
}

}  // namespace gyr::executor
