// Which state may follow which in a history, once more from the words of the specification (EXEC-4).
#pragma once

#include "model/state.h"

namespace gyr::simulation {

/// With what TASK-27 adds: a run takes its parent's end, and a late result replaces it. `reopened`: its execution was
/// restarted, so a finished run may run again.
bool may_follow_in_run(model::State before, model::State after, bool reopened);
bool may_follow_in_execution(model::State before, model::State after);

}  // namespace gyr::simulation
