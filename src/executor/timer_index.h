// The dates of a partition: the next ones in memory, the others as rows (principle: idle executions are rows).
#pragma once

#include <optional>
#include <queue>
#include <utility>
#include <vector>

#include "base/instant.h"

namespace gyr::executor {

/// Earliest first. Entries can be out of date: the user of an entry checks the row. Not thread-safe.
template <class Key>
class TimerIndex {
 public:
  using Entry = std::pair<base::Instant, Key>;
  explicit TimerIndex(size_t capacity) : capacity_(capacity) {}

  size_t capacity() const { return capacity_; }
  /// Adds the next dates, ascending, at most capacity(): at the start and when needs_refill() is true.
  void refill(std::vector<Entry> entries) {
    heap_ = {};
    truncated_ = entries.size() >= capacity_;
    if (truncated_) horizon_ = entries.back().first;
    for (auto& entry : entries) heap_.push(std::move(entry));
  }
  bool needs_refill() const { return truncated_ && heap_.empty(); }
  void add(base::Instant when, Key key) {
    if (truncated_ && when > horizon_) return;  // a later refill finds the row
    heap_.emplace(when, std::move(key));
  }
  std::optional<base::Instant> next() const {
    if (heap_.empty()) return std::nullopt;
    return heap_.top().first;
  }
  /// The next entry whose date is not after `now`.
  std::optional<Entry> take_due(base::Instant now) {
    if (heap_.empty() || heap_.top().first > now) return std::nullopt;
    Entry entry = heap_.top();
    heap_.pop();
    return entry;
  }
  size_t size() const { return heap_.size(); }

 private:
  struct Later {
    bool operator()(const Entry& a, const Entry& b) const { return a.first > b.first; }
  };
  size_t capacity_;
  bool truncated_ = false;  ///< the store has later dates that are not in memory
  base::Instant horizon_;   ///< the latest date in memory, if truncated
  std::priority_queue<Entry, std::vector<Entry>, Later> heap_;
};

}  // namespace gyr::executor
