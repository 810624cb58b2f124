// The outputs of an execution of a ForEachItem are stored as a file, so its end can be counted (TASK-55).
#pragma once

#include "executor/inbox_message.h"
#include "executor/message/contract.h"
#include "executor/message/inbox_hint.h"

namespace gyr::executor {

/// The answer to HostService::store_ion for a ChildEndedMessage.
struct OutputsStored {
  using Answer = void;
  static constexpr bool is_in_rows = true;

  InboxHint origin;
  ChildEndedMessage ended;
  base::Result<void> stored;

  void apply(Turn& turn);
  base::Id target() const { return origin.message.target; }
  bool hold_back(Turn& turn);
  bool undo(Turn& turn);
  void give_up(Turn& turn, const GivenUp& why);
  void refuse(const base::Error&) {}
  base::Id suspect() const { return target(); }
  const model::FlowKey* creates_for() const { return nullptr; }
};

}  // namespace gyr::executor
