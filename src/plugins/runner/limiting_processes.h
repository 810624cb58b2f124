// What the Process runner needs of the worker's processes beyond plugin::Processes.
#pragma once

#include "plugin_api/run_context.h"
#include "process/cgroup.h"

namespace gyr::plugins::runner {

/// Runs processes with limits that the operating system enforces. Without limits it is the same as run().
class LimitingProcesses : public plugin::Processes {
 public:
  /// An error where the limits cannot be kept here (GYR-P012), or the memory was used up (GYR-P013).
  virtual base::Task<base::Result<plugin::ProcessExit>> run_limited(plugin::ProcessRequest request,
                                                                    process::Limits limits,
                                                                    base::CancelToken cancel) = 0;
  base::Task<base::Result<plugin::ProcessExit>> run(plugin::ProcessRequest request, base::CancelToken cancel) override {
    return run_limited(std::move(request), {}, std::move(cancel));
  }
};

}  // namespace gyr::plugins::runner
