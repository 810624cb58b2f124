// Ranges of dates that are run again (TRIG-70 to TRIG-75).
#include <fmt/format.h>

#include "engine/trigger/step.h"
#include "plugin_api/schedule_trigger.h"

namespace gyr::engine::trigger {

using model::DateTask;

void Step::apply(const CreateBackfill& event) {
  if (!around_.spec.is(plugin::schedule_type)) {
    return refuse(backfill_refused,
                  fmt::format("Trigger '{}' does not support backfills: only Schedule triggers do", around_.spec.id));
  }
  if (state_.backfill) {
    return refuse(
        backfill_refused,
        fmt::format("Trigger '{}' already has a backfill: delete it first, or wait for its end", around_.spec.id));
  }
  model::Backfill backfill;
  backfill.start = backfill.current = event.start;
  backfill.end = event.end.value_or(around_.now);
  backfill.inputs = event.inputs;
  backfill.labels = event.labels;
  backfill.previous_next = state_.next;
  state_.backfill = std::move(backfill);
  pend(DateTask::backfill);
}

void Step::apply(const PauseBackfill& event) {
  if (!state_.backfill) return refuse(no_backfill, "No backfill found");
  state_.backfill->paused = event.paused;
}

void Step::apply(const DeleteBackfill&) {
  if (!state_.backfill) return refuse(no_backfill, "No backfill found");
  end_backfill();
}

Judged<void> Step::settle_backfill() {
  if (!state_.backfill) return {};
  auto first = search_->first_from(state_.backfill->current);
  if (!first) return std::unexpected(std::move(first.error()));
  if (!*first || **first > state_.backfill->end) {
    log(model::LogLevel::info, "The backfill contains no date and ends");
    state_.next = state_.backfill->previous_next;
    state_.backfill.reset();
    return recover(around_.now, policy());
  }
  state_.next = **first;
  return {};
}

Judged<void> Step::move_backfill_on(base::Instant date) {
  auto next = search_->next(date);
  if (!next) return std::unexpected(std::move(next.error()));
  if (!*next || **next > state_.backfill->end) {
    end_backfill();
  } else {
    state_.backfill->current = **next;
    state_.next = **next;
  }
  return {};
}

void Step::end_backfill() {
  state_.next = state_.backfill->previous_next;
  state_.backfill.reset();
  // Regular dates that fell due meanwhile; behind a running execution they are looked at when it ends (TRIG-73).
  if (state_.execution_id.is_none()) pend(DateTask::recover);
}

}  // namespace gyr::engine::trigger
