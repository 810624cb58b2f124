#include "executor/message/trigger_due.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/probe.h"
#include "executor/turn.h"

namespace gyr::executor {

void TriggerMessage::apply(Turn& turn) {
  Triggers& triggers = turn.triggers;
  if (turn.moment() < due) {
    GYR_PROBE("a trigger's date is early because the clock was set back");
    if (answers.size() > 0) triggers.end_question(trigger);
    return triggers.wake(due, trigger);
  }
  // If a question is open, its answer has the same effect.
  if (answers.size() == 0 && triggers.has_question(trigger)) return;
  auto row = triggers.row_of(trigger);
  if (!row) return triggers.could_not_read(trigger, row.error());
  auto definition = triggers.definition_of(trigger);
  if (!definition) return triggers.could_not_read(trigger, definition.error());
  triggers.end_question(trigger);
  // An invalid trigger waits until the flow is saved or the server can read it again (TRIG-21).
  if (*row == nullptr || !*definition) return;
  if (!(*row)->execution_id.is_none() && !(*definition)->spec->allow_concurrent) {
    if (auto checked = triggers.check_lock(trigger, **definition, **row); !checked)
      triggers.could_not_read(trigger, checked.error());
    return;
  }
  const auto begun = base::monotonic_now();
  auto effects = triggers.advance(**definition, **row, engine::trigger::Due{}, answers);
  if (turn.services.trigger_meters != nullptr) turn.services.trigger_meters->evaluated(base::monotonic_now() - begun);
  if (!effects.question) return;
  triggers.begin_question(trigger);
  triggers.ask_host(*std::move(effects.question), *this);
}

bool TriggerMessage::hold_back(Turn& turn) {
  if (turn.holds.set().ignoring(*trigger.flow, {}) == nullptr) return false;
  if (answers.size() > 0) turn.triggers.end_question(trigger);
  GYR_PROBE("a trigger's date is held back");
  if (due == base::Instant{}) turn.holds.keep_trigger(trigger);  // its row has no date
  return true;
}

bool TriggerMessage::undo(Turn&) {
  GYR_PROBE("a trigger's date is rolled back");
  return true;
}

void TriggerMessage::give_up(Turn& turn, const GivenUp& why) {
  base::log::error("cannot store the changes of trigger {} of {}.{}: {}", trigger.id, trigger.flow->namespace_,
                   trigger.flow->id, why.error.message());
  turn.triggers.wake(turn.moment() + engine::trigger::lock_check, trigger);  // its flow can be changed until then
}

}  // namespace gyr::executor
