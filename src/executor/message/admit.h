// A slot of the flow may be free for a waiting execution (EXEC-61).
#pragma once

#include <memory>

#include "executor/message/contract.h"

namespace gyr::executor {

/// Sent by the partition itself, in the batch that frees the slot.
struct AdmitMessage {
  using Answer = void;
  static constexpr bool is_in_rows = true;  // recover() finds the flows with a queue

  std::shared_ptr<const model::FlowKey> flow;
  base::Id admitted = {};  ///< the admitted execution, after the message has been applied

  void apply(Turn& turn);
  base::Id target() const { return admitted; }
  bool hold_back(Turn& turn);
  bool undo(Turn&) { return true; }
  void give_up(Turn& turn, const GivenUp& why);
  void refuse(const base::Error&) {}
  base::Id suspect() const { return admitted; }
  const model::FlowKey* creates_for() const { return nullptr; }
};

}  // namespace gyr::executor
