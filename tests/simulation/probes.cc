#include "probes.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "base/probe.h"

namespace gyr::simulation {
namespace {

constexpr ReachedElsewhere elsewhere[] = {
    {"a kill ends a quarantine", "src/executor/recovery_test.cc", "in the simulator somebody releases it first"},
    {"the state of an item is told twice", "src/engine/items_test.cc",
     "a simulated message between executions is applied once"},
    {"an item tells more while its outputs are stored", "src/executor/items_outputs_test.cc",
     "nobody in the simulator restarts an item so soon behind its end"},
    {"an idempotency key is met again in the same batch", "src/executor/executor_test.cc",
     "a simulated client repeats a request only when it was answered, or behind a crash"},
    {"a window of a flow trigger is complete", "src/executor/flow_trigger_test.cc",
     "the simulated flows have no Flow triggers"},
    {"the evaluation of a flow trigger is rolled back", "src/executor/flow_trigger_test.cc",
     "the simulated flows have no Flow triggers"},
    {"an execution has all the task runs it may have", "src/engine/limits_test.cc",
     "the simulated executions stay below the limits of the product"},
    {"the outputs of a task run are too large", "src/engine/limits_test.cc",
     "the simulated executions stay below the limits of the product"},
};

/// Marks that 1,000 seeds may still miss: each wants a scenario, a fault or a unit test, and then leaves this list.
constexpr std::string_view known_gaps[] = {
    "a child is asked for again although it exists",
    "a damaged inbox message is dropped",
    "a directory ends with an open child",
    "a failure is not retried because the execution ends",
    "a pause is out of time while its execution is being killed",
    "a replacement is asked for again although it exists",
    "a restart meets a directory whose job goes on",
    "a window of a flow trigger expires",
    "an evaluation ends in the batch that asks for it",
    "an event comes again while it is evaluated",
    "an event is evaluated again because its flow was saved",
    "an execution fails because it cannot be loaded",
    "an execution leaves a queue that it has left already",
    "the continuation of an execution is held back",
    "the evaluation of an event ends after it was rolled back",
    "the inputs of a child come after it was rolled back",
    "the outputs of an item are stored after its end was rolled back",
    "the rows of an execution are damaged",
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
  size_t gaps = 0;
  for (const base::Probe* probe : probes) {
    const uint32_t hits = probe->hits.load(std::memory_order_relaxed);
    const bool out = hits == 0 && is_elsewhere(probe->name);
    report.reached += hits > 0 ? 1 : 0;
    const bool gap = hits == 0 && std::ranges::find(known_gaps, probe->name) != std::end(known_gaps);
    left_out += out ? 1 : 0;
    gaps += gap ? 1 : 0;
    report.missed += hits == 0 && !out && !gap ? 1 : 0;
    if (all || (hits == 0 && !out))
      report.text += fmt::format("  {:>10} {} ({}){}\n", hits, probe->name, place_of(*probe), out ? " elsewhere" : "");
  }
  report.text = fmt::format("probes: {} of {} reached, {} by unit tests instead, {} known gaps, {} missed\n",
                            report.reached, probes.size(), left_out, gaps, report.missed) +
                report.text;
  return report;
}

}  // namespace gyr::simulation
