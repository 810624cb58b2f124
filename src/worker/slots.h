// Limits the number of concurrent users of a resource. Users wait in order within their share, and the shares take
// turns.
#pragma once

#include <coroutine>
#include <deque>
#include <map>
#include <memory>
#include <string>

#include "base/cancel.h"
#include "base/loop.h"
#include "base/task.h"

namespace gyr::worker {

/// Lives on one loop. `auto slot = co_await slots.take(cancel);` holds a slot until `slot` is destroyed; it returns
/// nothing if the wait was cancelled. Users of one share (a flow) wait for each other; a share with one waiting user
/// does not wait for all users of another share.
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

  base::Task<Slot> take(base::CancelToken cancel, std::string share = {});

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
  std::map<std::string, std::deque<std::shared_ptr<Waiter>>, std::less<>> waiting_;  // by share; no queue is empty
  std::deque<std::string> turns_;  // the shares of waiting_, next one first
};

}  // namespace gyr::worker
