// The commits of a partition: the changes of a turn form one batch. When it is durable, its effects are carried out; if
// it has failed, its changes are rolled back (principle: failed commits).
#include "base/assert.h"
#include "base/edge.h"
#include "base/invariant.h"
#include "base/log.h"
#include "base/probe.h"
#include "command/errors.h"
#include "dispatch/task_meters.h"
#include "executor/live_executions.h"
#include "executor/partition.h"
#include "store/direct_commit.h"

namespace gyr::executor {

namespace {

/// The thread of the store writes larger batches, so that the other partitions of this thread can continue.
constexpr uint64_t committed_here_bytes = 64 * 1024;

/// Whether the batch will fail again with every retry; other batches will not.
bool lies_in_the_batch(const base::Error& error) {
  return error.code() == store::batch_too_large || error.code() == store::store_conflict ||
         error.code() == base::unexpected_exception;
}

/// Whether a task that this batch records as ended (killed, ended with its parent) would be started after it.
bool is_overtaken(Turn& turn, const Changes::Work& work) {
  const auto* job = std::get_if<engine::Dispatch>(&work.effect);
  if (job == nullptr) return false;
  LiveExecution* live = turn.live.find(work.origin.execution);
  if (live == nullptr) return true;
  const engine::RunState* run = live->state->find(job->attempt.task_run);
  return run == nullptr || run->epoch != job->attempt.epoch || model::is_terminated(run->run.state.current());
}

}  // namespace

void Partition::begin_commit() {
  GYR_ASSERT(!committing_);
  if (!turn_.abandoned_) {
    try {
      gather();
    } catch (...) {
      (void)escaped(nullptr);
    }
  }
  if (turn_.abandoned_) {
    GYR_PROBE("a batch is abandoned before its commit");
    finish_commit(base::fail(*std::exchange(turn_.abandoned_, std::nullopt)));
    return;
  }
  if (turn_.changes.batch.empty()) {
    finish_commit({});
    return;
  }
  GYR_ASSERT(!is_lost());  // hand_over() has dropped everything
  turn_.changes.batch.lease = lease_;
  committing_ = true;
  try {
    give_to_store();
  } catch (...) {
    committing_ = false;  // the store has not accepted it
    finish_commit(base::fail(base::caught_at(base::Edge::turn, "giving a batch to the store")));
  }
}

void Partition::gather() {
  base::maybe_throw(base::Edge::turn, "gather");
  Changes& changes = turn_.changes;
  for (base::Id id : changes.touched) {
    LiveExecution* live = turn_.live.find(id);
    if (live == nullptr) continue;
    turn_.stepping_ = id;  // whose invariants are checked
    collect_changes(*live, changes.batch);
    if (live->stored_wake) turn_.wakes.add(*live->stored_wake, id);
  }
  turn_.stepping_ = {};
  turn_.flow_events.collect(changes.batch);
  turn_.triggers.collect(changes.batch);
  if (turn_.services.changes.watches_all()) {
    for (const auto& row : changes.batch.triggers) changes.triggers.emplace_back(row.flow, row.trigger_id);
  }
  std::erase_if(changes.work, [this](const Changes::Work& work) {
    const bool overtaken = is_overtaken(turn_, work);
    if (overtaken) GYR_PROBE("a job is dropped because its task run ends in the same batch");
    return overtaken;
  });
}

void Partition::give_to_store() {
  auto done = [this, wake = queue_.wake_thread()](base::Result<void> outcome) {
    commit_outcome_ = std::move(outcome);
    commit_done_.store(true, std::memory_order_release);
    (*wake)();  // not a member: once the flag is set this partition may be gone
  };
  // Only one message and no other one waiting, here and for the other partitions of this thread: it would only wait.
  // New messages could not be committed earlier.
  const bool is_alone = turn_.changes.messages.size() == 1 && queue_.waiting.empty() && !queue_.has_arrived() &&
                        !turn_.thread_.is_wanted();
  auto batch = std::exchange(turn_.changes.batch, {});
  const bool is_small = is_alone && batch.weight() <= committed_here_bytes;
  auto* direct = is_small ? dynamic_cast<store::DirectCommit*>(&turn_.services.store) : nullptr;
  if (direct != nullptr) {
    direct->commit_here(std::move(batch), std::move(done));
  } else {
    turn_.services.store.commit(std::move(batch), std::move(done));
  }
}

bool Partition::take_outcome() {
  if (!committing_) return true;
  if (!commit_done_.exchange(false, std::memory_order_acquire)) return false;
  committing_ = false;
  finish_commit(std::move(commit_outcome_));
  return true;
}

void Partition::finish_commit(base::Result<void> outcome) {
  if (is_lost() || (!outcome && outcome.error().code() == store::lease_lost)) {
    if (outcome) GYR_PROBE("a commit succeeds after the partition was handed over");
    if (!outcome && outcome.error().code() == store::lease_lost)
      GYR_PROBE("a commit is refused because the lease is lost");
    drop_everything(outcome);
  } else if (outcome) {
    turn_.changes.durable = true;
    suspects_.clear(turn_.changes.messages);
    release();
  } else {
    roll_back(outcome.error());
  }
  turn_.forget_batch();
  turn_.live.trim();
}

void Partition::release() {
  base::maybe_throw(base::Edge::turn, "release");
  Changes& changes = turn_.changes;
  for (const auto& flow : changes.flows) {
    turn_.services.flows.saved(flow);
    turn_.gates.flow_was_saved(*flow->key);
    turn_.services.changes.publish({.flow = flow->key});
  }
  turn_.gates.trim();
  release_executions();
  for (const auto& [flow, trigger] : changes.triggers)
    turn_.services.changes.publish({.flow = flow, .trigger = trigger});
  release_work();
  for (auto& hint : changes.hints) turn_.services.route(std::move(hint));
  for (base::Id id : changes.continuations) queue_.put_last(ContinueMessage{id});
  for (base::Id id : changes.reviewed) queue_.put_last(ReviewMessage{id});
  for (const auto& measured : changes.measured) turn_.services.task_meters->add(measured.task_type, measured.metric);
  for (auto& reply : changes.replies) std::exchange(reply.reply, nullptr)(std::move(reply.answer));
  for (const auto& line : changes.server_log) base::log::debug("{}", line);
}

void Partition::release_executions() {
  for (base::Id id : turn_.changes.touched) {
    LiveExecution* live = turn_.live.find(id);
    if (live == nullptr) continue;
    live->touched = false;
    const auto& execution = live->state->execution();
    bool ended = live->stored_activity == store::Activity::ended;
    turn_.services.changes.publish({id, execution.state.current(), ended});
    // Executions that wait for a slot or for a user are only rows, whatever their number.
    const bool waits_to_begin = !turn_.holds.set().empty() && execution.state.current() == model::State::created;
    if (ended || execution.state.current() == model::State::queued || waits_to_begin || waits_for_somebody(*live))
      turn_.live.drop(id);
  }
  // Executions that were only read, by a refused command, are in memory again.
  for (const auto& message : turn_.changes.messages) {
    const base::Id id = target_of(message);
    LiveExecution* live = turn_.live.find(id);
    if (live != nullptr && waits_for_somebody(*live)) turn_.live.drop(id);
  }
}

void Partition::release_work() {
  Changes& changes = turn_.changes;
  Workers& workers = turn_.services.workers;
  for (auto& work : changes.work) {
    if (auto* job = std::get_if<engine::Dispatch>(&work.effect)) {
      workers.dispatch(work.origin, std::move(*job));
    } else if (auto* request = std::get_if<engine::RenderRequest>(&work.effect)) {
      workers.render(work.origin, std::move(*request));
    } else if (auto* kill = std::get_if<engine::KillAttempt>(&work.effect)) {
      workers.kill(work.origin, kill->attempt);
    }
  }
  for (const auto& [origin, attempt] : changes.acknowledgements) workers.acknowledge(origin, attempt);
  for (const auto& ended : changes.ended_evaluations) workers.end_evaluation(ended);
  for (auto& asked : changes.evaluations) workers.evaluate(asked.origin, asked.trigger_id, std::move(asked.evaluation));
  for (const auto& event : changes.heard) workers.event_stored(event.listener, event.number, event.problem);
}

void Partition::roll_back(const base::Error& error) {
  // The batch has no effect: everything that it changed is dropped from memory and read again when needed (principle:
  // failed commits).
  Changes& changes = turn_.changes;
  GYR_PROBE("a batch is rolled back");
  if (error.code() == store::store_unknown) GYR_PROBE("the outcome of a commit is unknown");
  if (error.code() == store::store_full) GYR_PROBE("a commit finds the disk full");
  base::log::warn("a commit failed and its changes are rolled back: {}", error.message());
  for (base::Id id : changes.touched) turn_.live.drop(id);
  turn_.gates.undo();
  std::optional<Thrown> thrown = std::exchange(thrown_, std::nullopt);
  const bool by_exception = thrown && !thrown->is_broken_invariant;
  for (auto& reply : changes.replies) {
    auto answer = std::exchange(reply.reply, nullptr);
    if (reply.is_final) {
      answer(std::move(reply.answer));
    } else {
      answer(base::fail(by_exception ? rolled_back_with_another() : error));
    }
  }
  std::deque<Message> again;
  for (auto& message : changes.messages) {
    if (std::visit([this](auto& one) { return one.undo(turn_); }, message)) again.push_back(std::move(message));
  }
  if (!by_exception) pause();
  if (lies_in_the_batch(error)) {
    if (changes.messages.size() == 1) {
      GYR_PROBE("the only message of a batch cannot be stored");
      for (auto& message : again) judge_alone(std::move(message), error);
      return;
    }
    one_by_one_ = again.size();
  }
  for (auto it = again.rbegin(); it != again.rend(); ++it) queue_.put_first(std::move(*it));
  if (thrown) settle(*std::move(thrown));
}

void Partition::judge_alone(Message message, const base::Error& error) {
  const bool is_thrown = error.code() == base::unexpected_exception;
  if (is_thrown && suspects_.deserves_another_try(message)) {
    one_by_one_ = 1;
    return queue_.put_first(std::move(message));
  }
  const GivenUp why{error, is_thrown};
  std::visit([&](auto& one) { one.give_up(turn_, why); }, message);
}

}  // namespace gyr::executor
