#include "worker/slots.h"

namespace gyr::worker {

struct Slots::Awaiter {
  Slots& slots;
  base::CancelToken cancel;
  std::string share;
  std::shared_ptr<Waiter> waiter = std::make_shared<Waiter>();
  base::CancelRegistration registration = {};

  bool await_ready() const { return cancel.cancelled(); }
  void await_suspend(std::coroutine_handle<> awaiter) {
    waiter->awaiter = awaiter;
    auto& others = slots.waiting_[share];
    if (others.empty()) slots.turns_.push_back(share);
    others.push_back(waiter);
    registration = cancel.on_cancel([waiter = waiter, loop = &slots.loop_] {
      loop->post([waiter] {
        if (std::exchange(waiter->done, true)) return;
        waiter->awaiter.resume();
      });
    });
  }
  bool await_resume() const { return waiter->granted; }
};

base::Task<Slots::Slot> Slots::take(base::CancelToken cancel, std::string share) {
  if (free_ > 0) {
    free_ -= 1;
    co_return Slot(this);
  }
  Awaiter awaiter{*this, std::move(cancel), std::move(share)};
  if (co_await awaiter) co_return Slot(this);
  co_return Slot();
}

void Slots::give_back() {
  while (!turns_.empty()) {
    std::string share = std::move(turns_.front());
    turns_.pop_front();
    const auto found = waiting_.find(share);
    auto waiter = std::move(found->second.front());
    found->second.pop_front();
    if (found->second.empty()) {
      waiting_.erase(found);
    } else {
      turns_.push_back(std::move(share));
    }
    if (std::exchange(waiter->done, true)) continue;  // cancelled in the meantime
    waiter->granted = true;
    loop_.post([waiter] { waiter->awaiter.resume(); });
    return;
  }
  free_ += 1;
}

}  // namespace gyr::worker
