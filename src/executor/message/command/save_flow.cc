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
  GYR_TRY(auto newest, newest_revision(turn.reader(), current));
  if (newest && newest->source == row.source && newest->draft == row.draft) {
    if (newest->revision != current->revision) return FlowSaved{*std::move(newest), true, true};
    // Triggers whose dates could not be read may have valid dates now (TRIG-85).
    GYR_TRY(LoadedFlowPtr loaded, turn.services.flows.get(turn.reader(), row.key, 0));
    GYR_CHECK(turn.all_or_nothing(turn.triggers.define(loaded, current->disabled || current->draft)));
    return FlowSaved{*std::move(current), true, true};
  }
  row.revision = current ? current->newest + 1 : 1;
  row.deleted = false;
  row.updated = turn.now();
  if (row.draft && exists && !current->draft) {
    // What runs stays as it is.
    turn.changes.batch.flows.push_back(row);
    turn.end_batch();
    return FlowSaved{std::move(row), exists, false};
  }
  const bool is_ready = command.prepared != nullptr && command.prepared->revision == row.revision &&
                        command.prepared->definitions == turn.services.flows.definitions();
  LoadedFlowPtr loaded = is_ready ? command.prepared : turn.services.flows.load(row);
  const bool was_disabled = current && (current->disabled || current->draft);
  GYR_CHECK(turn.all_or_nothing(turn.triggers.define(loaded, was_disabled)));
  turn.changes.batch.flows.push_back(row);
  turn.changes.flows.push_back(std::move(loaded));
  turn.end_batch();  // later commands must see the new revision
  turn.gates.flow_is_saved(row.key);
  return FlowSaved{std::move(row), exists, false};
}

}  // namespace gyr::executor
