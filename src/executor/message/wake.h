// The date of an execution has come.
#pragma once

#include "base/instant.h"
#include "executor/message/contract.h"

namespace gyr::executor {

/// The row of the execution has the date.
struct WakeMessage {
  using Answer = void;
  static constexpr bool is_in_rows = true;

  base::Id execution;
  base::Instant due;  ///< its date in the index; if the clock is set back, it is added again with this date

  void apply(Turn& turn);
  base::Id target() const { return execution; }
  bool hold_back(Turn& turn);
  bool undo(Turn& turn);
  void give_up(Turn& turn, const GivenUp& why);
  void refuse(const base::Error&) {}
  base::Id suspect() const { return execution; }
  const model::FlowKey* creates_for() const { return nullptr; }
};

}  // namespace gyr::executor
