// A report of a worker about the evaluation of a trigger (TRIG-140 to TRIG-151).
#pragma once

#include "dispatch/workers.h"
#include "engine/trigger/machine.h"
#include "executor/message/contract.h"
#include "executor/trigger_key.h"

namespace gyr::executor {

/// With the answers of the host so far. An event of a listener waits for Workers::event_stored().
struct TriggerReported {
  using Answer = void;
  static constexpr bool is_in_rows = false;

  TriggerKey trigger;
  TriggerReport report;
  engine::trigger::Answers answers = {};

  void apply(Turn& turn);
  base::Id target() const { return {}; }
  bool hold_back(Turn& turn);
  bool undo(Turn&) { return true; }
  void give_up(Turn& turn, const GivenUp& why);
  void refuse(const base::Error&) {}
  base::Id suspect() const { return {}; }
  const model::FlowKey* creates_for() const { return nullptr; }
};

}  // namespace gyr::executor
