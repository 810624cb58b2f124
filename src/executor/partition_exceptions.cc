// Exceptions in a partition's turn (base/edge.h). One that escapes from a message rolls the batch back; its messages
// are then applied one by one, so that the message that throws again is known: it is given up, and its execution fails.
// A broken invariant (base/invariant.h) says at once which message and which execution it is: they go into quarantine,
// and everything else of the batch is applied again. An exception that escapes from the rest of a turn costs what the
// partition has in memory: it begins again from its rows, as after a restart of the server.
#include <fmt/format.h>

#include "base/edge.h"
#include "base/invariant.h"
#include "base/log.h"
#include "command/errors.h"
#include "executor/partition.h"

namespace gyr::executor {

namespace {

struct Caught {
  base::Error error;
  base::Error answer;  ///< for those whose requests are rolled back with it
  bool is_broken_invariant = false;
};

/// The exception that is being handled.
Caught caught(std::string_view doing) {
  try {
    throw;
  } catch (const base::BrokenInvariant& broken) {
    return {{broken_invariant, fmt::format("an invariant is broken: {} [{}]", broken.what(), broken_invariant.text)},
            {broken_invariant,
             fmt::format("internal error: an invariant is broken, the request was rolled back: {}", broken.what())},
            true};
  } catch (...) {
    base::Error error = base::caught_at(base::Edge::turn, doing);
    return {error, error, false};
  }
}

}  // namespace

bool Partition::escaped(Message* message) {
  turn_.thread_.in_flight.set({});
  Caught found = caught(message != nullptr ? "a message of a partition" : "gathering a batch");
  turn_.abandoned_ = found.answer;
  Thrown thrown{.error = found.error,
                .is_broken_invariant = found.is_broken_invariant,
                .execution = std::exchange(turn_.stepping_, {}),
                .message = {}};
  // What is in memory of them is dropped.
  auto& touched = turn_.changes.touched;
  if (thrown.execution) touched.push_back(thrown.execution);
  bool is_tried_again = false;
  if (message != nullptr) {
    if (const base::Id id = target_of(*message)) touched.push_back(id);
    if (!thrown.is_broken_invariant) suspects_.note(*message);
    auto* command = std::get_if<CommandMessage>(message);
    if (command != nullptr && command->reply)
      turn_.changes.replies.push_back({std::move(command->reply), base::fail(thrown.error), true});
    is_tried_again = !thrown.is_broken_invariant;
    if (!is_tried_again && command == nullptr) thrown.message = std::move(*message);
  }
  thrown_ = std::move(thrown);
  return is_tried_again;
}

void Partition::settle(Thrown thrown) {
  if (!thrown.is_broken_invariant) return;
  if (thrown.message) {
    const GivenUp why{thrown.error, false};
    std::visit([&](auto& one) { one.give_up(turn_, why); }, *thrown.message);
  }
  if (thrown.execution) queue_.put_first(QuarantineMessage{thrown.execution, std::string(thrown.error.message())});
}

void Partition::start_over(const base::Error& error) {
  base::log::error("the partition of slots {} to {} restarts from the stored rows: {}", turn_.slots.first,
                   turn_.slots.last, error.message());
  if (committing_) return;  // the outcome of the commit is still to come, and nothing of the batch is lost
  Changes& changes = turn_.changes;
  for (auto& reply : changes.replies) {
    if (reply.reply) std::exchange(reply.reply, nullptr)(changes.durable ? std::move(reply.answer) : base::fail(error));
  }
  queue_.take_arrived();
  if (!changes.durable) {
    for (auto it = changes.messages.rbegin(); it != changes.messages.rend(); ++it) {
      if (!std::holds_alternative<CommandMessage>(*it)) queue_.put_first(std::move(*it));
    }
  }
  std::erase_if(queue_.waiting, is_in_rows);
  turn_.forget();
  thrown_.reset();
  paused_until_.reset();
  begin_again_ = true;
}

bool Partition::begin_again() {
  if (!begin_again_) return true;
  std::deque<Message> kept = std::exchange(queue_.waiting, {});
  // The partition continues its life, so no date counts as missed.
  auto recovered = read_rows(turn_.services.clock.now(), turn_.triggers.life_began());
  if (recovered) recovered = turn_.queue_inbox(std::nullopt);
  // Reports of workers first: what they have ended is not begun again.
  for (auto it = kept.rbegin(); it != kept.rend(); ++it) queue_.put_first(std::move(*it));
  if (!recovered) {
    std::erase_if(queue_.waiting, is_in_rows);
    base::log::error("cannot read the stored rows, trying again: {}", recovered.error().message());
    pause();
    return false;
  }
  for (const Message& message : queue_.waiting) {
    if (const auto* hint = std::get_if<InboxHint>(&message)) turn_.holds.note_read_again(hint->message.id);
  }
  begin_again_ = false;
  return true;
}

}  // namespace gyr::executor
