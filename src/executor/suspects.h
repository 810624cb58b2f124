// What has thrown an exception in a partition once.
#pragma once

#include <set>
#include <unordered_set>
#include <vector>

#include "base/id.h"
#include "executor/message/message.h"

namespace gyr::executor {

/// Used on the thread of the partition.
class Suspects {
 public:
  /// A message that has thrown. One that creates an execution for a flow suspects all that do.
  void note(const Message& message) {
    const model::FlowKey* flow = creates_for(message);
    if (flow == nullptr) return;
    if (flows_.size() >= most) flows_.clear();
    flows_.insert(*flow);
  }
  /// A similar message has thrown: this one gets its own batch, so that no other message is rolled back with it.
  bool goes_alone(const Message& message) const {
    if (flows_.empty()) return false;
    const model::FlowKey* flow = creates_for(message);
    return flow != nullptr && flows_.contains(*flow);
  }
  /// It has thrown for the first time in its own batch.
  bool deserves_another_try(const Message& message) {
    const base::Id id = suspect_of(message);
    if (id.is_none()) return false;
    if (ids_.size() >= most) ids_.clear();
    return ids_.insert(id).second;
  }
  /// These are committed.
  void clear(const std::vector<Message>& messages) {
    if (ids_.empty()) return;
    for (const Message& message : messages) ids_.erase(suspect_of(message));
  }

 private:
  /// Far more than there ever are at a time.
  static constexpr size_t most = 10'000;

  std::unordered_set<base::Id> ids_;
  std::set<model::FlowKey> flows_;
};

}  // namespace gyr::executor
