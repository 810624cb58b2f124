// The timers of a loop: a heap that knows the position of each timer, so that cancelling is as cheap as starting.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/clock.h"

namespace gyr::net {

/// Timers by due time; timers with the same time in the order in which they were added. One thread. Each node has four
/// children: the heap is shallower than a binary one, and the children share one or two cache lines.
class TimerHeap {
 public:
  using Callback = std::move_only_function<void()>;
  using TimerId = uint64_t;  ///< slot and its generation: an id is never given twice within 2³² uses of a slot; never 0

  TimerId add(base::MonotonicTime when, Callback callback);
  /// Removes the timer and returns its callback (empty if it has run or was cancelled). The caller destroys the
  /// callback when the heap is consistent again, because destroying a callback may start or cancel timers.
  Callback cancel(TimerId timer);
  std::optional<base::MonotonicTime> earliest() const;
  /// The number that the next timer will get; take_due() with it as limit leaves alone what was added since.
  uint64_t next_sequence() const { return next_sequence_; }
  /// Takes out the first timer that is due at `now` and older than `sequence_limit`; empty if there is none.
  Callback take_due(base::MonotonicTime now, uint64_t sequence_limit);
  size_t size() const { return heap_.size(); }
  /// Takes everything out.
  std::vector<Callback> clear();

 private:
  struct Entry {
    base::MonotonicTime when;
    uint64_t sequence;
    uint32_t slot;
    bool before(const Entry& other) const { return when != other.when ? when < other.when : sequence < other.sequence; }
  };
  struct Slot {
    Callback callback;
    uint32_t generation = 1;
    uint32_t position = free_position;  ///< in the heap
  };
  static constexpr uint32_t free_position = UINT32_MAX;

  void place(size_t position, const Entry& entry);
  void sift_up(size_t position, Entry entry);
  void sift_down(size_t position, Entry entry);
  Callback remove_at(size_t position);

  std::vector<Entry> heap_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> free_slots_;
  uint64_t next_sequence_ = 0;
};

}  // namespace gyr::net
