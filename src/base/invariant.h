// Invariants of one execution, checked in every build.
//
// A broken invariant means that the state of one execution contradicts itself: a defect of the program, or damaged
// rows. GYR_INVARIANT throws, so that this state is not used. The partition drops it, rolls back its batch and puts the
// execution into quarantine; all other executions continue. GYR_ASSERT of base/assert.h checks an invariant of the
// whole process (the store, the loop) and ends the process.
#pragma once

#include <cstdint>
#include <stdexcept>

namespace gyr::base {

/// What a broken invariant throws. `what()` says which invariant, with the place in the source.
class BrokenInvariant : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// Counts the broken invariant, writes it to the server's log and throws BrokenInvariant. Any thread.
[[noreturn, gnu::cold, gnu::noinline]] void invariant_broken(const char* rule, const char* condition, const char* file,
                                                             int line);

/// How many invariants were found broken since the program started. Any thread.
uint64_t broken_invariants() noexcept;

}  // namespace gyr::base

/// `rule` is the text of the invariant, as it appears in the log of the execution.
#define GYR_INVARIANT(condition, rule)               \
  (__builtin_expect(static_cast<bool>(condition), 1) \
       ? void(0)                                     \
       : ::gyr::base::invariant_broken(rule, #condition, __FILE__, __LINE__))
