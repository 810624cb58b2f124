// An open execution was found in the store: what has to be done for it is derived again (principle: recovery).
#pragma once

#include "executor/message/contract.h"

namespace gyr::executor {

/// Queued when a partition begins from its rows.
struct RecoverMessage {
  using Answer = void;
  static constexpr bool is_in_rows = true;

  base::Id execution;

  void apply(Turn& turn);
  base::Id target() const { return execution; }
  bool hold_back(Turn& turn);
  bool undo(Turn&) { return true; }
  void give_up(Turn& turn, const GivenUp& why);
  void refuse(const base::Error&) {}
  base::Id suspect() const { return execution; }
  const model::FlowKey* creates_for() const { return nullptr; }
};

}  // namespace gyr::executor
