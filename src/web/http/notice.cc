#include "web/http/notice.h"

#include <atomic>

namespace gyr::web {

struct Notice::State {
  explicit State(base::Loop& loop) : loop(loop) {}
  base::Loop& loop;
  std::atomic<bool> raised{false};
  std::coroutine_handle<> waiter;  // loop thread

  void wake() {
    if (waiter) std::exchange(waiter, {}).resume();
  }
};

struct Notice::Awaiter {
  State& state;
  bool await_ready() const { return state.raised.load(std::memory_order_acquire); }
  void await_suspend(std::coroutine_handle<> waiter) const { state.waiter = waiter; }
  void await_resume() const {}
};

Notice::Notice(base::Loop& loop) : state_(std::make_shared<State>(loop)) {}

void Notice::raise() const {
  if (state_->raised.exchange(true, std::memory_order_acq_rel)) return;  // the receiver is about to check the state
  state_->loop.post([state = state_] { state->wake(); });
}

base::Task<bool> Notice::wait(base::MonotonicTime until) const {
  auto state = state_;
  auto timer = state->loop.start_timer(until, [state] { state->wake(); });
  // A wake-up for an earlier raise can arrive late: it does not end the wait.
  while (!state->raised.load(std::memory_order_acquire) && state->loop.now() < until) co_await Awaiter{*state};
  state->loop.cancel_timer(timer);
  co_return state->raised.exchange(false, std::memory_order_acq_rel);
}

}  // namespace gyr::web
