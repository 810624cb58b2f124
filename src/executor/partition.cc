#include "executor/partition.h"

#include "base/assert.h"
#include "base/edge.h"
#include "base/log.h"
#include "base/probe.h"
#include "command/errors.h"

namespace gyr::executor {
namespace {

/// The error for a command on a partition that another server owns.
base::Error taken_over() { return {store::lease_lost, "another server now owns this flow; send the request again"}; }

}  // namespace

Partition::Partition(PartitionServices services, PartitionLimits limits, SlotRange slots, PartitionThread& thread,
                     MessageQueue& queue)
    : queue_(queue), turn_(std::move(services), limits, slots, queue, thread) {}

Partition::~Partition() {
  GYR_ASSERT(!committing_);
  queue_.take_arrived();  // what arrived after the last turn may use what ends with this partition
  queue_.waiting.clear();
}

bool Partition::has_news() const {
  if (commit_done_.load(std::memory_order_acquire)) return true;
  if (committing_ || paused_until_) return false;
  return queue_.has_arrived() || (!is_lost() && turn_.holds.have_changed());
}

std::optional<base::Instant> Partition::next_wake() const {
  if (committing_ || is_lost()) return std::nullopt;
  if (paused_until_) return paused_until_;
  auto next = turn_.wakes.next();
  if (auto trigger = turn_.triggers.next_wake(); trigger && (!next || *trigger < *next)) next = trigger;
  const auto& change = turn_.holds.set().next_change();
  if (change && (!next || *change < *next)) next = change;
  return next;
}

// ---- recovery

base::Result<void> Partition::recover(store::Lease lease) {
  lease_ = lease;
  const base::Instant now = turn_.services.clock.now();
  return read_rows(now, now);
}

base::Result<void> Partition::read_rows(base::Instant now, base::Instant life_began) {
  std::unique_ptr<store::Reader>& reader = turn_.thread_.reader;
  if (reader == nullptr || begin_again_) {
    GYR_TRY(reader, turn_.services.store.open_reader());
  }
  turn_.holds.recover(now);
  GYR_CHECK(refill_wakes());
  GYR_CHECK(turn_.triggers.recover(life_began));
  constexpr size_t page = 10'000;
  base::Id after;
  for (;;) {
    GYR_TRY(auto ids, turn_.reader().active_executions(turn_.slots.first, turn_.slots.last, after, page));
    for (base::Id id : ids) queue_.put_last(RecoverMessage{id});
    if (ids.size() < page) break;
    after = ids.back();
  }
  return turn_.gates.recover();
}

// ---- turns

bool Partition::turn() {
  try {
    return take_turn();
  } catch (...) {
    start_over(base::caught_at(base::Edge::turn, "the turn of a partition"));
    return true;
  }
}

bool Partition::take_turn() {
  if (!take_outcome()) return false;
  if (is_lost()) return refuse_waiting(taken_over());
  const base::Instant moment = turn_.services.clock.now();
  if (moment < turn_.moment()) GYR_PROBE("a turn begins after the clock was set back");
  turn_.now_ = moment;
  if (is_paused() || !begin_again()) return false;
  queue_.take_arrived();
  follow_operator_holds();
  if (paused_until_) return false;
  queue_due_dates();
  if (queue_.waiting.empty() && turn_.changes.ended_evaluations.empty()) {
    turn_.live.trim();
    return false;
  }
  apply_messages();
  begin_commit();
  return true;
}

bool Partition::is_paused() {
  if (!paused_until_) return false;
  // A clock that was set back must not extend the pause.
  const bool set_back = turn_.moment() + turn_.limits.retry_after_failure < *paused_until_;
  if (turn_.moment() < *paused_until_ && !set_back) return true;
  if (set_back) GYR_PROBE("the pause after a failed commit ends because the clock was set back");
  paused_until_.reset();
  return false;
}

void Partition::pause() { paused_until_ = turn_.moment() + turn_.limits.retry_after_failure; }

void Partition::follow_operator_holds() {
  if (auto followed = turn_.holds.follow(); !followed) {
    base::log::error("cannot read the executions that were held back: {}", followed.error().message());
    pause();
  }
}

void Partition::apply_messages() {
  turn_.end_batch_ = false;
  size_t taken = 0;
  const size_t most = one_by_one_ > 0 ? 1 : turn_.limits.drain;
  // Who takes a slot that became free is in the commit that freed it, unless a batch would grow without end.
  const auto may_take = [&] {
    const bool goes_along =
        one_by_one_ == 0 && taken < 2 * most && std::holds_alternative<AdmitMessage>(queue_.waiting.front());
    return taken < most || goes_along;
  };
  Changes& changes = turn_.changes;
  while (!queue_.waiting.empty() && may_take() && !turn_.end_batch_ && !turn_.abandoned_ &&
         changes.bytes < turn_.limits.batch_bytes) {
    const bool alone = suspects_.goes_alone(queue_.waiting.front());
    if (alone && taken > 0) break;
    turn_.end_batch_ = alone;
    Message message = std::move(queue_.waiting.front());
    queue_.waiting.pop_front();
    const bool is_applied = apply(message);
    if (std::exchange(turn_.unread_, false)) {
      GYR_PROBE("a message is applied again because the store could not be read");
      queue_.put_first(std::move(message));
      pause();
      break;
    }
    taken += 1;
    if (is_applied) changes.messages.push_back(std::move(message));
  }
  if (one_by_one_ > 0) GYR_PROBE("a message gets a batch of its own");
  if (changes.bytes >= turn_.limits.batch_bytes) GYR_PROBE("a batch ends at its size before the mailbox is empty");
  if (!queue_.waiting.empty() && taken >= most) GYR_PROBE("a batch ends at its number of messages");
  one_by_one_ -= std::min(one_by_one_, taken);
}

bool Partition::apply(Message& message) {
  turn_.stepping_ = {};
  try {
    if (turn_.holds.may_hold_back()) {
      if (std::visit([this](auto& one) { return one.hold_back(turn_); }, message)) return false;
      if (turn_.unread_) return false;
    }
    std::visit([this](auto& one) { one.apply(turn_); }, message);
    return true;
  } catch (...) {
    turn_.unread_ = false;
    return escaped(&message);
  }
}

bool Partition::wind_up() {
  try {
    if (!take_outcome()) return true;
  } catch (...) {
    (void)base::caught_at(base::Edge::turn, "the last turn of a partition");  // its target is in the store
  }
  (void)refuse_waiting({shutting_down, "the server is shutting down"});  // the result is not needed
  return false;
}

bool Partition::refuse_waiting(const base::Error& error) {
  queue_.take_arrived();
  const bool any = !queue_.waiting.empty();
  for (auto& message : queue_.waiting) std::visit([&error](auto& one) { one.refuse(error); }, message);
  queue_.waiting.clear();
  return any;
}

// ---- dates

base::Result<void> Partition::refill_wakes() {
  const size_t capacity = turn_.wakes.capacity();
  std::vector<TimerIndex<base::Id>::Entry> entries;
  for (size_t asked_for = capacity;; asked_for *= 2) {
    GYR_TRY(auto wakes, turn_.reader().next_wakes(turn_.slots.first, turn_.slots.last, asked_for));
    // Where not all fit, those that are ignored must not take the places of others for good.
    const bool chooses = wakes.size() >= capacity && turn_.holds.set().ignores_any();
    const bool all = wakes.size() < asked_for;
    entries.clear();
    for (const auto& wake : wakes) {
      if (!chooses || turn_.holds.ignoring(wake.execution) == nullptr) entries.emplace_back(wake.at, wake.execution);
    }
    if (all || entries.size() >= capacity) break;
    GYR_PROBE("dates of ignored executions fill the index of dates");
  }
  if (entries.size() >= capacity) GYR_PROBE("more executions have dates than the index of dates holds");
  turn_.wakes.refill(std::move(entries));
  return {};
}

void Partition::queue_due_dates() {
  const bool all = turn_.holds.needs_dates();
  auto refilled = turn_.wakes.needs_refill() || all ? refill_wakes() : base::Result<void>();
  if (refilled && (turn_.triggers.needs_refill() || all)) refilled = turn_.triggers.refill();
  if (refilled) turn_.holds.dates_are_read();
  if (!refilled) base::log::error("cannot read the next dates: {}", refilled.error().message());
  if (turn_.services.trigger_meters != nullptr) turn_.services.trigger_meters->looked();
  for (size_t i = 0; i < turn_.limits.drain; ++i) {
    auto due = turn_.wakes.take_due(turn_.moment());
    if (!due) break;
    queue_.put_last(WakeMessage{due->second, due->first});
  }
  turn_.triggers.queue_due();
}

// ---- slots that another server owns (TRIG-201; principle: leases)

void Partition::hand_over() {
  queue_.set_lost();
  if (committing_) GYR_PROBE("a partition is handed over during a commit");
  if (!committing_) GYR_PROBE("a partition is handed over between commits");
  if (!committing_) drop_everything({});
}

void Partition::drop_everything(const base::Result<void>& outcome) {
  base::log::error("this server no longer owns slots {} to {}; their state in memory is dropped", turn_.slots.first,
                   turn_.slots.last);
  queue_.set_lost();
  // The stored state is valid for every owner; its effects are the responsibility of the new owner.
  for (auto& reply : turn_.changes.replies) {
    if (outcome) {
      reply.reply(std::move(reply.answer));
    } else {
      reply.reply(base::fail(outcome.error()));
    }
  }
  turn_.forget();
  thrown_.reset();
  paused_until_.reset();
  (void)refuse_waiting(taken_over());  // the result is not needed
}

}  // namespace gyr::executor
