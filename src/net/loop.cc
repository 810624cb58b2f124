#include "net/loop.h"

#include <boost/asio/post.hpp>

#include "base/assert.h"
#include "base/edge.h"
#include "base/memory.h"
#include "net/asio_loop.h"

namespace gyr::net {
namespace {

thread_local const AsioLoop* current_loop = nullptr;

void run_callback(base::Loop::Callback callback, std::string_view kind) noexcept {
  try {
    callback();
    base::maybe_throw(base::Edge::callback, kind);
  } catch (...) {
    (void)base::caught_at(base::Edge::callback, "a callback of the loop");
  }
}

}  // namespace

AsioLoop::AsioLoop() : work_(context_.get_executor()), wake_(context_) {}

AsioLoop::~AsioLoop() {
  GYR_ASSERT(current_loop != this);
  // What never ran (a loop that was never run, or posted between stop and here) goes before the context does.
  std::vector<Callback> unserved;
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    drain_scheduled_ = true;
    unserved.swap(incoming_);
  }
  unserved.clear();
  timers_closed_ = true;
  timers_.clear();
}

std::unique_ptr<RunningLoop> make_loop() { return std::make_unique<AsioLoop>(); }

bool AsioLoop::on_loop_thread() const { return current_loop == this; }

void AsioLoop::run() {
  GYR_ASSERT(current_loop == nullptr);
  current_loop = this;
  for (bool ended = false; !ended;) {
    try {
      context_.run();
      ended = true;
    } catch (...) {
      // The handler of a socket. The others are still there: run() may be called again at once.
      (void)base::caught_at(base::Edge::callback, "a handler of a socket");
    }
  }
  // Timers go on the thread they belong to; their callbacks may hold what belongs to it too.
  timers_closed_ = true;
  timers_.clear();
  {
    // Threads that are still inside post() or stop() leave before the owner may destroy this.
    std::lock_guard lock(mutex_);
  }
  current_loop = nullptr;
}

/// With the lock held, so that a thread is done with context_ before run() can return.
void AsioLoop::schedule_drain() {
  if (drain_scheduled_) return;
  drain_scheduled_ = true;
  boost::asio::post(context_, [this] { drain(); });
}

void AsioLoop::stop() {
  std::lock_guard lock(mutex_);
  if (stopping_) return;
  stopping_ = true;
  schedule_drain();
}

void AsioLoop::post(Callback callback) {
  // A refused callback is destroyed with the parameter, after the lock is free: its destructor may post again.
  std::lock_guard lock(mutex_);
  if (stopping_) return;
  incoming_.push_back(std::move(callback));
  schedule_drain();
}

void AsioLoop::drain() noexcept {
  bool last;
  {
    std::lock_guard lock(mutex_);
    batch_.swap(incoming_);
    drain_scheduled_ = false;
    last = stopping_;
  }
  used_ = true;
  if (!watches_for_pause_ && !last) watch_for_pause();
  for (auto& posted : batch_) run_callback(std::move(posted), "posted");
  batch_.clear();
  if (last) context_.stop();
}

/// Returns free memory in the first pause of that length. A loop without work has no timer for it.
void AsioLoop::watch_for_pause() {
  watches_for_pause_ = true;
  used_ = false;
  start_timer(now() + base::idle_before_return, [this] {
    if (used_) return watch_for_pause();
    watches_for_pause_ = false;
    base::return_free_memory();
  });
}

base::Loop::TimerId AsioLoop::start_timer(base::MonotonicTime when, Callback callback) {
  GYR_ASSERT(on_loop_thread());
  if (timers_closed_) return UINT64_MAX;  // the loop has stopped: never fires
  TimerId timer = timers_.add(when, std::move(callback));
  arm();
  return timer;
}

void AsioLoop::cancel_timer(TimerId timer) {
  GYR_ASSERT(on_loop_thread());
  // The timer of the kernel is not changed: at worst the loop wakes once without work, instead of a system call for
  // each cancel.
  timers_.cancel(timer);
}

void AsioLoop::arm() {
  auto earliest = timers_.earliest();
  if (!earliest || (armed_ && armed_at_ <= *earliest)) return;
  armed_ = true;
  armed_at_ = *earliest;
  wake_.expires_at(*earliest);
  wake_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;  // replaced by an earlier one
    armed_ = false;
    run_due();
  });
}

void AsioLoop::run_due() noexcept {
  // Timers that the callbacks start wait for the next turn, even if due at once, so that sockets are served in between.
  const uint64_t limit = timers_.next_sequence();
  const base::MonotonicTime time = now();
  while (auto callback = timers_.take_due(time, limit)) run_callback(std::move(callback), "timer");
  arm();
}

}  // namespace gyr::net
