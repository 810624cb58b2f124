// Gives the writer a moment without snapshots.
#pragma once

#include <condition_variable>
#include <mutex>

#include "base/clock.h"

namespace gyr::store::sqlite {

/// Readers hold it for the duration of a snapshot. The writer closes it when the write-ahead log has become too long:
/// the log can only be reset while no snapshot uses it, and overlapping readers could prevent this for ever.
/// Thread-safe.
class SnapshotGate {
 public:
  void enter() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !closed_; });
    ++inside_;
  }
  void leave() {
    std::lock_guard lock(mutex_);
    if (--inside_ == 0) changed_.notify_all();
  }
  /// Stops new readers and waits for the current ones. Returns false, and opens again, if they took longer than this.
  bool close(base::MonotonicTime until) {
    std::unique_lock lock(mutex_);
    closed_ = true;
    if (changed_.wait_until(lock, until, [this] { return inside_ == 0; })) return true;
    closed_ = false;
    changed_.notify_all();
    return false;
  }
  void open() {
    std::lock_guard lock(mutex_);
    closed_ = false;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int inside_ = 0;
  bool closed_ = false;
};

}  // namespace gyr::store::sqlite
