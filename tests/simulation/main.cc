// gyr_simulate: ./dev simulate. See README.md.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <cstdio>
#include <iostream>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "base/log.h"
#include "shrink.h"
#include "simulation.h"

namespace gyr::simulation {
namespace {

struct Options {
  uint64_t seeds = 1;
  uint64_t seed = 1;
  std::string canary;
  std::string store = "memory";
  bool sweep = false;
  uint64_t deaths = 0;  ///< of one history, 0: at every commit
  bool show = false;
  bool no_shrink = false;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
};

struct Totals {
  std::atomic<uint64_t> histories{0}, events{0}, commits{0}, lives{0}, bodies{0};
  void add(const Outcome& outcome) {
    histories += 1;
    events += outcome.events;
    commits += outcome.commits;
    lives += outcome.lives;
    bodies += outcome.bodies;
  }
};

/// Calls `work` with each seed, on so many threads, until it answers false or all are done.
void for_each_seed(const Options& options, const std::function<bool(uint64_t)>& work) {
  std::atomic<uint64_t> next{0};
  std::atomic<bool> go_on{true};
  std::vector<std::jthread> threads;
  for (unsigned i = 0; i < options.jobs; ++i) {
    threads.emplace_back([&] {
      while (go_on) {
        const uint64_t number = next++;
        if (number >= options.seeds) return;
        if (!work(options.seed + number)) go_on = false;
      }
    });
  }
}

Outcome examine_seed(const Scenario& scenario, const RunOptions& run, const Options& options, Totals& totals) {
  Outcome outcome = examine(scenario, run);
  totals.add(outcome);
  if (!options.sweep || !outcome.ok()) return outcome;
  // The server dies once, at every commit of the undisturbed history (or at some of a long one, evenly spread), before
  // and after it is durable.
  RunOptions dying = run;
  dying.faults = false;
  const uint64_t commits = play(scenario, dying).commits;
  const uint64_t stride =
      options.deaths == 0 ? 1 : std::max<uint64_t>(1, (commits + options.deaths - 1) / options.deaths);
  for (dying.die_at = 1; dying.die_at <= commits; dying.die_at += stride) {
    for (bool applied : {false, true}) {
      dying.die_applied = applied;
      Outcome died = examine(scenario, dying);
      totals.add(died);
      if (died.ok()) continue;
      died.violations.push_back(
          fmt::format("(the server died {} commit {})", applied ? "after" : "before", dying.die_at));
      return died;
    }
  }
  return outcome;
}

void report(uint64_t seed, const Scenario& scenario, const Outcome& outcome) {
  fmt::print("seed {} breaks a promise:\n", seed);
  for (const auto& violation : outcome.violations) fmt::print("  {}\n", violation);
  fmt::print("{}", describe(scenario));
}

void report_small(const Options& options, const RunOptions& run, uint64_t seed, const Outcome& outcome) {
  Scenario scenario = generate(seed);
  if (options.no_shrink) return report(seed, scenario, outcome);
  Totals ignored;
  auto fails = [&](const Scenario& candidate) { return !examine_seed(candidate, run, options, ignored).ok(); };
  scenario = shrink(std::move(scenario), fails);
  report(seed, scenario, examine_seed(scenario, run, options, ignored));
  fmt::print("again, as it was generated: ./dev simulate --seed {} --seeds 1{}{}\n", seed,
             options.store == "sqlite" ? " --store sqlite" : "",
             options.sweep ? fmt::format(" --sweep --deaths {}", options.deaths) : "");
}

int simulate(const Options& options) {
  const auto begin = base::monotonic_now();
  RunOptions run;
  run.sqlite = options.store == "sqlite";
  Totals totals;
  std::mutex mutex;
  std::optional<std::pair<uint64_t, Outcome>> failed;
  for_each_seed(options, [&](uint64_t seed) {
    const Scenario scenario = generate(seed);
    Outcome outcome = examine_seed(scenario, run, options, totals);
    if (options.show) {
      std::lock_guard lock(mutex);
      fmt::print("{}seed {}: {} commits, {} lives, {} attempts, hash {:016x}\n", describe(scenario), seed,
                 outcome.commits, outcome.lives, outcome.bodies, outcome.hash);
      for (const auto& end : outcome.ends) fmt::print("  {}\n", end);
    }
    if (run.sqlite && outcome.ok()) {
      RunOptions memory = run;
      memory.sqlite = false;
      if (play(scenario, memory).hash != outcome.hash)
        outcome.violations.push_back("the store in memory gave another history than SQLite");
    }
    if (outcome.ok()) return true;
    std::lock_guard lock(mutex);
    if (!failed || seed < failed->first) failed.emplace(seed, std::move(outcome));
    return false;
  });
  const double seconds = std::chrono::duration<double>(base::monotonic_now() - begin).count();
  if (failed) report_small(options, run, failed->first, failed->second);
  fmt::print(
      "simulate: {} histories of {} seeds from {}, {} lives of the server, {} commits, {} events, {} attempts in "
      "{:.1f} s: {}\n",
      totals.histories.load(), options.seeds, options.seed, totals.lives.load(), totals.commits.load(),
      totals.events.load(), totals.bodies.load(), seconds, failed ? "FAILED" : "every promise held");
  return failed ? 1 : 0;
}

/// 0 where one of the seeds notices what is wrong.
int try_canary(const Options& options, const CanaryName& canary) {
  RunOptions run;
  run.canary = canary.canary;
  std::mutex mutex;
  std::optional<std::pair<uint64_t, std::string>> caught;
  for_each_seed(options, [&](uint64_t seed) {
    const Outcome outcome = examine(generate(seed), run);
    if (outcome.ok()) return true;
    std::lock_guard lock(mutex);
    if (!caught || seed < caught->first) caught.emplace(seed, outcome.violations.front());
    return false;
  });
  if (caught) {
    fmt::print("canary {}: caught by seed {}: {}\n", canary.name, caught->first, caught->second);
  } else {
    fmt::print("canary {}: NOT caught by {} seeds from {}\n", canary.name, options.seeds, options.seed);
  }
  return caught ? 0 : 1;
}

int run_program(int argc, char** argv) {
  Options options;
  CLI::App app(
      "Plays generated flows on the real engine and executor with faults, on virtual time, and audits what happens.");
  std::string names = "all";
  for (const auto& canary : canaries) names += ", " + std::string(canary.name);
  app.add_option("--seeds", options.seeds, "so many histories")->required()->check(CLI::PositiveNumber);
  app.add_option("--seed", options.seed, "the first seed (1)");
  app.add_option("--canary", options.canary, "break the server on purpose and succeed when that is noticed: " + names);
  app.add_option("--store", options.store, "memory, or sqlite: the real one, compared with the one in memory")
      ->check(CLI::IsMember({"memory", "sqlite"}));
  app.add_flag("--sweep", options.sweep, "let the server die at every single commit, before and after it");
  app.add_option("--deaths", options.deaths,
                 "with --sweep: at so many commits of a history at most, evenly spread (0: at every one)");
  app.add_flag("--show", options.show, "print what is played");
  app.add_flag("--no-shrink", options.no_shrink, "print a failing history as it was generated");
  app.add_option("--jobs", options.jobs, "threads")->check(CLI::PositiveNumber);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  base::log::set_level(base::log::Level::off);
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
