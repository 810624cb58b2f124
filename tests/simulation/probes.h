// Which of the product's code probes (base/probe.h) the histories of this process have reached.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace gyr::simulation {

/// A probe that no history can reach because the simulator has no such thing, and the unit test that reaches it.
struct ReachedElsewhere {
  std::string_view probe;
  std::string_view file;  ///< of the test, which expects the hit; relative to the root of the repository
  std::string_view reason;
};
std::span<const ReachedElsewhere> reached_elsewhere();

struct ProbeReport {
  size_t reached = 0;
  size_t missed = 0;  ///< that the simulator should reach
  std::string text;   ///< for a person: those that were missed, and with `all` every one with its hits and place
};
ProbeReport report_probes(bool all);

}  // namespace gyr::simulation
