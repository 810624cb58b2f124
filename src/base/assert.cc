#include "base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace gyr::base {

void assertion_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "invariant broken: %s (%s:%d)\n", condition, file, line);
  std::fflush(stderr);
  std::abort();
}

}  // namespace gyr::base
