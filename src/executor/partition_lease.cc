// The end of a partition whose slots another server has taken over (TRIG-201; principle: leases).
#include "base/log.h"
#include "base/probe.h"
#include "executor/partition.h"
#include "executor/partition_pending.h"

namespace gyr::executor {

void Partition::hand_over() {
  lost_.store(true, std::memory_order_release);
  if (committing_) GYR_PROBE("a partition is handed over during a commit");
  if (!committing_) GYR_PROBE("a partition is handed over between commits");
  if (!committing_) drop_everything({});
}

void Partition::drop_everything(const base::Result<void>& outcome) {
  base::log::error("this server no longer owns slots {} to {}; their state in memory is dropped", first_slot_,
                   last_slot_);
  lost_.store(true, std::memory_order_release);
  // The stored state is valid for every owner; its effects are the responsibility of the new owner.
  for (auto& reply : pending_->replies) {
    if (outcome) {
      reply.reply(std::move(reply.answer));
    } else {
      reply.reply(base::fail(outcome.error()));
    }
  }
  forget_everything();
  (void)refuse_waiting(taken_over());  // the result is not needed
}

void Partition::forget_everything() {
  pending_ = std::make_unique<Pending>();
  live_executions_.clear();
  (void)gates_.forget_all();  // the rows contain the queue
  wakes_.refill({});
  trigger_wakes_.refill({});
  asking_.clear();
  starting_children_.clear();
  storing_outputs_.clear();
  evaluating_events_.clear();
  early_kills_.clear();
  held_back_.clear();
  held_triggers_.clear();
  read_again_.clear();
  abandoned_.reset();
  fault_.reset();
  paused_until_.reset();
}

base::Error taken_over() { return {store::lease_lost, "another server now owns this flow; send the request again"}; }

}  // namespace gyr::executor
