// Evaluations of polling and realtime triggers: what is asked of workers with a commit, and what they answer
// (TRIG-140 to TRIG-151).
#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/log.h"
#include "base/probe.h"
#include "executor/partition.h"
#include "executor/partition_pending.h"

namespace gyr::executor {

namespace trigger = engine::trigger;

base::Result<void> Partition::recover_evaluations() {
  GYR_TRY(auto heads, reader_->worker_triggers(first_slot_, last_slot_));
  std::ranges::sort(heads, {},
                    [](const auto& head) { return std::tie(head.flow->namespace_, head.flow->id, head.trigger_id); });
  for (auto& head : heads) {
    TriggerKey key{std::move(head.flow), std::move(head.trigger_id)};
    if (head.evaluating) {
      // The worker has gone with the server of before, or will find that its evaluation has another id now.
      GYR_PROBE("an evaluation of a trigger is recovered");
      waiting_.push_back(TriggerReported{std::move(key), {{}, trigger::EvaluationLost{}, {}}});
    } else if (head.asleep) {
      waiting_.push_back(TriggerMessage{std::move(key)});  // written by a version that hosted no triggers
    }
  }
  return {};
}

void Partition::ask_worker(const TriggerDefinition& definition, trigger::Evaluation evaluation) {
  pending_->bytes += evaluation.context.weight();
  WorkOrigin origin{definition.flow->key, definition.flow->revision, evaluation.id};
  pending_->evaluations.push_back({std::move(origin), definition.spec->id, std::move(evaluation)});
}

void Partition::end_evaluation(const std::shared_ptr<const model::FlowKey>& flow, base::Id evaluation) {
  // What this very batch has asked for is not begun behind it.
  const auto is_meant = [&](const Pending::Evaluation& asked) { return asked.evaluation.id == evaluation; };
  if (std::erase_if(pending_->evaluations, is_meant) > 0) {
    GYR_PROBE("an evaluation ends in the batch that asks for it");
    return;
  }
  pending_->ended_evaluations.push_back({flow, 0, evaluation});
}

void Partition::free_of_evaluation(const store::TriggerRow& row) {
  store::TriggerRow freed = row;
  freed.evaluating_since.reset();
  freed.evaluation = {};
  freed.worker_id.clear();
  freed.next = now_;
  freed.wake_at = now_;  // looked at when its flow is valid again
  put_trigger(std::move(freed));
}

void Partition::process(TriggerReported& message) {
  const TriggerReport& report = message.report;
  auto row = trigger_row(message.trigger);
  if (!row) return could_not_read(message.trigger, row.error());
  auto definition = trigger_definition(message.trigger);
  if (!definition) return could_not_read(message.trigger, definition.error());
  std::string problem;
  if (*row == nullptr || !*definition) {
    GYR_PROBE("a worker reports about a trigger that cannot be evaluated");
    problem = "the trigger can no longer be evaluated";
    const bool is_running = *row != nullptr && (*row)->evaluating_since &&
                            (report.evaluation.is_none() || (*row)->evaluation == report.evaluation);
    if (is_running && !std::holds_alternative<trigger::EvaluationStarted>(report.event)) {
      if (report.number != 0) end_evaluation((*row)->flow, (*row)->evaluation);
      free_of_evaluation(**row);
    }
  } else {
    auto effects = advance_trigger(**definition, **row, report.event, message.answers);
    if (effects.question) return ask_host(*std::move(effects.question), message);
    if (effects.refused) problem = effects.refused->message();
  }
  if (report.number != 0)
    pending_->heard.push_back({{message.trigger.flow, 0, report.evaluation}, report.number, std::move(problem)});
}

void Partition::quarantine_report(const TriggerReported& message, const base::Error& error) {
  const TriggerReport& report = message.report;
  const model::FlowKey& flow = *message.trigger.flow;
  base::log::error("cannot store the result of trigger {} of {}.{}: {}", message.trigger.id, flow.namespace_, flow.id,
                   error.message());
  if (report.number != 0) {
    services_.workers.event_stored({message.trigger.flow, 0, report.evaluation}, report.number,
                                   "it cannot be stored: " + error.message());
    return;
  }
  TriggerReport instead{report.trigger_id, trigger::EvaluationLost{report.evaluation, trigger::lock_check},
                        report.evaluation};
  const auto* evaluated = std::get_if<trigger::Evaluated>(&report.event);
  if (evaluated != nullptr && evaluated->variables) {
    instead.event = trigger::Evaluated{.evaluation = report.evaluation,
                                       .variables = {},
                                       .error = "cannot store the result: " + error.message(),
                                       .log_file = {},
                                       .was_listening = evaluated->was_listening};
  }
  waiting_.push_front(TriggerReported{message.trigger, std::move(instead)});
}

}  // namespace gyr::executor
