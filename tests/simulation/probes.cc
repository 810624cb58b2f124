#include "probes.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "base/probe.h"

namespace gyr::simulation {
namespace {

constexpr ReachedElsewhere elsewhere[] = {
    {"an execution is put into quarantine", "src/executor/faults_test.cc",
     "no execution of the simulator breaks an invariant, and no batch is refused for what is in it"},
    {"the only message of a batch cannot be stored", "src/executor/executor_test.cc",
     "the simulated store refuses no batch for what is in it"},
    {"an execution is released from quarantine", "src/executor/recovery_test.cc",
     "nothing is in quarantine in the simulator"},
    {"a kill ends a quarantine", "src/executor/recovery_test.cc", "nothing is in quarantine in the simulator"},
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
    "a child cannot be restarted and another one is started",
    "a child is asked for again although it exists",
    "a child is refused",
    "a child is refused because its flow does not exist",
    "a damaged inbox message is dropped",
    "a directory ends with an open child",
    "a failure is not retried because the execution ends",
    "a kill comes before its child is born",
    "a kill switch meets an execution that ends already",
    "a kill that came before its child was born is applied",
    "a message gets a batch of its own",
    "a message is applied again because the store could not be read",
    "a pause is out of time while its execution is being killed",
    "a replacement is asked for again although it exists",
    "a report of an old attempt of a directory is dropped",
    "a restart meets a directory whose job goes on",
    "a result of an old epoch is dropped",
    "a review of open executions ends at the size of a batch",
    "a round is due while its execution is being killed",
    "a slot or a place in a queue is freed without a step",
    "a trigger's date is early because the clock was set back",
    "a window of a flow trigger expires",
    "a worker reports about a trigger that cannot be evaluated",
    "a worker reports about an execution in quarantine",
    "a worker reports about an execution that is gone",
    "an SLA ends an execution in its queue",
    "an evaluation ends in the batch that asks for it",
    "an event comes again while it is evaluated",
    "an event is evaluated again because its flow was saved",
    "an execution ends with open task runs",
    "an execution fails because it cannot be loaded",
    "an execution is killed before its replacement is born",
    "an execution leaves a queue that it has left already",
    "an item cannot be started",
    "an item is replaced by a new execution",
    "an item tells more while its outputs are stored",
    "an open child is deleted",
    "dates of ignored executions fill the index of dates",
    "the continuation of an execution is held back",
    "the creation of a child is held back",
    "the end of an item whose outputs are stored is rolled back",
    "the evaluation of a trigger is held back",
    "the evaluation of an event ends after it was rolled back",
    "the hint at a message comes after its row was read",
    "the inputs of a child come after it was rolled back",
    "the kill of a ForEachItem needs another step",
    "the next execution of a queue is ignored",
    "the outputs of an item are stored after its end was rolled back",
    "the outputs of an item cannot be stored",
    "the rows of an execution are damaged",
    "the state of an item is told twice",
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
