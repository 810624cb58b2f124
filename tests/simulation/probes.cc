#include "probes.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/probe.h"

namespace gyr::simulation {
namespace {

constexpr ReachedElsewhere elsewhere[] = {
    {"", "", ""},
};

bool is_elsewhere(std::string_view name) {
  return std::ranges::any_of(elsewhere, [name](const auto& each) { return each.probe == name; });
}

std::string place_of(const base::Probe& probe) {
  std::string_view file = probe.file;
  if (const size_t sources = file.rfind("src/"); sources != std::string_view::npos) file = file.substr(sources);
  return fmt::format("{}:{}", file, probe.line);
}

}  // namespace

std::span<const ReachedElsewhere> reached_elsewhere() { return elsewhere; }

ProbeReport report_probes(bool all) {
  std::vector<const base::Probe*> probes;
  for (const base::Probe& probe : base::probes()) probes.push_back(&probe);
  std::ranges::sort(probes, {}, [](const auto* probe) { return std::string_view(probe->name); });
  ProbeReport report;
  size_t left_out = 0;
  for (const base::Probe* probe : probes) {
    const uint32_t hits = probe->hits.load(std::memory_order_relaxed);
    const bool out = hits == 0 && is_elsewhere(probe->name);
    report.reached += hits > 0 ? 1 : 0;
    left_out += out ? 1 : 0;
    report.missed += hits == 0 && !out ? 1 : 0;
    if (all || (hits == 0 && !out))
      report.text += fmt::format("  {:>10} {} ({}){}\n", hits, probe->name, place_of(*probe), out ? " elsewhere" : "");
  }
  report.text = fmt::format("probes: {} of {} reached, {} by unit tests instead, {} missed\n", report.reached,
                            probes.size(), left_out, report.missed) +
                report.text;
  return report;
}

}  // namespace gyr::simulation
