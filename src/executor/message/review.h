// All open executions are checked after a change of what operators hold back (EXEC-99).
#pragma once

#include "executor/message/contract.h"

namespace gyr::executor {

/// Sent by the partition itself, for a page of executions at a time.
struct ReviewMessage {
  using Answer = void;
  static constexpr bool is_in_rows = true;  // recover() requests it

  base::Id after = {};  ///< the last execution that was checked

  void apply(Turn& turn);
  base::Id target() const { return {}; }
  bool hold_back(Turn&) { return false; }
  bool undo(Turn&) { return true; }
  void give_up(Turn& turn, const GivenUp& why);
  void refuse(const base::Error&) {}
  base::Id suspect() const { return {}; }
  const model::FlowKey* creates_for() const { return nullptr; }
};

}  // namespace gyr::executor
