// The inputs of a child are resolved, so that it can be created.
#pragma once

#include "base/value.h"
#include "executor/inbox_message.h"
#include "executor/message/contract.h"
#include "executor/message/inbox_hint.h"

namespace gyr::executor {

/// The answer to InputResolver::resolve for a StartChildMessage.
struct InputsResolved {
  using Answer = void;
  static constexpr bool is_in_rows = true;

  InboxHint origin;
  StartChildMessage start;
  base::Result<base::Value> inputs;

  void apply(Turn& turn);
  base::Id target() const { return start.child; }
  bool hold_back(Turn& turn);
  bool undo(Turn& turn);
  void give_up(Turn& turn, const GivenUp& why);
  void refuse(const base::Error&) {}
  base::Id suspect() const { return start.child; }
  const model::FlowKey* creates_for() const { return nullptr; }
};

}  // namespace gyr::executor
