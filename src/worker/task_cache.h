// Outputs of an equal earlier run, kept in internal storage (TASK-8, SCRIPT-44).
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "base/task.h"
#include "base/value.h"
#include "model/task.h"
#include "worker/attempt_context.h"

namespace gyr::worker {

/// The cache of one task with `taskCache`, for one attempt. Trouble is logged, and the task runs. Lives on the worker's
/// loop.
class TaskCache {
 public:
  TaskCache(AttemptContext& context, const model::TaskSpec& task, const FileServices& services)
      : context_(context), task_(task), services_(services) {}

  /// The outputs of an earlier run of the same rendered task that is young enough.
  base::Task<std::optional<base::Value>> find();
  /// Keeps them for later runs; find() was asked before.
  base::Task<void> keep(base::Value outputs);

 private:
  base::Task<base::Result<std::string>> key();

  AttemptContext& context_;
  const model::TaskSpec& task_;
  const FileServices& services_;
  std::string path_;  // empty: the key cannot be told
};

}  // namespace gyr::worker
