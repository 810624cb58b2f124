// Invariants that are checked in every build. A broken one ends the process: the state on disk is good (principle:
// failures).
#pragma once

namespace gyr::base {

/// Prints the broken condition with its place and aborts.
[[noreturn]] void assertion_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace gyr::base

#define GYR_ASSERT(condition)                                  \
  (__builtin_expect(static_cast<bool>(condition), 1) ? void(0) \
                                                     : ::gyr::base::assertion_failed(#condition, __FILE__, __LINE__))
