// The task runner that runs commands in a container of Docker, or of an engine with its API (RUNNER-20 to RUNNER-27).
#pragma once

#include "plugin_api/task_runner.h"
#include "plugins/runner/docker/docker_options.h"

namespace gyr::plugins::runner {

/// The former property `docker` of script tasks.
struct FormerDockerOptions : DockerProperties {
  static const model::Schema& schema();
};

/// Runs the command in a new container, or resumes the container of an attempt whose worker was lost. An error means
/// that the command cannot be run. An exit code other than 0 is not an error. If the attempt is handed over to another
/// worker, the container continues to run; in all other cases it is removed, unless `delete` or `wait` is false.
struct Docker : DockerOptions {
  Docker() = default;
  /// With the defaults for everything else.
  explicit Docker(const DockerProperties& former) : DockerOptions{former} {}

  static constexpr bool runs_on_worker = false;
  static plugin::TaskRunnerType describe();
  base::Task<base::Result<plugin::RunnerExit>> run(plugin::RunContext& context, plugin::RunnerJob job) const;
};

}  // namespace gyr::plugins::runner
