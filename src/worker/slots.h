// At most so many of something at a time; whoever comes later waits in order.
#pragma once

#include <coroutine>
#include <deque>
#include <memory>

#include "base/cancel.h"
#include "base/loop.h"
#include "base/task.h"

namespace gyr::worker {

/// Lives on one loop. `auto slot = co_await slots.take(cancel);` holds a place until `slot` goes; nothing where the wait
/// was cancelled.
class Slots {
 public:
  Slots(base::Loop& loop, size_t count) : loop_(loop), free_(count) {}

  class Slot {
   public:
    Slot() = default;
    explicit Slot(Slots* slots) : slots_(slots) {}
    Slot(Slot&& other) noexcept : slots_(std::exchange(other.slots_, nullptr)) {}
    Slot& operator=(Slot&& other) noexcept {
      if (this != &other) {
        if (slots_ != nullptr) slots_->give_back();
        slots_ = std::exchange(other.slots_, nullptr);
      }
      return *this;
    }
    ~Slot() {
      if (slots_ != nullptr) slots_->give_back();
    }
    explicit operator bool() const { return slots_ != nullptr; }

   private:
    Slots* slots_ = nullptr;
  };

  base::Task<Slot> take(base::CancelToken cancel);
  size_t waiting() const { return waiting_.size(); }

 private:
  struct Waiter {
    std::coroutine_handle<> awaiter;
    bool done = false;
    bool granted = false;
  };
  struct Awaiter;
  void give_back();

  base::Loop& loop_;
  size_t free_;
  std::deque<std::shared_ptr<Waiter>> waiting_;
};

}  // namespace gyr::worker
