// Fetching an image by the engine (RUNNER-21).
#pragma once

#include <chrono>

#include "base/error.h"
#include "base/task.h"
#include "plugins/runner/docker/container_plan.h"
#include "plugins/runner/docker/docker_engine.h"

namespace gyr::plugins::runner {

inline constexpr base::ErrorCode pull_failed{"GYR-P072"};  ///< the image cannot be had

/// How often a pull is retried after an internal failure of the engine (RUNNER-21).
struct PullRetry {
  int attempts = 5;
  std::chrono::milliseconds first_pause{5'000};
  std::chrono::milliseconds max_pause{120'000};
};

/// Sees to it that the engine has the image, as the plan's pull policy says. Asks again where the engine fails by
/// itself or drops the connection; what a registry refuses is final.
base::Task<base::Result<void>> provide_image(plugin::RunContext& context, DockerEngine& engine,
                                             const ContainerPlan& plan, PullRetry retry);

}  // namespace gyr::plugins::runner
