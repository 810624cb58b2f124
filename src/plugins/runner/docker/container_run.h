// One run in a container: the container is resumed or created, started, followed, emptied and removed (RUNNER-20).
#pragma once

#include "base/error.h"
#include "base/task.h"
#include "plugin_api/run_context.h"
#include "plugin_api/task_runner.h"
#include "plugins/runner/docker/container_plan.h"
#include "plugins/runner/docker/image_pull.h"

namespace gyr::plugins::runner {

inline constexpr base::ErrorCode lost_volume{"GYR-P076"};  ///< the container was found again, but its files are missing

/// Runs to the end, also of the container; both outlive the run.
base::Task<base::Result<plugin::RunnerExit>> run_container(plugin::RunContext& context, ContainerPlan plan,
                                                           plugin::RunnerJob job, PullRetry retry = {});

}  // namespace gyr::plugins::runner
