#include "base/probe.h"

// The linker defines these for a section with such a name; weak, for programs without any probe.
extern "C" {
[[gnu::weak]] extern const gyr::base::Probe __start_gyr_probes[];  // NOLINT(bugprone-reserved-identifier)
[[gnu::weak]] extern const gyr::base::Probe __stop_gyr_probes[];   // NOLINT(bugprone-reserved-identifier)
}

namespace gyr::base {

std::span<const Probe> probes() noexcept {
  if (__start_gyr_probes == nullptr) return {};
  return {__start_gyr_probes, __stop_gyr_probes};
}

uint32_t probe_hits(std::string_view name) noexcept {
  for (const Probe& probe : probes()) {
    if (name == probe.name) return probe.hits.load(std::memory_order_relaxed);
  }
  return 0;
}

}  // namespace gyr::base
