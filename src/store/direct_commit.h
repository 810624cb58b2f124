// What a store may offer besides Store: writing a batch on the caller's thread.
#pragma once

#include "store/store.h"

namespace gyr::store {

/// A store of this process offers it; ask with dynamic_cast. A caller that has nothing to do until its commit is
/// durable saves waking the writer's thread and being woken by it.
class DirectCommit {
 public:
  virtual ~DirectCommit() = default;

  /// As Store::commit(), but where nobody writes, the batch is written and synced on this thread, and `done` runs on it
  /// before the call returns. May block for as long as a transaction takes, and while a failed sync is not settled. Any
  /// thread that may block.
  virtual void commit_here(Batch batch, Store::Done done) = 0;
};

}  // namespace gyr::store
