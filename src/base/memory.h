// The allocator of the process. Programs without sanitizers use mimalloc instead of the allocator of the C library. It
// is linked, so `malloc` and `new` are its functions (cmake/gyr_flags.cmake).
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>

namespace gyr::base {

/// The allocator that serves `malloc` in this process, with its version: `mimalloc 2.0.9`; `system` for any other (the
/// C library's, a sanitizer's). Asks the allocator itself. Any thread.
std::string allocator_name();

/// Returns memory that this thread has freed to the system. The allocator keeps it for each thread, and does so as long
/// as the thread does nothing: long-lived threads call this when they become idle. Takes up to about 1 ms. Does nothing
/// with other allocators.
void return_free_memory() noexcept;

/// How long a thread has nothing to do before it calls return_free_memory(): longer than the pauses within a load.
inline constexpr std::chrono::milliseconds idle_before_return{1'000};

/// `condition.wait(lock, ready)` for long-lived threads: a thread that waits for longer than idle_before_return returns
/// its free memory, once.
template <class Ready>
void wait_when_idle(std::condition_variable& condition, std::unique_lock<std::mutex>& lock, Ready ready) {
  if (condition.wait_for(lock, idle_before_return, ready)) return;
  lock.unlock();
  return_free_memory();
  lock.lock();
  condition.wait(lock, ready);
}

}  // namespace gyr::base
