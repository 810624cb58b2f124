// One run in a container: the container is resumed or created, started, followed, emptied and removed (RUNNER-20).
#pragma once

#include <chrono>

#include "base/error.h"
#include "base/task.h"
#include "plugin_api/run_context.h"
#include "plugin_api/task_runner.h"
#include "plugins/runner/docker/container_plan.h"

namespace gyr::plugins::runner {

inline constexpr base::ErrorCode pull_failed{"GYR-P072"};  ///< the image cannot be had
inline constexpr base::ErrorCode lost_volume{"GYR-P076"};  ///< the container was found again, but its files are missing

/// How often a pull is retried after an internal failure of the engine (RUNNER-21).
struct PullRetry {
  int attempts = 5;
  std::chrono::milliseconds first_pause{5'000};
  std::chrono::milliseconds max_pause{120'000};
};

/// Runs to the end, also of the container; both outlive the run.
base::Task<base::Result<plugin::RunnerExit>> run_container(plugin::RunContext& context, ContainerPlan plan,
                                                           plugin::RunnerJob job, PullRetry retry = {});

}  // namespace gyr::plugins::runner
