// A report of a worker about a task run of an execution.
#pragma once

#include <optional>

#include "engine/event.h"
#include "executor/message/contract.h"

namespace gyr::executor {

/// Its worker repeats a result until it is acknowledged, which happens after the commit.
struct WorkerMessage {
  using Answer = void;
  static constexpr bool is_in_rows = false;

  base::Id execution;
  engine::EventBody body;
  std::optional<engine::AttemptRef> acknowledge;  ///< set if a result waits for its commit

  void apply(Turn& turn);
  base::Id target() const { return execution; }
  bool hold_back(Turn& turn);
  bool undo(Turn& turn);
  void give_up(Turn& turn, const GivenUp& why);
  void refuse(const base::Error&) {}  // its worker keeps it until its owner asks
  base::Id suspect() const { return execution; }
  const model::FlowKey* creates_for() const { return nullptr; }
};

}  // namespace gyr::executor
