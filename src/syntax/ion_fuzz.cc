// Any bytes as Ion: never a crash, errors with a place, and read(write(v)) == v.
#include <cmath>

#include "base/assert.h"
#include "syntax/ion.h"

namespace gyr::syntax {
namespace {

void check(std::string_view text) {
  IonReader reader(text, {.bytes = 1 << 20, .depth = 60});
  for (;;) {
    auto next = reader.next();
    if (!next) {
      GYR_ASSERT(next.error().place() != nullptr && next.error().place()->line > 0);
      GYR_ASSERT(!reader.next().has_value());
      return;
    }
    if (!*next) return;
    std::string written = write_ion(**next);
    GYR_ASSERT(written.find('\n') == std::string::npos);
    auto again = IonReader(written).next();
    GYR_ASSERT(again.has_value() && again->has_value());
    GYR_ASSERT(write_ion(**again) == written);
  }
}

}  // namespace
}  // namespace gyr::syntax

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  gyr::syntax::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
