// Lets the writer have a moment without snapshots.
#pragma once

#include <condition_variable>
#include <mutex>

#include "base/clock.h"

namespace gyr::store::sqlite {

/// Readers pass it for the time of a snapshot. The writer closes it when the write-ahead log has grown too long: the
/// log can only be emptied while no snapshot needs it, and with readers always overlapping that moment would never
/// come. Any thread.
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
  /// Keeps new readers out and waits for those inside; false, and open again, if they took longer than until then.
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
