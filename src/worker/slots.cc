#include "worker/slots.h"

namespace gyr::worker {

struct Slots::Awaiter {
  Slots& slots;
  base::CancelToken cancel;
  std::shared_ptr<Waiter> waiter = std::make_shared<Waiter>();
  base::CancelRegistration registration = {};

  bool await_ready() const { return cancel.cancelled(); }
  void await_suspend(std::coroutine_handle<> awaiter) {
    waiter->awaiter = awaiter;
    slots.waiting_.push_back(waiter);
    registration = cancel.on_cancel([waiter = waiter, loop = &slots.loop_] {
      loop->post([waiter] {
        if (std::exchange(waiter->done, true)) return;
        waiter->awaiter.resume();
      });
    });
  }
  bool await_resume() const { return waiter->granted; }
};

base::Task<Slots::Slot> Slots::take(base::CancelToken cancel) {
  if (free_ > 0) {
    free_ -= 1;
    co_return Slot(this);
  }
  Awaiter awaiter{*this, std::move(cancel)};
  if (co_await awaiter) co_return Slot(this);
  co_return Slot();
}

void Slots::give_back() {
  while (!waiting_.empty()) {
    auto waiter = waiting_.front();
    waiting_.pop_front();
    if (std::exchange(waiter->done, true)) continue;  // cancelled meanwhile
    waiter->granted = true;
    loop_.post([waiter] { waiter->awaiter.resume(); });
    return;
  }
  free_ += 1;
}

}  // namespace gyr::worker
