#include "base/memory.h"

#include <fmt/format.h>
#include <mimalloc.h>

#include <memory>

// Where the library is not linked (presets with sanitizers), these are null.
#pragma weak mi_collect
#pragma weak mi_is_in_heap_region
#pragma weak mi_version

namespace gyr::base {

std::string allocator_name() {
  if (mi_version == nullptr || mi_is_in_heap_region == nullptr) return "system";
  const auto probe = std::make_unique<std::string>();
  if (!mi_is_in_heap_region(probe.get())) return "system";
  const int version = mi_version();  // 209 is 2.0.9
  return fmt::format("mimalloc {}.{}.{}", version / 100, version / 10 % 10, version % 10);
}

void return_free_memory() noexcept {
  if (mi_collect != nullptr) mi_collect(true);
}

}  // namespace gyr::base
