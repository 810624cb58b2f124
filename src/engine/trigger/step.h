// One event of a trigger while it is applied. Its parts are in machine.cc (definition, requests of users), schedule.cc
// (dates), backfill.cc and worker_trigger.cc (polling and realtime).
#pragma once

#include "engine/trigger/machine.h"

namespace gyr::engine::trigger {

/// The task that applies a policy which somebody chose for this time (UI-822).
model::DateTask recovery_by(plugin::RecoverMissedSchedules policy);

/// Lives for one event, on one thread. The changes of a member only count if advance() has no open question at the end.
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
  /// Ends the running evaluation of a trigger that must not be evaluated any more (TRIG-150).
  void end_unwanted_evaluation();
  /// Handles the dates that were missed before this owner took over the trigger (schedule.cc).
  void recover_at_takeover();
  /// Processes a date that must still be computed; a question to the host leaves it unchanged (schedule.cc).
  void settle();
  /// The time of its next check.
  std::optional<base::Instant> wake() const;

 private:
  bool is_schedule() const { return state_.kind == model::TriggerKind::schedule; }
  bool may_be_evaluated() const;
  void log(model::LogLevel level, std::string message);
  void refuse(base::ErrorCode code, std::string message) { effects_.refused = base::Error(code, std::move(message)); }
  /// Keeps a question; an error makes the trigger's dates unusable (TRIG-192).
  void stopped(Stop stop);
  /// A date is still to be computed; all missed ones are known, they only have to run (UI-822).
  bool must_compute() const {
    return state_.pending.task != model::DateTask::none && state_.pending.task != model::DateTask::recover_all;
  }
  void pend(model::DateTask task) { state_.pending = {task, around_.now}; }
  /// The latest time that is known to have passed, in case the clock was set back (TRIG-204).
  base::Instant present() const { return state_.evaluated ? std::max(around_.now, *state_.evaluated) : around_.now; }

  // schedule.cc
  /// The dates of the definition, computed once; nothing if they cannot be computed (stopped() was then called).
  const DateSearch* search();
  Judged<ScheduleDates> read_dates() const;
  plugin::RecoverMissedSchedules policy() const;
  bool has_missed(base::Instant since) const { return state_.next && *state_.next < since; }
  Judged<void> recover(base::Instant since, plugin::RecoverMissedSchedules policy);
  Judged<void> settle_first(base::Instant since);
  void fire_due();
  /// The due date; false if there is nothing to do now.
  Judged<bool> fire();
  Judged<void> start_execution(base::Instant date);
  /// Skips dates that are too late (TRIG-61); false if no due date is left.
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
  /// The FAILED execution of a failed evaluation, if the trigger asks for one (TRIG-12).
  void start_failed(base::Id id, std::string_view reason);
  void pause(base::Duration length);
  /// `when` and the conditions of a trigger without dates, with these variables as `trigger`.
  Judged<bool> conditions_hold(const base::Value& variables);
  base::Value variables_at(base::Instant date) const;
  /// Keeps a question; false if there is one. The caller handles errors.
  template <class T>
  bool asked(const Judged<T>& judged) {
    if (judged || !std::holds_alternative<Question>(judged.error())) return false;
    effects_.question = std::get<Question>(judged.error());
    return true;
  }

  TriggerState& state_;
  const Surroundings& around_;
  Effects& effects_;
  expression::ValueContext names_;  // the roots of the expressions of the definition, created together with the dates
  expression::Environment environment_;
  std::optional<ScheduleDates> dates_;
  std::optional<DateSearch> search_;
};

}  // namespace gyr::engine::trigger
