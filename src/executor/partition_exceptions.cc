// Exceptions in a partition's turn (base/edge.h). One that escapes from a message rolls the batch back; its messages
// are then applied one by one, so that the message that throws again is known: its execution fails. Where failing it
// throws as well, it is put in quarantine. One that escapes from the rest of a turn costs what the partition has in
// memory: it begins again from its rows, as after a restart of the server.
#include <fmt/format.h>

#include "base/log.h"
#include "executor/errors.h"
#include "executor/partition_pending.h"

namespace gyr::executor {
namespace {

/// Targets of messages that have thrown once; far more than there ever are at a time.
constexpr size_t max_suspects = 10'000;

/// The flow for which a message makes an execution; null for others.
const model::FlowKey* maker_of(const Partition::Message& message) {
  if (const auto* command = std::get_if<Partition::CommandMessage>(&message)) {
    const auto* create = std::get_if<CreateExecution>(&command->command);
    return create == nullptr ? nullptr : create->flow.get();
  }
  const auto* trigger = std::get_if<Partition::TriggerMessage>(&message);
  return trigger == nullptr ? nullptr : trigger->trigger.flow.get();
}

/// What is tried twice: the execution that the message is about, or the event for a flow.
base::Id suspect_of(const Partition::Message& message) {
  if (const auto* judged = std::get_if<Partition::FlowEventJudged>(&message)) return judged->origin.id;
  if (std::holds_alternative<Partition::CommandMessage>(message)) return {};
  return target_of(message);
}

bool is_row_or_date(const Partition::Message& message) {
  return !std::holds_alternative<Partition::CommandMessage>(message) &&
         !std::holds_alternative<Partition::WorkerMessage>(message) &&
         !std::holds_alternative<Partition::QuarantineMessage>(message) &&
         !std::holds_alternative<Partition::FailMessage>(message) &&
         !std::holds_alternative<Partition::TriggerReported>(message);
}

}  // namespace

void Partition::escaped(Message* message, const base::Error& error) {
  if (in_flight_ != nullptr) in_flight_->set(in_flight_place_, {});
  pending_->thrown = true;
  abandoned_ = error;
  if (const base::Id id = std::exchange(stepping_, {})) pending_->touched.push_back(id);
  if (message == nullptr) return;
  if (const base::Id id = target_of(*message)) pending_->touched.push_back(id);
  if (const model::FlowKey* flow = maker_of(*message)) {
    if (suspect_flows_.size() >= max_suspects) suspect_flows_.clear();
    suspect_flows_.insert(*flow);
  }
  auto* command = std::get_if<CommandMessage>(message);
  if (command != nullptr && command->reply)
    pending_->replies.push_back({std::move(command->reply), base::fail(error), true});
}

bool Partition::goes_alone(const Message& message) const {
  if (suspect_flows_.empty()) return false;
  const model::FlowKey* flow = maker_of(message);
  return flow != nullptr && suspect_flows_.contains(*flow);
}

bool Partition::deserves_another_try(const Message& message) {
  const base::Id id = suspect_of(message);
  if (id.is_none()) return false;
  if (suspects_.size() >= max_suspects) suspects_.clear();
  return suspects_.insert(id).second;
}

void Partition::clear_suspects() {
  if (suspects_.empty()) return;
  for (const Message& message : pending_->messages) suspects_.erase(suspect_of(message));
}

bool Partition::fail_target(const Message& message, const base::Error& error) {
  FailMessage fail;
  fail.execution = target_of(message);
  fail.reason = fmt::format("an unexpected error of the server ended this execution: {} [{}]", error.message(),
                            error.code().text);
  if (fail.execution.is_none() || std::holds_alternative<FailMessage>(message) ||
      std::holds_alternative<QuarantineMessage>(message)) {
    return false;
  }
  if (const auto* worker = std::get_if<WorkerMessage>(&message)) {
    fail.acknowledge = worker->acknowledge;
  } else if (const auto* hint = std::get_if<InboxHint>(&message)) {
    fail.origin = *hint;
  } else if (const auto* resolved = std::get_if<InputsResolved>(&message)) {
    starting_children_.erase(resolved->start.child);
    fail.origin = InboxHint{resolved->origin, resolved->sequence};
  } else if (const auto* stored = std::get_if<OutputsStored>(&message)) {
    auto storing = storing_outputs_.extract(stored->ended.child);
    if (!storing.empty()) {
      for (auto& behind : storing.mapped().behind) waiting_.push_front(std::move(behind));
    }
    fail.origin = InboxHint{stored->origin, stored->sequence};
  }
  waiting_.push_front(std::move(fail));
  return true;
}

void Partition::process(FailMessage& message) {
  auto live = load(message.execution);
  if (!live) return failed_to_read(live.error(), message.execution);
  WorkOrigin origin;
  origin.execution = message.execution;
  if (*live != nullptr) {
    origin.flow = (*live)->state->flow().key();
    if (!(*live)->quarantined) step(**live, engine::StopRequested{model::State::failed, {}, message.reason});
  } else if (message.origin) {
    auto body = read_inbox_message(message.origin->message);
    const auto* start = body ? std::get_if<StartChildMessage>(&*body) : nullptr;
    if (start != nullptr) refuse_child(*start, message.reason);
  }
  if (message.origin) applied(message.origin->message, message.origin->sequence);
  if (message.acknowledge) pending_->acknowledgements.push_back({std::move(origin), *message.acknowledge});
}

void Partition::start_over(const base::Error& error) {
  base::log::error("the partition of slots {} to {} restarts from the stored rows: {}", first_slot_, last_slot_,
                   error.message());
  if (committing_) return;  // the outcome of the commit is still to come, and nothing of the batch is lost
  const bool durable = pending_->durable;
  for (auto& reply : pending_->replies) {
    if (reply.reply) std::exchange(reply.reply, nullptr)(durable ? std::move(reply.answer) : base::fail(error));
  }
  for (auto& message : mailbox_.take_all()) waiting_.push_back(std::move(message));
  if (!durable) {
    for (auto it = pending_->messages.rbegin(); it != pending_->messages.rend(); ++it) {
      if (!std::holds_alternative<CommandMessage>(*it)) waiting_.push_front(std::move(*it));
    }
  }
  std::erase_if(waiting_, is_row_or_date);
  forget_everything();
  begin_again_ = true;
}

bool Partition::begin_again() {
  if (!begin_again_) return true;
  std::deque<Message> kept = std::exchange(waiting_, {});
  const base::Instant life_began = life_began_;
  auto recovered = recover(lease_);
  life_began_ = life_began;  // no date was missed by this
  // Reports of workers first: what they have ended is not begun again.
  for (auto it = kept.rbegin(); it != kept.rend(); ++it) waiting_.push_front(std::move(*it));
  if (!recovered) {
    std::erase_if(waiting_, is_row_or_date);
    base::log::error("cannot read the stored rows, trying again: {}", recovered.error().message());
    paused_until_ = now_ + limits_.retry_after_failure;
    return false;
  }
  for (const Message& message : waiting_) {
    if (const auto* hint = std::get_if<InboxHint>(&message)) read_again_.insert(hint->message.id);
  }
  begin_again_ = false;
  return true;
}

}  // namespace gyr::executor
