// To a flow: a Subflow task starts an execution (TASK-51).
#include <fmt/format.h>

#include "base/probe.h"
#include "command/errors.h"
#include "executor/message/inbox/apply.h"
#include "executor/turn.h"
#include "model/flow.h"

namespace gyr::executor {

void apply_inbox(Turn& turn, const InboxHint& hint, const StartChildMessage& start) {
  if (turn.children.is_starting(start.child)) {
    GYR_PROBE("a child is asked for again while its inputs are resolved");
    return;  // the row stays until then
  }
  auto existing = turn.load(start.child);
  if (!existing) return turn.failed_to_read(existing.error(), start.child);
  if (*existing != nullptr) {
    GYR_PROBE("a child is asked for again although it exists");
    return hint.applied(turn);
  }
  auto flow = turn.services.flows.get(turn.reader(), start.flow, start.revision);
  if (!flow) return turn.failed_to_read(flow.error(), start.child);
  const LoadedFlowPtr& loaded = *flow;
  if (loaded == nullptr || (loaded->deleted && start.revision == 0)) {
    GYR_PROBE("a child is refused because its flow does not exist");
    turn.children.refuse(start, fmt::format("Unable to find flow '{}'.'{}' with revision '{}'", start.flow.namespace_,
                                            start.flow.id, start.revision));
  } else if (loaded->draft) {
    turn.children.refuse(start, std::string(draft_message));
  } else if (loaded->disabled) {
    turn.children.refuse(start, "Cannot execute a flow which is disabled");
  } else if (loaded->compiled == nullptr) {
    turn.children.refuse(start, "Cannot execute an invalid flow: " + loaded->exception);
  } else if (loaded->compiled->flow().inputs.empty()) {
    turn.children.create(start, loaded, base::Value::empty_map());
  } else {
    // Resolving may ask the host; the message stays in the inbox until its execution is created.
    turn.children.begin_start(start.child);
    InputRequest request{loaded->compiled, start.child, start.inputs, start.labels};
    turn.services.inputs.resolve(std::move(request),
                                 [queue = &turn.queue, hint, start](base::Result<base::Value> inputs) {
                                   queue->push(InputsResolved{hint, start, std::move(inputs)});
                                 });
    return;
  }
  hint.applied(turn);
}

}  // namespace gyr::executor
