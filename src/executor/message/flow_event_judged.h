// An event of another execution was evaluated for the Flow triggers of a flow (TRIG-115).
#pragma once

#include <memory>

#include "executor/message/contract.h"
#include "executor/message/inbox_hint.h"

namespace gyr::executor {

class FlowTriggerEvaluation;

/// The answer of a FlowTriggerEvaluation. Without `judging`: an event that cannot be stored and is dropped.
struct FlowEventJudged {
  using Answer = void;
  static constexpr bool is_in_rows = true;

  InboxHint origin;
  std::shared_ptr<const FlowTriggerEvaluation> judging;

  void apply(Turn& turn);
  base::Id target() const { return {}; }
  bool hold_back(Turn& turn);
  bool undo(Turn& turn);
  void give_up(Turn& turn, const GivenUp& why);
  void refuse(const base::Error&) {}
  base::Id suspect() const { return origin.message.id; }
  const model::FlowKey* creates_for() const { return nullptr; }
};

}  // namespace gyr::executor
