// The commits of a partition: the changes of a turn form one batch. When it is durable, its effects are carried out; if
// it has failed, its changes are rolled back (principle: failed commits).
#include "base/assert.h"
#include "base/edge.h"
#include "base/invariant.h"
#include "base/log.h"
#include "base/probe.h"
#include "executor/errors.h"
#include "executor/live_executions.h"
#include "executor/partition_pending.h"
#include "executor/task_meters.h"
#include "store/direct_commit.h"

namespace gyr::executor {

using model::State;

namespace {

/// The thread of the store writes larger batches, so that the other partitions of this thread can continue.
constexpr uint64_t committed_here_bytes = 64 * 1024;

/// Whether the batch will fail again with every retry; other batches will not.
bool lies_in_the_batch(const base::Error& error) {
  return error.code() == store::batch_too_large || error.code() == store::store_conflict ||
         error.code() == base::unexpected_exception;
}

}  // namespace

base::Id target_of(const Partition::Message& message) {
  struct Target {
    base::Id operator()(const Partition::CommandMessage& of) const { return execution_of(of.command); }
    base::Id operator()(const Partition::WorkerMessage& of) const { return of.execution; }
    base::Id operator()(const Partition::InboxHint& of) const { return of.message.target; }
    base::Id operator()(const Partition::InputsResolved& of) const { return of.start.child; }
    base::Id operator()(const Partition::OutputsStored& of) const { return of.origin.target; }
    base::Id operator()(const Partition::ContinueMessage& of) const { return of.execution; }
    base::Id operator()(const Partition::RecoverMessage& of) const { return of.execution; }
    base::Id operator()(const Partition::WakeMessage& of) const { return of.execution; }
    base::Id operator()(const Partition::QuarantineMessage&) const { return {}; }
    base::Id operator()(const Partition::FailMessage& of) const { return of.execution; }
    base::Id operator()(const Partition::AdmitMessage& of) const { return of.admitted; }
    base::Id operator()(const Partition::FlowEventJudged&) const { return {}; }
    base::Id operator()(const Partition::TriggerMessage&) const { return {}; }
    base::Id operator()(const Partition::TriggerReported&) const { return {}; }
    base::Id operator()(const Partition::ReviewMessage&) const { return {}; }
  };
  return std::visit(Target{}, message);
}

void Partition::collect(LiveExecution& live) {
  collect_changes(live, pending_->batch);
  if (live.stored_wake) wakes_.add(*live.stored_wake, live.state->execution().id);
}

bool Partition::is_overtaken(const engine::Dispatch& job, base::Id execution) {
  LiveExecution* live = live_executions_.find(execution);
  if (live == nullptr) return true;
  const engine::RunState* run = live->state->find(job.attempt.task_run);
  return run == nullptr || run->epoch != job.attempt.epoch || model::is_terminated(run->run.state.current());
}

void Partition::collect_touched() {
  for (base::Id id : pending_->touched) {
    LiveExecution* live = live_executions_.find(id);
    if (live == nullptr) continue;
    try {
      collect(*live);
    } catch (const base::BrokenInvariant& broken) {
      return note_fault(id, broken, false);
    }
  }
}

void Partition::begin_commit() {
  GYR_ASSERT(!committing_);
  if (!abandoned_) {
    try {
      gather();
    } catch (...) {
      escaped(nullptr, base::caught_at(base::Edge::turn, "gathering a batch"));
    }
  }
  if (abandoned_) {
    GYR_PROBE("a batch is abandoned before its commit");
    finish_commit(base::fail(*std::exchange(abandoned_, std::nullopt)));
    return;
  }
  if (pending_->batch.empty()) {
    finish_commit({});
    return;
  }
  GYR_ASSERT(!is_lost());  // hand_over() has dropped everything
  pending_->batch.lease = lease_;
  committing_ = true;
  try {
    give_to_store();
  } catch (...) {
    committing_ = false;  // the store has not accepted it
    finish_commit(base::fail(base::caught_at(base::Edge::turn, "giving a batch to the store")));
  }
}

void Partition::give_to_store() {
  auto done = [this, wake = wake_thread_](base::Result<void> outcome) {
    commit_outcome_ = std::move(outcome);
    commit_done_.store(true, std::memory_order_release);
    wake();  // not a member: once the flag is set this partition may be gone
  };
  // Only one message and no other one waiting: this thread would only wait. New messages could not be committed
  // earlier.
  const bool is_alone = pending_->messages.size() == 1 && waiting_.empty() && mailbox_.empty();
  auto batch = std::exchange(pending_->batch, {});
  const bool is_small = is_alone && batch.weight() <= committed_here_bytes;
  auto* direct = is_small ? dynamic_cast<store::DirectCommit*>(&services_.store) : nullptr;
  if (direct != nullptr) {
    direct->commit_here(std::move(batch), std::move(done));
  } else {
    services_.store.commit(std::move(batch), std::move(done));
  }
}

void Partition::gather() {
  base::maybe_throw(base::Edge::turn, "gather");
  collect_touched();
  if (abandoned_) return;
  collect_windows();
  for (auto& [key, trigger] : pending_->triggers) {
    if (trigger.deleted) pending_->batch.deleted_triggers.push_back({*key.flow, key.id});
    if (trigger.changed && trigger.row) pending_->batch.triggers.push_back(*std::move(trigger.row));
  }
  // A task that this batch records as ended (killed, ended with its parent) is not started after it.
  std::erase_if(pending_->work, [this](const Pending::Work& work) {
    const auto* job = std::get_if<engine::Dispatch>(&work.effect);
    const bool overtaken = job != nullptr && is_overtaken(*job, work.origin.execution);
    if (overtaken) GYR_PROBE("a job is dropped because its task run ends in the same batch");
    return overtaken;
  });
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
    pending_->durable = true;
    clear_suspects();
    release();
  } else {
    roll_back(outcome.error());
  }
  pending_ = std::make_unique<Pending>();
  live_executions_.trim();
}

