// One event of a trigger while it is being applied. The parts of its life stand in machine.cc (definition, people),
// schedule.cc (dates), backfill.cc and worker_trigger.cc (polling and realtime).
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
  // worker_trigger.cc
  void apply(const EvaluationStarted& event);
  void apply(const Evaluated& event);
  void apply(const EventHeard& event);
  void apply(const EvaluationLost& event);
  /// Ends what runs of a trigger that may not be evaluated any more (TRIG-150).
  void end_unwanted_evaluation();
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
  bool has_missed(base::Instant since) const { return state_.next && *state_.next < since; }
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

  // worker_trigger.cc
  bool is_running(base::Id evaluation) const { return state_.evaluating_since && state_.evaluation == evaluation; }
  bool waits_for_execution() const { return !state_.execution_id.is_none() && !around_.spec.allow_concurrent; }
  std::optional<base::Duration> interval() const;
  void evaluate_due();
  void begin_evaluation();
  void forget_evaluation();
  void end_evaluation();
  void evaluated_to(const Evaluated& event);
  void listener_ended(const Evaluated& event);
  void evaluation_failed(base::Id evaluation, std::string_view message);
  /// The FAILED execution that shows it, where the trigger wants one (TRIG-12).
  void start_failed(base::Id id, std::string_view reason);
  void pause(base::Duration length);
  /// `when` and conditions of a trigger without dates, with these variables as `trigger`.
  Judged<bool> conditions_hold(const base::Value& variables);
  base::Value variables_at(base::Instant date) const;
  /// Keeps a question; false where there is one. Errors are the caller's.
  template <class T>
  bool asked(const Judged<T>& judged) {
    if (judged || !std::holds_alternative<Question>(judged.error())) return false;
    effects_.question = std::get<Question>(judged.error());
    return true;
  }

  TriggerState& state_;
  const Surroundings& around_;
  Effects& effects_;
  expression::ValueContext names_;  // roots of the definition's expressions, made with the dates
  expression::Environment environment_;
  std::optional<ScheduleDates> dates_;
  std::optional<DateSearch> search_;
};

}  // namespace gyr::engine::trigger
