#include "base/invariant.h"

#include <fmt/format.h>

#include <atomic>
#include <string_view>

#include "base/log.h"

namespace gyr::base {
namespace {

std::atomic<uint64_t> broken{0};

/// The path below the root of the repository: where the program was built is of no interest.
std::string_view place_of(std::string_view file) {
  const size_t sources = file.rfind("src/");
  return sources == std::string_view::npos ? file : file.substr(sources);
}

}  // namespace

void invariant_broken(const char* rule, const char* condition, const char* file, int line) {
  broken.fetch_add(1, std::memory_order_relaxed);
  const std::string text = fmt::format("{} ({} at {}:{})", rule, condition, place_of(file), line);
  log::error("an invariant does not hold: {}", text);
  throw BrokenInvariant(text);
}

uint64_t broken_invariants() noexcept { return broken.load(std::memory_order_relaxed); }

}  // namespace gyr::base
