// Two exceptions have ended a step of the execution: it fails.
#pragma once

#include <optional>
#include <string>

#include "engine/event.h"
#include "executor/message/contract.h"
#include "executor/message/inbox_hint.h"

namespace gyr::executor {

/// Sent by the partition itself, instead of the message that has thrown.
struct FailMessage {
  using Answer = void;
  static constexpr bool is_in_rows = false;

  base::Id execution;
  std::string reason;
  std::optional<InboxHint> origin;  ///< the message that caused it, if it is a row: it is not applied again
  std::optional<engine::AttemptRef> acknowledge;  ///< set if a result waits for its commit

  void apply(Turn& turn);
  base::Id target() const { return execution; }
  bool hold_back(Turn&) { return false; }
  bool undo(Turn&) { return true; }
  void give_up(Turn& turn, const GivenUp& why);
  void refuse(const base::Error&) {}
  base::Id suspect() const { return execution; }
  const model::FlowKey* creates_for() const { return nullptr; }
};

}  // namespace gyr::executor
