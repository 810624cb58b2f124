// Wakes an executor thread, and tells it which of its partitions have something to do.
#pragma once

#include <atomic>
#include <chrono>
#include <semaphore>

#include "executor/limits.h"

namespace gyr::executor {

/// Belongs to one executor thread. ring() and has_rung() are thread-safe; the rest is for that thread. Whoever rings
/// shares it, because a commit can end after the executor.
class Bell {
 public:
  /// These partitions have something to do: a message has arrived, a commit has ended, the rules have changed.
  void ring(PartitionBits partitions) {
    // The thread announces its sleep before its last check, so that it either sees the bits or is woken.
    rung_.fetch_or(partitions, std::memory_order_seq_cst);
    if (sleeping_.load(std::memory_order_seq_cst) && sleeping_.exchange(false, std::memory_order_seq_cst))
      signal_.release();
  }
  bool has_rung() const { return rung_.load(std::memory_order_relaxed) != 0; }

  /// The partitions for which it has rung since the last call.
  PartitionBits take() { return rung_.exchange(0, std::memory_order_seq_cst); }
  /// Sleeps until it rings, at most for this time; returns whether it was woken. What has woken it can be taken
  /// already.
  bool wait(std::chrono::microseconds at_most) {
    sleeping_.store(true, std::memory_order_seq_cst);
    const bool woken = rung_.load(std::memory_order_seq_cst) == 0 && signal_.try_acquire_for(at_most);
    // Somebody who has found this thread asleep releases the signal, even if it has not been waited for.
    if (!woken && !sleeping_.exchange(false, std::memory_order_seq_cst)) signal_.acquire();
    return woken || rung_.load(std::memory_order_relaxed) != 0;
  }

 private:
  std::atomic<PartitionBits> rung_{0};
  std::atomic<bool> sleeping_{false};
  std::binary_semaphore signal_{0};
};

}  // namespace gyr::executor
