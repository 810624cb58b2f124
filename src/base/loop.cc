#include "base/loop.h"

#include <deque>
#include <map>

#include "base/assert.h"
#include "base/edge.h"

namespace gyr::base {
namespace {

/// Suspends until the timer fires or the token is cancelled, whichever is first. Loop thread only.
class SleepAwaiter {
 public:
  SleepAwaiter(Loop& loop, MonotonicTime when, CancelToken cancel)
      : state_(std::make_shared<State>(loop)), when_(when), cancel_(std::move(cancel)) {}

  bool await_ready() const { return cancel_.cancelled(); }

  void await_suspend(std::coroutine_handle<> awaiter) {
    state_->awaiter = awaiter;
    auto state = state_;
    state->timer = state->loop.start_timer(when_, [state] { state->finish(true); });
    registration_ = cancel_.on_cancel([state] {
      // Cancelling may happen on any thread, within any call: always resume from the loop.
      state->loop.post([state] {
        if (state->done) return;
        state->loop.cancel_timer(state->timer);
        state->finish(false);
      });
    });
  }

  bool await_resume() const { return state_->elapsed; }

 private:
  struct State {
    explicit State(Loop& loop) : loop(loop) {}
    Loop& loop;
    std::coroutine_handle<> awaiter;
    Loop::TimerId timer = 0;
    bool done = false;
    bool elapsed = false;
    void finish(bool by_timer) {
      if (done) return;
      done = true;
      elapsed = by_timer;
      awaiter.resume();
    }
  };
  std::shared_ptr<State> state_;
  MonotonicTime when_;
  CancelToken cancel_;
  CancelRegistration registration_;
};

}  // namespace

Task<bool> sleep_for(Loop& loop, std::chrono::nanoseconds length, CancelToken cancel) {
  SleepAwaiter awaiter(loop, loop.now() + length, std::move(cancel));
  co_return co_await awaiter;
}

// ---------------------------------------------------------------------------------------------- TaskScope

struct TaskScope::Detached {
  struct promise_type {
    Detached get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }
  };
};

TaskScope::~TaskScope() { GYR_ASSERT(running_ == 0); }

TaskScope::Detached TaskScope::run(TaskScope* scope, Task<void> task) {
  {
    Task<void> running = std::move(task);
    scope->running_ += 1;
    try {
      co_await std::move(running);
    } catch (...) {
      (void)caught_at(Edge::coroutine, "a task of a loop");  // its result is not awaited
    }
  }
  scope->ended();
}

void TaskScope::spawn(Task<void> task) {
  GYR_ASSERT(loop_.on_loop_thread());
  run(this, std::move(task));
}

void TaskScope::ended() {
  running_ -= 1;
  if (running_ != 0) return;
  auto joiners = std::move(joiners_);
  joiners_.clear();
  for (auto joiner : joiners) loop_.post([joiner] { joiner.resume(); });
}

Task<void> TaskScope::join() {
  struct Awaiter {
    TaskScope& scope;
    bool await_ready() const { return scope.running_ == 0; }
    void await_suspend(std::coroutine_handle<> awaiter) const { scope.joiners_.push_back(awaiter); }
    void await_resume() const {}
  };
  while (running_ != 0) co_await Awaiter{*this};
}

// ---------------------------------------------------------------------------------------------- ManualLoop

struct ManualLoop::Impl {
  MonotonicTime now{};
  std::deque<Callback> posted;
  std::map<std::pair<MonotonicTime, TimerId>, Callback> timers;
  TimerId last_timer = 0;
};

ManualLoop::ManualLoop() : impl_(std::make_unique<Impl>()) {}
ManualLoop::~ManualLoop() = default;

void ManualLoop::post(Callback callback) { impl_->posted.push_back(std::move(callback)); }

Loop::TimerId ManualLoop::start_timer(MonotonicTime when, Callback callback) {
  impl_->timers.emplace(std::pair(when, ++impl_->last_timer), std::move(callback));
  return impl_->last_timer;
}

void ManualLoop::cancel_timer(TimerId timer) {
  std::erase_if(impl_->timers, [timer](const auto& entry) { return entry.first.second == timer; });
}

MonotonicTime ManualLoop::now() const { return impl_->now; }

size_t ManualLoop::run_ready() {
  size_t count = 0;
  for (;;) {
    Callback next;
    if (!impl_->posted.empty()) {
      next = std::move(impl_->posted.front());
      impl_->posted.pop_front();
    } else if (!impl_->timers.empty() && impl_->timers.begin()->first.first <= impl_->now) {
      next = std::move(impl_->timers.begin()->second);
      impl_->timers.erase(impl_->timers.begin());
    } else {
      return count;
    }
    next();
    count += 1;
  }
}

bool ManualLoop::advance_to_next_timer() {
  if (impl_->timers.empty()) return false;
  impl_->now = std::max(impl_->now, impl_->timers.begin()->first.first);
  run_ready();
  return true;
}

void ManualLoop::advance(std::chrono::nanoseconds by) {
  MonotonicTime end = impl_->now + by;
  run_ready();
  while (!impl_->timers.empty() && impl_->timers.begin()->first.first <= end) advance_to_next_timer();
  impl_->now = end;
}

}  // namespace gyr::base
