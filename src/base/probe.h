// Code probes: rare branches that the tests must reach.
//
// A probe marks a branch that is seldom taken: a stale result, a commit of unknown outcome, a child that is killed
// before it exists. The simulator prints the probes that no history has reached, and its stage fails if there is such a
// probe. A probe costs one increment when its branch is taken and nothing otherwise, so it stays in the program.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string_view>

namespace gyr::base {

/// One probe. All probes of the program are in one section of the binary. Any thread.
struct alignas(32) Probe {
  const char* name;  ///< unique in the program
  const char* file;
  int32_t line;
  std::atomic<uint32_t> hits;

  void hit() noexcept { hits.fetch_add(1, std::memory_order_relaxed); }
};

/// Every probe that is linked into this program, in no particular order.
std::span<const Probe> probes() noexcept;

/// How often the probe was reached since the program started; 0 if there is no such probe.
uint32_t probe_hits(std::string_view name) noexcept;

}  // namespace gyr::base

/// Marks the branch that contains it. Not for inline functions and templates: a probe has one location.
#define GYR_PROBE(text)                                                                                      \
  do {                                                                                                       \
    [[gnu::section("gyr_probes")]] static constinit ::gyr::base::Probe reached{text, __FILE__, __LINE__, 0}; \
    reached.hit();                                                                                           \
  } while (false)