void Partition::release() {
  Pending& pending = *pending_;
  base::maybe_throw(base::Edge::turn, "release");
  for (const auto& flow : pending.flows) {
    services_.flows.saved(flow);
    gates_.forget(*flow->key);  // with its limit; who waits is asked about behind this commit
    unlimited_.reset();
  }
  gates_.trim();
  for (base::Id id : pending.touched) {
    LiveExecution* live = live_executions_.find(id);
    if (live == nullptr) continue;
    live->touched = false;
    const auto& execution = live->state->execution();
    bool ended = live->stored_activity == store::Activity::ended;
    services_.changes.publish({id, execution.state.current(), ended});
    // Executions that wait for a slot or for a user are only rows, whatever their number.
    const bool waits_to_begin = !operator_holds_->empty() && execution.state.current() == State::created;
    if (ended || execution.state.current() == State::queued || waits_to_begin || waits_for_somebody(*live))
      live_executions_.drop(id);
  }
  // Executions that were only read, by a refused command, are in memory again.
  for (const auto& message : pending.messages) {
    LiveExecution* live = live_executions_.find(target_of(message));
    if (live != nullptr && waits_for_somebody(*live)) live_executions_.drop(target_of(message));
  }
  for (auto& work : pending.work) {
    if (auto* job = std::get_if<engine::Dispatch>(&work.effect)) {
      services_.workers.dispatch(work.origin, std::move(*job));
    } else if (auto* request = std::get_if<engine::RenderRequest>(&work.effect)) {
      services_.workers.render(work.origin, std::move(*request));
    } else if (auto* kill = std::get_if<engine::KillAttempt>(&work.effect)) {
      services_.workers.kill(work.origin, kill->attempt);
    }
  }
  for (const auto& acknowledgement : pending.acknowledgements) {
    services_.workers.acknowledge(acknowledgement.origin, acknowledgement.attempt);
  }
  for (const auto& ended : pending.ended_evaluations) services_.workers.end_evaluation(ended);
  for (auto& asked : pending.evaluations)
    services_.workers.evaluate(asked.origin, asked.trigger_id, std::move(asked.evaluation));
  for (const auto& event : pending.heard) services_.workers.event_stored(event.listener, event.number, event.problem);
  for (auto& hint : pending.hints) services_.route(std::move(hint));
  for (base::Id id : pending.continuations) waiting_.push_back(ContinueMessage{id});
  for (base::Id id : pending.reviewed) waiting_.push_back(ReviewMessage{id});
  for (const auto& measured : pending.measured) services_.task_meters->add(measured.task_type, measured.metric);
  for (auto& reply : pending.replies) std::exchange(reply.reply, nullptr)(std::move(reply.answer));
  for (const auto& line : pending.server_log) base::log::debug("{}", line);
}

