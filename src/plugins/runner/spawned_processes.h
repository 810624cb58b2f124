// plugin::Processes over the spawner: how every local process of a task runs.
#pragma once

#include "plugins/runner/limiting_processes.h"
#include "process/spawner.h"

namespace gyr::plugins::runner {

/// Runs processes for one task. The worker creates one for each attempt, on the loop of the attempt. Output is
/// delivered in lines; the process is not read while the `room` of a request has not completed. Cancelling kills the
/// whole tree; run() then completes with `killed` once the tree has ended.
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
