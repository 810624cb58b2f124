// The date of a trigger has come.
#pragma once

#include "base/instant.h"
#include "engine/trigger/machine.h"
#include "executor/message/contract.h"
#include "executor/trigger_key.h"

namespace gyr::executor {

/// With the answers of the host so far. The row of the trigger has the date.
struct TriggerMessage {
  using Answer = void;
  static constexpr bool is_in_rows = true;

  TriggerKey trigger;
  engine::trigger::Answers answers = {};
  /// Its date in the index; if the clock is set back, it is added again with this date. None if no date was waiting.
  base::Instant due{};

  void apply(Turn& turn);
  base::Id target() const { return {}; }
  bool hold_back(Turn& turn);
  bool undo(Turn& turn);
  void give_up(Turn& turn, const GivenUp& why);
  void refuse(const base::Error&) {}
  base::Id suspect() const { return {}; }
  const model::FlowKey* creates_for() const { return trigger.flow.get(); }
};

}  // namespace gyr::executor
