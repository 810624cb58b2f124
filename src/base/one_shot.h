// A result that one thread delivers and a coroutine awaits on its loop.
#pragma once

#include <atomic>
#include <coroutine>
#include <memory>
#include <optional>

#include "base/assert.h"
#include "base/loop.h"

namespace gyr::base {

/// One value, delivered from any thread to one awaiting coroutine. Copies share the same slot. Deliver once; the
/// coroutine resumes on `loop`. Example: `OneShot<int> answer(loop); store.read([answer]() mutable { answer.deliver(5);
/// }); co_await answer.wait();`
template <class T>
class OneShot {
 public:
  explicit OneShot(Loop& loop) : state_(std::make_shared<State>(loop)) {}

  /// Any thread; once.
  void deliver(T value) const {
    state_->value.emplace(std::move(value));
    if (state_->stage.exchange(delivered, std::memory_order_acq_rel) == awaited) {
      auto state = state_;
      state->loop.post([state] { state->awaiter.resume(); });
    }
  }

  Task<T> wait() const { return wait_for(state_); }

 private:
  enum Stage : int { empty, awaited, delivered };
  struct State {
    explicit State(Loop& loop) : loop(loop) {}
    Loop& loop;
    std::atomic<int> stage{empty};
    std::optional<T> value;
    std::coroutine_handle<> awaiter;
  };
  struct Awaiter {
    State* state;
    bool await_ready() const { return state->stage.load(std::memory_order_acquire) == delivered; }
    bool await_suspend(std::coroutine_handle<> awaiter) const {
      state->awaiter = awaiter;
      int expected = empty;
      return state->stage.compare_exchange_strong(expected, awaited, std::memory_order_acq_rel);
    }
    void await_resume() const {}
  };
  static Task<T> wait_for(std::shared_ptr<State> state) {
    Awaiter awaiter{state.get()};
    co_await awaiter;
    co_return std::move(*state->value);
  }
  std::shared_ptr<State> state_;
};

}  // namespace gyr::base
