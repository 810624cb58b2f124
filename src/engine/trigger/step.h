// One event of a trigger while it is being applied. The parts of its life stand in machine.cc (definition, people), schedule.cc
// (dates) and backfill.cc.
#pragma once

#include "engine/trigger/machine.h"

namespace gyr::engine::trigger {

/// Lives for one event, on one thread. What a member changes counts only if advance() finds no
/// question left at the end.
class Step {
 public:
  Step(TriggerState& state, const Surroundings& around, Effects& effects)
      : state_(state), around_(around), effects_(effects), names_(base::Value::empty_map()) {}

  // machine.cc
  void apply(const Defined& event);
  void apply(const Due&);
  void apply(const ExecutionEnded& event);
  void apply(const SetDisabled& event);
  void apply(const Unlock&);
  void apply(const Restart&);
  // backfill.cc
  void apply(const CreateBackfill& event);
  void apply(const PauseBackfill& event);
  void apply(const DeleteBackfill&);
  /// Dates that were missed before this owner took the trigger over (schedule.cc).
  void recover_at_takeover();
  /// Takes a date that is still to be computed; a question to the host leaves it so (schedule.cc).
  void settle();
  /// When it has to be looked at again.
  std::optional<base::Instant> wake() const;

 private:
  bool is_schedule() const { return state_.kind == model::TriggerKind::schedule; }
  bool may_be_evaluated() const;
  void log(model::LogLevel level, std::string message);
  void refuse(base::ErrorCode code, std::string message) { effects_.refused = base::Error(code, std::move(message)); }
  /// Keeps a question; an error makes the trigger's dates unusable (TRIG-192).
  void stopped(Stop stop);
  void pend(model::DateTask task) { state_.pending = {task, around_.now}; }
  /// The latest moment that is known to have been, should the clock have been set back (TRIG-204).
  base::Instant present() const { return state_.evaluated ? std::max(around_.now, *state_.evaluated) : around_.now; }

  // schedule.cc
  /// The dates of the definition, computed once; nothing where they cannot be (then stopped() has been told).
  const DateSearch* search();
  Judged<ScheduleDates> read_dates() const;
  plugin::RecoverMissedSchedules policy() const;
  Judged<void> recover(base::Instant since);
  Judged<void> settle_first(base::Instant since);
  void fire_due();
  /// The date that is due; false where there is nothing more to do now.
  Judged<bool> fire();
  Judged<void> start_execution(base::Instant date);
  /// Leaves out dates that are too late (TRIG-61); false where none is left that is due.
  Judged<bool> drop_late();
  Judged<bool> conditions_hold(base::Instant date);
  Judged<void> move_on(base::Instant date);
  void fail_at(base::Instant date, const base::Error& error);
  void skipped(base::Instant from, base::Instant until, std::string_view why);

  // backfill.cc
  Judged<void> settle_backfill();
  Judged<void> move_backfill_on(base::Instant date);
  void end_backfill();

  TriggerState& state_;
  const Surroundings& around_;
  Effects& effects_;
  expression::ValueContext names_;         // roots of the definition's expressions, made with the dates
  expression::Environment environment_;
  std::optional<ScheduleDates> dates_;
  std::optional<DateSearch> search_;
};

}  // namespace gyr::engine::trigger
