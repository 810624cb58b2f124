// Stores a revision of a flow (FLOW-90).
#include "command/errors.h"
#include "executor/message/command/apply.h"
#include "executor/turn.h"
#include "model/flow.h"

namespace gyr::executor {

using base::fail;

base::Result<FlowSaved> apply(Turn& turn, SaveFlow& command) {
  store::FlowRow row = command.row;
  GYR_TRY(auto current, turn.reader().flow(row.key, 0));
  bool exists = current && !current->deleted;
  if (command.mode == SaveFlow::Mode::create && exists) return fail(flow_conflict, "Flow id already exists");
  if (command.mode == SaveFlow::Mode::update && !exists) return fail(flow_not_found, "Flow not found");
  if (exists && current->source == row.source) {
    // Triggers whose dates could not be read may have valid dates now (TRIG-85).
    GYR_TRY(LoadedFlowPtr loaded, turn.services.flows.get(turn.reader(), row.key, 0));
    GYR_CHECK(turn.all_or_nothing(turn.triggers.define(loaded, current->disabled)));
    return FlowSaved{*std::move(current), true, true};
  }
  row.revision = current ? current->revision + 1 : 1;
  row.deleted = false;
  row.updated = turn.now();
  const bool is_ready = command.prepared != nullptr && command.prepared->revision == row.revision &&
                        command.prepared->definitions == turn.services.flows.definitions();
  LoadedFlowPtr loaded = is_ready ? command.prepared : turn.services.flows.load(row);
  GYR_CHECK(turn.all_or_nothing(turn.triggers.define(loaded, current && current->disabled)));
  turn.changes.batch.flows.push_back(row);
  turn.changes.flows.push_back(std::move(loaded));
  turn.end_batch();  // later commands must see the new revision
  turn.gates.flow_is_saved(row.key);
  return FlowSaved{std::move(row), exists, false};
}

}  // namespace gyr::executor
