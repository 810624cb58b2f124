// To a flow with Flow triggers: an execution has changed its state (TRIG-115).
#include "base/probe.h"
#include "executor/flow_trigger_evaluation.h"
#include "executor/message/inbox/apply.h"
#include "executor/turn.h"

namespace gyr::executor {

void apply_inbox(Turn& turn, const InboxHint& hint, const FlowEventMessage& told) {
  const base::Id message = hint.message.id;
  if (turn.flow_events.is_evaluating(message)) {
    GYR_PROBE("an event comes again while it is evaluated");
    return;  // the row stays until it is judged
  }
  auto flow = turn.services.flows.get(turn.reader(), *hint.message.flow, 0);
  if (!flow) return turn.failed_to_read(flow.error(), told.event.execution.id);
  const LoadedFlowPtr& loaded = *flow;
  if (loaded == nullptr || loaded->deleted || loaded->disabled || loaded->compiled == nullptr)
    return hint.applied(turn);
  auto judging =
      std::make_shared<FlowTriggerEvaluation>(loaded, told.event, turn.services.settings, turn.services.inputs);
  turn.flow_events.begin_evaluation(message);
  auto begun = judging->begin(turn.reader(), turn.services.flows, turn.services.triggers.zone, turn.now(),
                              [queue = &turn.queue, hint](std::shared_ptr<const FlowTriggerEvaluation> judged) {
                                queue->push(FlowEventJudged{hint, std::move(judged)});
                              });
  if (begun) return;
  (void)turn.flow_events.end_evaluation(message);
  turn.failed_to_read(begun.error(), told.event.execution.id);
}

}  // namespace gyr::executor
