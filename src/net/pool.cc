#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "base/assert.h"
#include "base/edge.h"
#include "base/log.h"
#include "base/memory.h"
#include "net/loop.h"
#include "net/thread.h"

namespace gyr::net {
namespace {

class ThreadPool final : public Pool {
 public:
  ThreadPool(std::string_view name, size_t threads) : name_(name) {
    GYR_ASSERT(threads > 0);
    threads_.reserve(threads);
    for (size_t i = 1; i <= threads; ++i) {
      const std::string number = fmt::format("-{}", i);
      const size_t room = shown_thread_name_bytes - std::min(number.size(), shown_thread_name_bytes);
      threads_.push_back(start_thread(std::string(name.substr(0, room)) + number, [this] { work(); }));
    }
  }

  ~ThreadPool() override { stop(); }

  void post(std::move_only_function<void()> task) override {
    {
      // A refused task is destroyed with the parameter, when the lock is free.
      std::lock_guard lock(mutex_);
      if (stopping_) return;
      queue_.push_back(std::move(task));
    }
    wake_.notify_one();
  }

  size_t queued() const override {
    std::lock_guard lock(mutex_);
    return queue_.size();
  }

  void stop() override {
    std::lock_guard joining(join_mutex_);  // a second caller waits until the first is done
    std::deque<std::move_only_function<void()>> dropped;
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
      dropped.swap(queue_);
    }
    wake_.notify_all();
    dropped.clear();
    for (auto& thread : threads_) {
      GYR_ASSERT(thread.get_id() != std::this_thread::get_id());
      thread.join();
    }
    threads_.clear();
  }

 private:
  void work() {
    for (;;) {
      std::move_only_function<void()> task;
      {
        std::unique_lock lock(mutex_);
        base::wait_when_idle(wake_, lock, [this] { return stopping_ || !queue_.empty(); });
        if (stopping_) return;
        task = std::move(queue_.front());
        queue_.pop_front();
      }
      try {
        base::maybe_throw(base::Edge::pool, name_);
        task();
      } catch (...) {
        base::FailedJob failed(base::caught_at(base::Edge::pool, "a job on a pool"));
        task = nullptr;
      }
    }
  }

  const std::string name_;
  mutable std::mutex mutex_;  // guards the queue and stopping_
  std::condition_variable wake_;
  std::deque<std::move_only_function<void()>> queue_;
  bool stopping_ = false;
  std::mutex join_mutex_;  // guards threads_
  std::vector<std::thread> threads_;
};

}  // namespace

std::unique_ptr<Pool> make_pool(std::string_view name, size_t threads) {
  return std::make_unique<ThreadPool>(name, threads);
}

}  // namespace gyr::net
