// gyr_simulate: ./dev simulate. See README.md.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "base/log.h"
#include "probes.h"
#include "shrink.h"
#include "sweep.h"

namespace gyr::simulation {
namespace {

struct Options {
  SweepOptions sweep;
  std::string canary;
  std::string store = "memory";
  bool show = false;
  bool need_probes = false;
  bool all_probes = false;
  bool no_shrink = false;
};

/// Prints what is played in the order of the seeds, whichever thread is done first.
class Show {
 public:
  explicit Show(uint64_t first_seed) : next_(first_seed) {}
  void add(const Scenario& scenario, const Outcome& outcome) {
    std::string text = fmt::format("{}seed {}: {} commits, {} lives, {} attempts, hash {:016x}\n", describe(scenario),
                                   scenario.seed, outcome.commits, outcome.lives, outcome.bodies, outcome.hash);
    for (const auto& end : outcome.ends) text += fmt::format("  {}\n", end);
    std::lock_guard lock(mutex_);
    waiting_.emplace(scenario.seed, std::move(text));
    for (auto first = waiting_.begin(); first != waiting_.end() && first->first == next_; ++next_) {
      fmt::print("{}", first->second);
      first = waiting_.erase(first);
    }
  }

 private:
  std::mutex mutex_;
  uint64_t next_;
  std::map<uint64_t, std::string> waiting_;
};

void report(const Scenario& scenario, const Failure& failure) {
  fmt::print("seed {} breaks a promise:\n", scenario.seed);
  for (const auto& violation : failure.outcome.violations) fmt::print("  {}\n", violation);
  if (failure.place.die_at != 0) {
    fmt::print("  (the server died {} commit {})\n", failure.place.die_applied ? "after" : "before",
               failure.place.die_at);
  }
  fmt::print("{}", describe(scenario));
}

void report_small(const Options& options, const Failure& failure) {
  const uint64_t seed = failure.place.seed;
  Scenario scenario = generate(seed);
  if (options.no_shrink) return report(scenario, failure);
  SweepOptions one = options.sweep;
  one.seeds = 1;
  auto fails_with = [&one](const Scenario& candidate) {
    Totals ignored;
    return sweep(one, [&candidate](uint64_t) { return candidate; }, ignored);
  };
  scenario = shrink(std::move(scenario),
                    [&fails_with](const Scenario& candidate) { return fails_with(candidate).has_value(); });
  report(scenario, fails_with(scenario).value_or(failure));
  fmt::print("again, as it was generated: ./dev simulate --seed {} --seeds 1{}{}\n", seed,
             options.store == "sqlite" ? " --store sqlite" : "",
             one.deaths ? fmt::format(" --sweep --deaths {}", one.max_deaths) : "");
}

int simulate(const Options& options) {
  const auto begin = base::monotonic_now();
  Totals totals;
  Show show(options.sweep.first_seed);
  Seen seen;
  if (options.show) seen = [&show](const Scenario& scenario, const Outcome& outcome) { show.add(scenario, outcome); };
  const auto failure = sweep(options.sweep, generate, totals, seen);
  const double seconds = std::chrono::duration<double>(base::monotonic_now() - begin).count();
  const ProbeReport probes = report_probes(options.all_probes);  // before the failing history is played again
  if (options.need_probes || options.all_probes) fmt::print("{}", probes.text);
  if (failure) report_small(options, *failure);
  fmt::print(
      "simulate: {} histories of {} seeds from {}, {} lives of the server, {} commits, {} events, {} attempts in "
      "{:.1f} s: {}\n",
      totals.histories.load(), options.sweep.seeds, options.sweep.first_seed, totals.lives.load(),
      totals.commits.load(), totals.events.load(), totals.bodies.load(), seconds,
      failure ? "FAILED" : "every promise held");
  const bool missed = options.need_probes && probes.missed > 0;
  if (missed) fmt::print("simulate: FAILED, a marked branch of the product was never reached (README.md, Probes)\n");
  return failure || missed ? 1 : 0;
}

/// 0 where one of the seeds notices what is wrong.
int try_canary(const Options& options, const CanaryName& canary) {
  SweepOptions broken = options.sweep;
  broken.run.canary = canary.canary;
  Totals ignored;
  if (const auto caught = sweep(broken, generate, ignored)) {
    fmt::print("canary {}: caught by seed {}: {}\n", canary.name, caught->place.seed,
               caught->outcome.violations.front());
    return 0;
  }
  fmt::print("canary {}: NOT caught by {} seeds from {}\n", canary.name, broken.seeds, broken.first_seed);
  return 1;
}

int run_program(int argc, char** argv) {
  Options options;
  options.sweep.threads = std::max(1U, std::thread::hardware_concurrency());
  CLI::App app(
      "Plays generated flows on the real engine and executor with faults, on virtual time, and audits what happens.");
  std::string names = "all";
  for (const auto& canary : canaries) names += ", " + std::string(canary.name);
  app.add_option("--seeds", options.sweep.seeds, "so many histories")->required()->check(CLI::PositiveNumber);
  app.add_option("--seed", options.sweep.first_seed, "the first seed (1)");
  app.add_option("--canary", options.canary, "break the server on purpose and succeed when that is noticed: " + names);
  app.add_option("--store", options.store, "memory, or sqlite: the real one, compared with the one in memory")
      ->check(CLI::IsMember({"memory", "sqlite"}));
  app.add_flag("--sweep", options.sweep.deaths, "let the server die at every single commit, before and after it");
  app.add_option("--deaths", options.sweep.max_deaths,
                 "with --sweep: at so many commits of a history at most, evenly spread (0: at every one)");
  app.add_flag("--show", options.show, "print what is played");
  app.add_flag("--need-probes", options.need_probes, "fail when these histories miss a marked branch of the product");
  app.add_flag("--probes", options.all_probes, "print every marked branch with how often it was reached");
  app.add_flag("--no-shrink", options.no_shrink, "print a failing history as it was generated");
  app.add_option("--jobs", options.sweep.threads, "threads")->check(CLI::PositiveNumber);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  base::log::set_level(base::log::Level::off);
  options.sweep.run.sqlite = options.store == "sqlite";
  if (options.canary.empty()) return simulate(options);
  if (options.canary != "all" && !find_canary(options.canary)) {
    fmt::print(stderr, "simulate: no canary `{}`; there are: {}\n", options.canary, names);
    return 2;
  }
  int status = 0;
  for (const auto& canary : canaries) {
    if (options.canary == "all" || options.canary == canary.name) status |= try_canary(options, canary);
  }
  return status;
}

}  // namespace
}  // namespace gyr::simulation

int main(int argc, char** argv) { return gyr::simulation::run_program(argc, argv); }
