// The allocator, and threads that give memory back when they are idle.
#include "base/memory.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace gyr::base {
namespace {

TEST(Memory, TheAllocatorIsTheOneThatIsLinked) {
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  EXPECT_EQ(allocator_name(), "system");
#else
  EXPECT_TRUE(allocator_name().starts_with("mimalloc 2.")) << allocator_name();
#endif
}

TEST(Memory, WhatIsInUseStaysWhenFreeMemoryIsReturned) {
  std::vector<std::string> kept;
  for (int i = 0; i < 1'000; ++i) {
    const std::string gone(1'000, 'x');
    kept.push_back(std::to_string(i) + gone);
  }
  return_free_memory();
  for (int i = 0; i < 1'000; ++i) EXPECT_EQ(kept[static_cast<size_t>(i)], std::to_string(i) + std::string(1'000, 'x'));
}

TEST(Memory, AnIdleThreadStillHearsOfWork) {
  std::mutex mutex;
  std::condition_variable changed;
  bool ready = false, waits_on = false;
  std::jthread waiting([&] {
    std::unique_lock lock(mutex);
    // Evaluated again after the pause: then the memory is returned and it waits without a limit.
    int asked = 0;
    wait_when_idle(changed, lock, [&] {
      waits_on = ++asked > 2;
      changed.notify_all();
      return ready;
    });
  });
  std::unique_lock lock(mutex);
  EXPECT_TRUE(changed.wait_for(lock, idle_before_return * 30, [&] { return waits_on; }));
  ready = true;
  changed.notify_all();
}

}  // namespace
}  // namespace gyr::base
