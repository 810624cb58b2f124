// The executions that Subflow tasks start: those whose inputs are being resolved, and ended items whose outputs are
// being stored (TASK-51 to TASK-55).
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/id.h"
#include "base/value.h"
#include "catalog/flow_cache.h"
#include "engine/execution_state.h"
#include "executor/inbox_message.h"
#include "executor/message/inbox_hint.h"

namespace gyr::executor {

class Turn;

/// Everything here is also a row of the inbox, which stays until its message is applied; so after a failed commit and
/// after a restart the rows begin it anew. Used on the thread of the partition.
class Children {
 public:
  explicit Children(Turn& turn) : turn_(turn) {}
  void forget();

  // ---- creating
  bool is_starting(base::Id child) const { return starting_.contains(child); }
  void begin_start(base::Id child) { starting_.insert(child); }
  /// False if it was not being created.
  bool end_start(base::Id child) { return starting_.erase(child) > 0; }
  /// Keeps a kill until the child exists.
  void keep_kill(base::Id child, InboxHint kill) { early_kills_[child].push_back(std::move(kill)); }
  std::vector<InboxHint> take_early_kills(base::Id child);
  void create(const StartChildMessage& start, const LoadedFlowPtr& flow, base::Value inputs);
  /// Tells the caller why the child is not created.
  void refuse(const StartChildMessage& start, std::string message);

  // ---- the outputs of items
  bool is_storing(base::Id ended) const { return storing_.contains(ended); }
  /// Keeps a message of an execution whose outputs are being stored, unless it is the one with the end.
  void keep_behind(base::Id ended, InboxHint hint);
  void begin_storing(base::Id ended, base::Id message) { storing_[ended].message = message; }
  /// Returns the messages that came in the meantime.
  std::vector<InboxHint> end_storing(base::Id ended);
  /// Starts to store its outputs; returns false if the end is counted immediately.
  bool store_outputs(const InboxHint& hint, const ChildEndedMessage& ended, const engine::ExecutionState& state);

 private:
  struct Storing {
    base::Id message;               ///< the message with the end
    std::vector<InboxHint> behind;  ///< later messages of the same execution
  };

  Turn& turn_;
  std::unordered_set<base::Id> starting_;                             // their inputs are being resolved
  std::unordered_map<base::Id, std::vector<InboxHint>> early_kills_;  // kills of children that do not exist yet
  std::unordered_map<base::Id, Storing> storing_;                     // by ended execution
};

}  // namespace gyr::executor
