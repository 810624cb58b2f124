#include "executor/message/flow_event_judged.h"

#include "base/log.h"
#include "base/probe.h"
#include "executor/flow_trigger_evaluation.h"
#include "executor/message/message.h"
#include "executor/turn.h"

namespace gyr::executor {

void FlowEventJudged::apply(Turn& turn) {
  if (!turn.flow_events.end_evaluation(origin.message.id)) {
    GYR_PROBE("the evaluation of an event ends after it was rolled back");
    return;  // the row starts it anew
  }
  if (judging == nullptr) return origin.applied(turn);
  auto flow = turn.services.flows.get(turn.reader(), *origin.message.flow, 0);
  if (!flow) {
    turn.flow_events.begin_evaluation(origin.message.id);
    return turn.failed_to_read(flow.error(), judging->event().execution.id);
  }
  if (*flow == nullptr || (*flow)->revision != judging->flow()->revision) {
    // The flow was saved meanwhile: its new revision judges.
    GYR_PROBE("an event is evaluated again because its flow was saved");
    return origin.apply(turn);
  }
  for (const JudgedTrigger& trigger : judging->triggers()) {
    if (auto heard = turn.flow_events.hear(*judging, trigger); !heard) return turn.abandon(heard.error(), {});
  }
  origin.applied(turn);
}

bool FlowEventJudged::hold_back(Turn& turn) {
  if (turn.holds.set().ignoring(*origin.message.flow, {}) == nullptr) return false;
  (void)turn.flow_events.end_evaluation(origin.message.id);
  return true;
}

bool FlowEventJudged::undo(Turn& turn) {
  GYR_PROBE("the evaluation of a flow trigger is rolled back");
  turn.flow_events.begin_evaluation(origin.message.id);
  return true;
}

void FlowEventJudged::give_up(Turn& turn, const GivenUp& why) {
  base::log::error("cannot store the evaluation of an event for flow {}.{}, the event is dropped: {}",
                   origin.message.flow->namespace_, origin.message.flow->id, why.error.message());
  turn.flow_events.begin_evaluation(origin.message.id);
  turn.queue.put_first(FlowEventJudged{origin, nullptr});
}

}  // namespace gyr::executor
