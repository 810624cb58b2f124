// An optional interface of a store: writing a batch on the thread of the caller.
#pragma once

#include "store/store.h"

namespace gyr::store {

/// Implemented by a store of this process; query it with dynamic_cast. A caller that only waits for its commit saves
/// two thread switches with the writer.
class DirectCommit {
 public:
  virtual ~DirectCommit() = default;

  /// Like Store::commit(), but if no write is in progress, the batch is written and synced on this thread, and `done`
  /// runs on it before the call returns. Can block for the duration of a transaction, and while a failed sync is not
  /// resolved. Call it on any thread that may block.
  virtual void commit_here(Batch batch, Store::Done done) = 0;
};

}  // namespace gyr::store
