// A durable message of another execution, which waits in the inbox until the commit that applies it deletes its row.
#pragma once

#include "executor/message/contract.h"
#include "store/rows.h"

namespace gyr::executor {

/// A row of the inbox. How each kind is applied: message/inbox.
struct InboxHint {
  using Answer = void;
  static constexpr bool is_in_rows = true;

  store::InboxMessage message;
  int64_t sequence = 0;  ///< 0: written by a commit of this process and deleted by its id

  void apply(Turn& turn);
  base::Id target() const { return message.target; }
  bool hold_back(Turn& turn);
  bool undo(Turn&) { return true; }
  void give_up(Turn& turn, const GivenUp& why);
  void refuse(const base::Error&) {}
  base::Id suspect() const { return message.target; }
  const model::FlowKey* creates_for() const { return nullptr; }

  /// Deletes its row with the current batch.
  void applied(Turn& turn) const;
};

}  // namespace gyr::executor
