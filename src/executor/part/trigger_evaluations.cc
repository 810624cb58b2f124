// Evaluations of polling and realtime triggers: what is asked of workers with a commit (TRIG-140 to TRIG-151); and
// questions to the host.
#include <algorithm>
#include <tuple>

#include "base/probe.h"
#include "executor/part/triggers.h"
#include "executor/turn.h"

namespace gyr::executor {

namespace trigger = engine::trigger;

namespace {

/// Calls the host of `turn`; the message with the answer goes to its queue, on any thread.
template <class Again>
void ask(Turn& turn, trigger::Question question, Again again) {
  expression::HostCall call = question.call;
  const std::shared_ptr<const model::FlowKey> flow = again.trigger.flow;
  const size_t answers = again.answers.size();
  auto answered = [queue = &turn.queue, question = std::move(question),
                   again = std::move(again)](base::Result<base::Value> answer) mutable {
    again.answers.add(std::move(question), std::move(answer));
    queue->push(std::move(again));
  };
  if (turn.services.host == nullptr || answers >= trigger::max_answers) {
    return answered(
        base::fail(expression::limit_exceeded,
                   "the expression needs too many requests to the server, or one that is not available here"));
  }
  turn.services.host->call({*flow, {}, {}}, std::move(call), std::move(answered));
}

}  // namespace

void Triggers::ask_host(trigger::Question question, TriggerMessage again) {
  ask(turn_, std::move(question), std::move(again));
}

void Triggers::ask_host(trigger::Question question, TriggerReported again) {
  ask(turn_, std::move(question), std::move(again));
}

base::Result<void> Triggers::recover_evaluations() {
  GYR_TRY(auto heads, turn_.reader().worker_triggers(turn_.slots.first, turn_.slots.last));
  std::ranges::sort(heads, {},
                    [](const auto& head) { return std::tie(head.flow->namespace_, head.flow->id, head.trigger_id); });
  for (auto& head : heads) {
    TriggerKey key{std::move(head.flow), std::move(head.trigger_id)};
    if (head.evaluating) {
      // The worker has gone with the server of before, or will find that its evaluation has another id now.
      GYR_PROBE("an evaluation of a trigger is recovered");
      turn_.queue.put_last(TriggerReported{std::move(key), {{}, trigger::EvaluationLost{}, {}}});
    } else if (head.asleep) {
      turn_.queue.put_last(TriggerMessage{std::move(key)});  // written by a version that hosted no triggers
    }
  }
  return {};
}

void Triggers::ask_worker(const TriggerDefinition& definition, trigger::Evaluation evaluation) {
  turn_.changes.bytes += evaluation.context.weight();
  WorkOrigin origin{definition.flow->key, definition.flow->revision, evaluation.id};
  turn_.changes.evaluations.push_back({std::move(origin), definition.spec->id, std::move(evaluation)});
}

void Triggers::end_evaluation(const std::shared_ptr<const model::FlowKey>& flow, base::Id evaluation) {
  // What this very batch has asked for is not begun behind it.
  const auto is_meant = [&](const Changes::Evaluation& asked) { return asked.evaluation.id == evaluation; };
  if (std::erase_if(turn_.changes.evaluations, is_meant) > 0) {
    GYR_PROBE("an evaluation ends in the batch that asks for it");
    return;
  }
  turn_.changes.ended_evaluations.push_back({flow, 0, evaluation});
}

void Triggers::free_of_evaluation(const store::TriggerRow& row) {
  store::TriggerRow freed = row;
  freed.evaluating_since.reset();
  freed.evaluation = {};
  freed.worker_id.clear();
  freed.next = turn_.moment();
  freed.wake_at = turn_.moment();  // looked at when its flow is valid again
  put(std::move(freed));
}

}  // namespace gyr::executor
