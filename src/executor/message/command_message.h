// A command of a user or a client, with the way back for its answer.
#pragma once

#include "command/command.h"
#include "executor/message/contract.h"

namespace gyr::executor {

/// Applied once: if its commit fails, the caller gets the error. How each command is applied: message/command.
struct CommandMessage {
  using Answer = executor::Answer;
  static constexpr bool is_in_rows = false;

  Command command;
  Reply reply;

  void apply(Turn& turn);
  base::Id target() const { return execution_of(command); }
  bool hold_back(Turn& turn);
  bool undo(Turn&) { return false; }
  void give_up(Turn&, const GivenUp& why) { refuse(why.error); }
  void refuse(const base::Error& error) {
    if (reply) std::exchange(reply, nullptr)(base::fail(error));
  }
  base::Id suspect() const { return {}; }
  const model::FlowKey* creates_for() const;
};

}  // namespace gyr::executor
