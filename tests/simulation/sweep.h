// Many histories at once: seeds, and with a sweep the deaths of each, shared by threads.
#pragma once

#include <atomic>
#include <functional>
#include <optional>

#include "simulation.h"

namespace gyr::simulation {

/// One history of a sweep: the seed's own, or one in which the server dies at a commit. In the order in which failures
/// are told.
struct Place {
  uint64_t seed = 0;
  uint64_t die_at = 0;  ///< 0: the seed's own
  bool die_applied = false;
  friend auto operator<=>(const Place&, const Place&) = default;
};

struct SweepOptions {
  RunOptions run;
  uint64_t first_seed = 1;
  uint64_t seeds = 1;
  bool deaths = false;      ///< the server dies once at each commit of the undisturbed history, before and after it
  uint64_t max_deaths = 0;  ///< at so many commits of a long one, evenly spread; 0: at every one
  unsigned threads = 1;
};

struct Totals {
  std::atomic<uint64_t> histories{0}, events{0}, commits{0}, lives{0}, bodies{0};
  void add(const Outcome& outcome);
};

struct Failure {
  Place place;
  Outcome outcome;
};

/// The scenario of a seed. Called on several threads.
using ScenarioOf = std::function<Scenario(uint64_t seed)>;
/// Told of each seed's own history, whatever came of it. Called on several threads, in any order.
using Seen = std::function<void(const Scenario&, const Outcome&)>;

/// Plays all of them and answers with the first, in order of Place, that breaks a promise: the same one however many
/// threads there are. What stands behind a failure need not be played.
std::optional<Failure> sweep(const SweepOptions& options, const ScenarioOf& scenario_of, Totals& totals,
                             const Seen& seen = {});

}  // namespace gyr::simulation
