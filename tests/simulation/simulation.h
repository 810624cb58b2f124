// One simulated history: server, store, workers and clients in one thread on virtual time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "auditor.h"
#include "canary.h"
#include "events.h"
#include "faulty_store.h"
#include "fleet.h"
#include "scenario.h"
#include "server.h"

namespace gyr::simulation {

/// How a scenario is played.
struct RunOptions {
  Canary canary = Canary::none;
  bool sqlite = false;  ///< on the real store instead of the one in memory
  bool faults = true;
  uint64_t die_at = 0;       ///< the server dies at this commit; 0: not
  bool die_applied = false;  ///< when the commit is durable, not before
};

/// What came of it.
struct Outcome {
  std::vector<std::string> violations;
  uint64_t hash = 0;
  uint64_t commits = 0;
  uint64_t events = 0;
  uint64_t lives = 0;
  uint64_t bodies = 0;            ///< attempts that workers have run
  std::vector<std::string> ends;  ///< by action: see Auditor::end_of
  bool ok() const { return violations.empty(); }
};

/// Plays it to the end: until the faults are over and nothing happens any more, and once more after a last restart.
Outcome play(const Scenario& scenario, const RunOptions& options);

/// Plays with faults, twice, and without, and compares: the same seed gives the same history, and the same ends where
/// the flow does not depend on who is faster. `undisturbed`: what came of the one without, where it was played before.
Outcome examine(const Scenario& scenario, const RunOptions& options, const Outcome* undisturbed = nullptr);

}  // namespace gyr::simulation
