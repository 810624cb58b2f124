// What replay and restart with another revision have in common.
#include "executor/message/command/copies.h"

#include <fmt/format.h>

#include "command/errors.h"
#include "engine/execution_copy.h"
#include "executor/message/command/apply.h"
#include "executor/turn.h"
#include "model/labels.h"

namespace gyr::executor {

using base::fail;

model::Execution successor_of(const model::Execution& original, base::Id id, const LoadedFlowPtr& flow) {
  model::Execution execution = original;
  execution.id = id.with_slot(model::slot_of(*flow->key));
  execution.flow = flow->key;
  execution.revision = flow->revision;
  execution.outputs = {};
  execution.parent_id = original.id;
  execution.caller_execution = {};  // who waits for the old one does not wait for this
  execution.caller_task_run = {};
  execution.breakpoints.clear();
  execution.error.clear();
  // What became of the old one: the new one was not replayed, and no kill switch has ended it (OPS-13).
  std::erase_if(execution.labels, [](const model::Label& label) {
    return label.key == "system.replayed" || model::is_kill_switch_label(label.key);
  });
  return execution;
}

base::Result<LoadedFlowPtr> revision_of(Turn& turn, const model::Execution& execution, int32_t revision,
                                        const std::optional<std::string>& templates) {
  GYR_TRY(LoadedFlowPtr flow, turn.services.flows.get(turn.reader(), *execution.flow, revision, templates));
  if (flow == nullptr || flow->deleted) return fail(flow_not_found, "Flow not found");
  if (flow->draft) return fail(flow_disabled, std::string(draft_message));
  if (flow->compiled == nullptr) return fail(flow_invalid, "Cannot execute an invalid flow: " + flow->exception);
  return flow;
}

base::Result<LiveExecution*> copy_execution(Turn& turn, LiveExecution& original, const LoadedFlowPtr& flow,
                                            model::Execution execution, base::Id replayed, base::Id& replayed_copy) {
  const engine::ExecutionState& state = *original.state;
  base::IdGenerator ids(turn.now(), base::secure_random(), base::secure_random());
  GYR_TRY(auto copied, engine::copy_execution({state, flow->compiled, std::move(execution), replayed}, ids));
  if (!copied.state) {
    if (state.find(replayed) == nullptr) {
      return fail(task_run_not_found, fmt::format("Task run '{}' not found on execution '{}'", replayed.to_text(),
                                                  state.execution().id.to_text()));
    }
    return fail(wrong_change,
                fmt::format("Task run '{}' is of a task that revision {} of the flow does not have in that place",
                            replayed.to_text(), flow->revision));
  }
  replayed_copy = copied.replayed;
  for (const auto& run : copied.state->runs()) turn.changes.bytes += run->run.outputs.weight() + small_row_bytes;
  return &turn.live.add(std::move(copied.state));
}

}  // namespace gyr::executor
