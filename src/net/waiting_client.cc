#include "net/waiting_client.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "base/loop.h"

namespace gyr::net {
namespace {

/// A loop that runs on the thread that waits in await(), and only then.
class WaitingLoop final : public base::Loop {
 public:
  void post(Callback callback) override {
    // The waiting thread may continue, and destroy this loop, as soon as the callback is in the queue.
    const auto queue = queue_;
    std::lock_guard lock(queue->mutex);
    queue->callbacks.push_back(std::move(callback));
    queue->filled.notify_one();
  }
  TimerId start_timer(base::MonotonicTime when, Callback callback) override {
    timers_.emplace(std::pair(when, ++last_timer_), std::move(callback));
    return last_timer_;
  }
  void cancel_timer(TimerId timer) override {
    std::erase_if(timers_, [timer](const auto& entry) { return entry.first.second == timer; });
  }
  bool on_loop_thread() const override { return std::this_thread::get_id() == waiting_; }
  base::MonotonicTime now() const override { return base::monotonic_now(); }

  template <class T>
  T await(base::Task<T> task) {
    waiting_ = std::this_thread::get_id();
    std::optional<T> outcome;
    base::TaskScope scope(*this);
    scope.spawn(deliver(std::move(task), &outcome));
    while (scope.running() > 0) run_next();
    return *std::move(outcome);
  }

 private:
  struct Queue {
    std::mutex mutex;
    std::condition_variable filled;
    std::deque<Callback> callbacks;
  };

  template <class T>
  static base::Task<void> deliver(base::Task<T> task, std::optional<T>* outcome) {
    outcome->emplace(co_await std::move(task));
  }

  /// Waits for a callback or the next timer, and runs it.
  void run_next() {
    Callback callback;
    {
      std::unique_lock lock(queue_->mutex);
      const auto filled = [this] { return !queue_->callbacks.empty(); };
      if (timers_.empty()) {
        queue_->filled.wait(lock, filled);
      } else {
        queue_->filled.wait_until(lock, timers_.begin()->first.first, filled);
      }
      if (filled()) {
        callback = std::move(queue_->callbacks.front());
        queue_->callbacks.pop_front();
      }
    }
    if (!callback && !timers_.empty() && timers_.begin()->first.first <= now()) {
      callback = std::move(timers_.begin()->second);
      timers_.erase(timers_.begin());
    }
    if (callback) callback();
  }

  std::shared_ptr<Queue> queue_ = std::make_shared<Queue>();
  std::map<std::pair<base::MonotonicTime, TimerId>, Callback> timers_;
  TimerId last_timer_ = 0;
  std::thread::id waiting_;
};

class LoopedBody final : public WaitedBody {
 public:
  LoopedBody(std::unique_ptr<WaitingLoop> loop, std::unique_ptr<BodyReader> body)
      : loop_(std::move(loop)), body_(std::move(body)) {}
  base::Result<std::string> next() override { return loop_->await(body_->next()); }

 private:
  std::unique_ptr<WaitingLoop> loop_;  // outlives the body, which refers to it
  std::unique_ptr<BodyReader> body_;
};

}  // namespace

base::Result<ClientResponse> WaitingClient::send(ClientRequest request) {
  WaitingLoop loop;
  return loop.await(client_.send(std::move(request), loop, base::CancelToken()));
}

base::Result<WaitedResponse> WaitingClient::open(ClientRequest request) {
  auto loop = std::make_unique<WaitingLoop>();
  GYR_TRY(StreamedResponse opened, loop->await(client_.open(std::move(request), *loop, base::CancelToken())));
  WaitedResponse response;
  response.status = opened.status;
  response.headers = std::move(opened.headers);
  response.body = std::make_unique<LoopedBody>(std::move(loop), std::move(opened.body));
  return response;
}

}  // namespace gyr::net