void Partition::roll_back(const base::Error& error) {
  // The batch has no effect: everything that it changed is dropped from memory and read again when needed (principle:
  // failed commits).
  Pending& pending = *pending_;
  GYR_PROBE("a batch is rolled back");
  if (error.code() == store::store_unknown) GYR_PROBE("the outcome of a commit is unknown");
  if (error.code() == store::store_full) GYR_PROBE("a commit finds the disk full");
  base::log::warn("a commit failed and its changes are rolled back: {}", error.message());
  for (base::Id id : pending.touched) live_executions_.drop(id);
  for (auto& flow : gates_.forget_all()) waiting_.push_back(AdmitMessage{std::move(flow), {}});
  for (auto& reply : pending.replies) {
    auto answer = std::exchange(reply.reply, nullptr);
    if (reply.is_final) {
      answer(std::move(reply.answer));
    } else {
      answer(base::fail(pending.thrown ? rolled_back_with_another() : error));
    }
  }
  std::optional<Message> faulty = take_faulty();
  // Commands have their answer; all other messages are applied again.
  std::deque<Message> again;
  for (auto& message : pending.messages) {
    if (!std::holds_alternative<CommandMessage>(message)) again.push_back(std::move(message));
  }
  // Their inputs are resolved, and the message with the result is applied again.
  for (const auto& message : again) {
    if (const auto* resolved = std::get_if<InputsResolved>(&message)) {
      GYR_PROBE("the creation of a child is rolled back");
      starting_children_.insert(resolved->start.child);
    }
    if (std::holds_alternative<WorkerMessage>(message)) GYR_PROBE("a worker's report is rolled back");
    if (std::holds_alternative<WakeMessage>(message)) GYR_PROBE("a timer is armed again after a refused commit");
    if (std::holds_alternative<TriggerMessage>(message)) GYR_PROBE("a trigger's date is rolled back");
    if (const auto* judged = std::get_if<FlowEventJudged>(&message)) {
      GYR_PROBE("the evaluation of a flow trigger is rolled back");
      evaluating_events_.insert(judged->origin.id);
    }
    if (const auto* stored = std::get_if<OutputsStored>(&message)) {
      GYR_PROBE("the end of an item whose outputs are stored is rolled back");
      storing_outputs_[stored->ended.child].message = stored->origin.id;
    }
  }
  if (!pending.thrown) paused_until_ = now_ + limits_.retry_after_failure;
  if (lies_in_the_batch(error)) {
    if (pending.messages.size() == 1) {
      GYR_PROBE("the only message of a batch cannot be stored");
      for (auto& message : again) {
        if (error.code() != base::unexpected_exception) {
          quarantine(message, error);
        } else if (deserves_another_try(message)) {
          one_by_one_ = 1;
          waiting_.push_front(std::move(message));
        } else if (!fail_target(message, error)) {
          quarantine(message, error);
        }
      }
      return;
    }
    one_by_one_ = again.size();
  }
  for (auto it = again.rbegin(); it != again.rend(); ++it) waiting_.push_front(std::move(*it));
  if (fault_) settle_fault(std::move(faulty));
}

void Partition::quarantine(const Message& message, const base::Error& error) {
  if (const auto* judged = std::get_if<FlowEventJudged>(&message)) {
    base::log::error("cannot store the evaluation of an event for flow {}.{}, the event is dropped: {}",
                     judged->origin.flow->namespace_, judged->origin.flow->id, error.message());
    evaluating_events_.insert(judged->origin.id);
    waiting_.push_front(FlowEventJudged{judged->origin, judged->sequence, nullptr});
    return;
  }
  if (const auto* reported = std::get_if<TriggerReported>(&message)) return quarantine_report(*reported, error);
  if (std::holds_alternative<ReviewMessage>(message))
    return base::log::error("cannot check the open executions: {}", error.message());
  if (const auto* stored = std::get_if<OutputsStored>(&message)) storing_outputs_.erase(stored->ended.child);
  // The caller of a command gets the error.
  base::Id id = std::holds_alternative<CommandMessage>(message) ? base::Id() : target_of(message);
  base::log::error("cannot store the changes of execution {}, the execution is quarantined: {}", id.to_text(),
                   error.message());
  if (id) waiting_.push_front(QuarantineMessage{id, error.message()});
  if (const auto* trigger = std::get_if<TriggerMessage>(&message)) {
    trigger_wakes_.add(now_ + engine::trigger::lock_check, trigger->trigger);  // its flow can be changed until then
  }
}

void Partition::abandon_batch(const base::Error& error, base::Id execution) {
  base::log::error("cannot read the rows of execution {} or of its triggers, the batch is applied again: {}",
                   execution.to_text(), error.message());
  abandoned_ = error;
  pending_->touched.push_back(execution);  // dropped with the others
}

void Partition::failed_to_read(const base::Error& error, base::Id execution) {
  base::log::error("cannot read execution {}: {}", execution.to_text(), error.message());
  unread_ = true;
}

}  // namespace gyr::executor
