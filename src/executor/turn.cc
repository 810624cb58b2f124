#include "executor/turn.h"

#include <algorithm>

#include "base/invariant.h"
#include "base/log.h"

namespace gyr::executor {

bool Changes::deletes(base::Id execution) const {
  return std::ranges::any_of(batch.deleted_executions, [execution](const auto& gone) { return gone.id == execution; });
}

Turn::Turn(PartitionServices given, PartitionLimits limits, SlotRange slots, MessageQueue& queue,
           PartitionThread& thread)
    : services(std::move(given)),
      limits(limits),
      slots(slots),
      queue(queue),
      live(services.flows, thread.live),
      wakes(limits.wakes),
      gates(*this),
      triggers(*this, limits.trigger_wakes),
      flow_events(*this),
      children(*this),
      holds(*this),
      thread_(thread) {}

Turn::~Turn() = default;

base::Instant Turn::now() {
  now_ = std::max(now_, services.clock.now());
  return now_;
}

bool Turn::changes_in_batch(base::Id execution) const {
  if (const LiveExecution* known = live.peek(execution); known != nullptr && known->touched) return true;
  return changes.deletes(execution) || std::ranges::any_of(changes.batch.executions, [execution](const auto& row) {
           return row.execution.id == execution;
         });
}

base::Result<void> Turn::queue_inbox(std::optional<base::Id> target) {
  constexpr size_t page = 10'000;
  int64_t sequence = 0;
  for (;;) {
    GYR_TRY(auto messages, reader().inbox(slots.first, slots.last, sequence, page));
    for (auto& stored : messages) {
      GYR_INVARIANT(stored.sequence > sequence, "the messages of an inbox are ordered by number");
      sequence = stored.sequence;
      if (!target || stored.message.target == *target)
        queue.put_last(InboxHint{std::move(stored.message), stored.sequence});
    }
    if (messages.size() < page) return {};
  }
}

void Turn::failed_to_read(const base::Error& error, base::Id execution) {
  base::log::error("cannot read execution {}: {}", execution.to_text(), error.message());
  unread_ = true;
}

void Turn::abandon(const base::Error& error, base::Id execution) {
  base::log::error("cannot read the rows of execution {} or of its triggers, the batch is applied again: {}",
                   execution.to_text(), error.message());
  abandoned_ = error;
  changes.touched.push_back(execution);  // dropped with the others
}

base::Result<void> Turn::all_or_nothing(base::Result<void> change) {
  if (!change) abandoned_ = change.error();
  return change;
}

void Turn::forget_batch() {
  changes = {};
  triggers.forget_batch();
  flow_events.forget_batch();
}

void Turn::forget() {
  forget_batch();
  live.clear();
  wakes.refill({});
  gates.forget();
  triggers.forget();
  flow_events.forget();
  children.forget();
  holds.forget();
  abandoned_.reset();
}

}  // namespace gyr::executor
