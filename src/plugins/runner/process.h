// The task runner that runs commands as processes of the worker (RUNNER-10 to RUNNER-12).
#pragma once

#include <optional>

#include "model/dynamic.h"
#include "model/schema.h"
#include "plugin_api/task_runner.h"

namespace gyr::plugins::runner {

inline constexpr base::ErrorCode bad_limit{"GYR-P014"};  ///< a limit that makes no sense

/// `memory` of a process, like that of a container; sizes such as `512MB`.
struct ProcessMemory {
  model::Dynamic<std::string> memory;
  static const model::Schema& schema();
};

/// `cpu` of a process, like that of a container.
struct ProcessCpu {
  model::Dynamic<double> cpus;
  static const model::Schema& schema();
};

/// Runs the command as a process of the worker, in the task's working directory. That it cannot be started is an error;
/// an exit code other than 0 is not: the task decides about it.
struct Process {
  std::optional<ProcessMemory> memory;
  std::optional<ProcessCpu> cpu;
  model::Dynamic<int64_t> pids;
  static plugin::TaskRunnerType describe();
  base::Task<base::Result<plugin::RunnerExit>> run(plugin::RunContext& context, plugin::RunnerJob job) const;
};

}  // namespace gyr::plugins::runner
