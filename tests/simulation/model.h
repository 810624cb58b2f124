// The rules of flowables once more, as the specification words them and as naively as can be: what an ended execution
// is held against (TASK-20 to TASK-24, EXEC-20). Nothing of the engine is used.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "scenario.h"
#include "store/rows.h"

namespace gyr::simulation {

/// What is wrong with an ended execution; nothing where it is as it should be. Of one that was killed, or
/// whose course somebody changed by hand (`touched`), only the tree is looked at.
std::vector<std::string> check_against_model(const PlannedFlow& flow, const store::ExecutionRow& execution,
                                             const std::map<uint32_t, store::TaskRunRow>& runs, bool touched);

/// TASK-23 over the states of the runs of T.
model::State naive_state(const std::vector<model::State>& tasks, model::State target, bool allow_failure,
                         bool allow_warning);

}  // namespace gyr::simulation
