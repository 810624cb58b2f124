#include "executor/message/trigger_reported.h"

#include "base/log.h"
#include "base/probe.h"
#include "executor/message/message.h"
#include "executor/turn.h"

namespace gyr::executor {

void TriggerReported::apply(Turn& turn) {
  Triggers& triggers = turn.triggers;
  auto row = triggers.row_of(trigger);
  if (!row) return triggers.could_not_read(trigger, row.error());
  auto definition = triggers.definition_of(trigger);
  if (!definition) return triggers.could_not_read(trigger, definition.error());
  std::string problem;
  if (*row == nullptr || !*definition) {
    GYR_PROBE("a worker reports about a trigger that cannot be evaluated");
    problem = "the trigger can no longer be evaluated";
    const bool is_running = *row != nullptr && (*row)->evaluating_since &&
                            (report.evaluation.is_none() || (*row)->evaluation == report.evaluation);
    if (is_running && !std::holds_alternative<engine::trigger::EvaluationStarted>(report.event)) {
      if (report.number != 0) triggers.end_evaluation((*row)->flow, (*row)->evaluation);
      triggers.free_of_evaluation(**row);
    }
  } else {
    auto effects = triggers.advance(**definition, **row, report.event, answers);
    if (effects.question) return triggers.ask_host(*std::move(effects.question), *this);
    if (effects.refused) problem = effects.refused->message();
  }
  if (report.number != 0)
    turn.changes.heard.push_back({{trigger.flow, 0, report.evaluation}, report.number, std::move(problem)});
}

bool TriggerReported::hold_back(Turn& turn) {
  // The result is not lost: its execution is created and waits. Only new evaluations do not start.
  if (!std::holds_alternative<engine::trigger::EvaluationLost>(report.event)) return false;
  if (turn.holds.set().ignoring(*trigger.flow, {}) == nullptr) return false;
  turn.holds.keep_trigger(trigger);
  return true;
}

void TriggerReported::give_up(Turn& turn, const GivenUp& why) {
  const model::FlowKey& flow = *trigger.flow;
  base::log::error("cannot store the result of trigger {} of {}.{}: {}", trigger.id, flow.namespace_, flow.id,
                   why.error.message());
  if (report.number != 0) {
    turn.services.workers.event_stored({trigger.flow, 0, report.evaluation}, report.number,
                                       "it cannot be stored: " + why.error.message());
    return;
  }
  TriggerReport instead{report.trigger_id,
                        engine::trigger::EvaluationLost{report.evaluation, engine::trigger::lock_check},
                        report.evaluation};
  const auto* evaluated = std::get_if<engine::trigger::Evaluated>(&report.event);
  if (evaluated != nullptr && evaluated->variables) {
    instead.event = engine::trigger::Evaluated{.evaluation = report.evaluation,
                                               .variables = {},
                                               .error = "cannot store the result: " + why.error.message(),
                                               .log_file = {},
                                               .was_listening = evaluated->was_listening};
  }
  turn.queue.put_first(TriggerReported{trigger, std::move(instead)});
}

}  // namespace gyr::executor
