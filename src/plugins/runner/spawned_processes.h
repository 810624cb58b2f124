// plugin::Processes over the spawner: how every local process of a task runs.
#pragma once

#include "plugins/runner/limiting_processes.h"
#include "process/spawner.h"

namespace gyr::plugins::runner {

/// Runs processes for one task; made by the worker for each attempt, on the loop of the attempt. Output comes as lines;
/// while a request's `room` has not completed, the process is not read. Cancelling kills the whole tree; run() then
/// completes once it is gone, with `killed`.
class SpawnedProcesses final : public LimitingProcesses {
 public:
  SpawnedProcesses(process::Spawner& spawner, base::Loop& loop) : spawner_(spawner), loop_(loop) {}
  base::Task<base::Result<plugin::ProcessExit>> run_limited(plugin::ProcessRequest request, process::Limits limits,
                                                            base::CancelToken cancel) override;

 private:
  process::Spawner& spawner_;
  base::Loop& loop_;
};

}  // namespace gyr::plugins::runner
