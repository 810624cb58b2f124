// The task runner that runs commands as processes of the worker (RUNNER-10 to RUNNER-12).
#pragma once

#include "plugin/task_runner.h"

namespace gyr::plugins::runner {

/// Runs the command as a process of the worker, in the task's working directory. That it cannot be started is an error;
/// an exit code other than 0 is not: the task decides about it.
struct Process {
  static plugin::TaskRunnerType describe();
  base::Task<base::Result<plugin::RunnerExit>> run(plugin::RunContext& context, plugin::RunnerJob job) const;
};

}  // namespace gyr::plugins::runner
