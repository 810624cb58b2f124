// What each kind of message of a partition has to say about itself. A message that lacks a part of it does not compile.
#pragma once

#include <concepts>

#include "base/error.h"
#include "base/id.h"
#include "model/execution.h"

namespace gyr::executor {

class Turn;

/// Why a message is not applied any more.
struct GivenUp {
  base::Error error;
  bool thrown = false;  ///< exceptions have ended it twice; otherwise its changes cannot be stored
};

template <class M>
concept PartitionMessage =
    requires(M message, const M& sent, Turn& turn, const GivenUp& why, const base::Error& error) {
      /// Applies it, on the thread of the partition.
      { message.apply(turn) } -> std::same_as<void>;
      /// The execution that it is about; none for messages about flows and triggers.
      { sent.target() } -> std::same_as<base::Id>;
      /// Called while a hold of an operator is active. True: it is not applied now, because its row stays, it is kept
      /// in memory, or it was answered.
      { message.hold_back(turn) } -> std::same_as<bool>;
      /// Its batch has failed. Restores what it needs to be applied again; false: it is not applied again.
      { message.undo(turn) } -> std::same_as<bool>;
      /// It is never applied: fails or quarantines its execution, or does what else keeps the rest going.
      { message.give_up(turn, why) } -> std::same_as<void>;
      /// Another server owns the slots, or the server ends: answers whoever waits.
      { message.refuse(error) } -> std::same_as<void>;
      /// What is tried a second time, alone, after an exception; none: it is not tried again.
      { sent.suspect() } -> std::same_as<base::Id>;
      /// The flow for which it creates an execution; null for other messages.
      { sent.creates_for() } -> std::same_as<const model::FlowKey*>;
      /// Whether the rows contain it, so that a partition that begins again from its rows finds it there.
      { M::is_in_rows } -> std::convertible_to<bool>;
      /// What its sender gets back after the commit; void if it waits for nothing.
      typename M::Answer;
    };

}  // namespace gyr::executor
