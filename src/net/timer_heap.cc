#include "net/timer_heap.h"

namespace gyr::net {
namespace {

constexpr size_t children = 4;

}  // namespace

void TimerHeap::place(size_t position, const Entry& entry) {
  heap_[position] = entry;
  slots_[entry.slot].position = static_cast<uint32_t>(position);
}

void TimerHeap::sift_up(size_t position, Entry entry) {
  while (position > 0) {
    size_t parent = (position - 1) / children;
    if (!entry.before(heap_[parent])) break;
    place(position, heap_[parent]);
    position = parent;
  }
  place(position, entry);
}

void TimerHeap::sift_down(size_t position, Entry entry) {
  for (;;) {
    size_t first = position * children + 1;
    if (first >= heap_.size()) break;
    size_t least = first;
    size_t end = std::min(first + children, heap_.size());
    for (size_t child = first + 1; child < end; ++child) {
      if (heap_[child].before(heap_[least])) least = child;
    }
    if (!heap_[least].before(entry)) break;
    place(position, heap_[least]);
    position = least;
  }
  place(position, entry);
}

TimerHeap::TimerId TimerHeap::add(base::MonotonicTime when, Callback callback) {
  uint32_t slot;
  if (free_slots_.empty()) {
    slot = static_cast<uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
  }
  slots_[slot].callback = std::move(callback);
  Entry entry{when, next_sequence_++, slot};
  heap_.push_back(entry);
  sift_up(heap_.size() - 1, entry);
  return (static_cast<TimerId>(slots_[slot].generation) << 32) | slot;
}

TimerHeap::Callback TimerHeap::remove_at(size_t position) {
  Slot& slot = slots_[heap_[position].slot];
  Callback callback = std::move(slot.callback);
  slot.callback = nullptr;
  slot.position = free_position;
  slot.generation = slot.generation == UINT32_MAX ? 1 : slot.generation + 1;
  free_slots_.push_back(heap_[position].slot);

  Entry last = heap_.back();
  heap_.pop_back();
  if (position < heap_.size()) {
    if (position > 0 && last.before(heap_[(position - 1) / children])) {
      sift_up(position, last);
    } else {
      sift_down(position, last);
    }
  }
  return callback;
}

TimerHeap::Callback TimerHeap::cancel(TimerId timer) {
  auto slot = static_cast<uint32_t>(timer);
  auto generation = static_cast<uint32_t>(timer >> 32);
  if (slot >= slots_.size() || slots_[slot].generation != generation || slots_[slot].position == free_position)
    return {};
  return remove_at(slots_[slot].position);
}

std::optional<base::MonotonicTime> TimerHeap::earliest() const {
  if (heap_.empty()) return std::nullopt;
  return heap_.front().when;
}

TimerHeap::Callback TimerHeap::take_due(base::MonotonicTime now, uint64_t sequence_limit) {
  if (heap_.empty() || heap_.front().when > now || heap_.front().sequence >= sequence_limit) return {};
  return remove_at(0);
}

std::vector<TimerHeap::Callback> TimerHeap::clear() {
  std::vector<Callback> taken;
  taken.reserve(heap_.size());
  while (!heap_.empty()) taken.push_back(remove_at(heap_.size() - 1));
  return taken;
}

}  // namespace gyr::net
