// The table of what generated flows are made of. A new feature of the engine is a row here, and a rule in the auditor
// where it brings promises of its own.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "random.h"
#include "scenario.h"

namespace gyr::simulation {

/// The flow being generated, and how much more of it there may be.
struct Generator {
  Random& random;
  const std::vector<std::string>& later_flows;  ///< what a Subflow may start
  std::string flow;
  size_t tasks_left = 0;
  size_t depth = 0;
  size_t made = 0;

  std::string new_id(std::string_view prefix);
  /// One to three tasks, or none where nothing is left and `may_be_empty`.
  std::vector<PlannedTask> some_tasks();
  PlannedTask task();
  /// Error handlers and the like: leaves alone.
  std::vector<PlannedTask> some_leaves();
  /// What a worker can run inside a directory.
  std::vector<PlannedTask> some_work();
};

/// One feature: how often it is taken, whether tasks stand below it, and how it is made. `make` gives the task with its
/// own properties; what all tasks have (runIf, disabled, allowFailure, retry) is added by the generator.
struct Feature {
  std::string_view name;
  uint32_t weight;
  bool nests;
  PlannedTask (*make)(Generator& generator);
};

std::span<const Feature> features();

/// Whether something below these lists, or it itself, may end FAILED.
bool may_fail(const std::vector<PlannedList>& lists);
/// Whether the tree of task runs depends on who is faster: several run at a time and one of them may fail.
bool is_racy(const std::vector<PlannedList>& lists);

}  // namespace gyr::simulation
