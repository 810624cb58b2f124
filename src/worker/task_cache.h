// The outputs of an equal earlier run, stored in internal storage (TASK-8, SCRIPT-44).
#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "base/task.h"
#include "base/value.h"
#include "model/task.h"
#include "worker/attempt_context.h"

namespace gyr::worker {

/// The cache of a task with `taskCache`, for one attempt. If the cache fails, the error is logged and the task runs.
/// Lives on the loop of the worker.
class TaskCache {
 public:
  TaskCache(AttemptContext& context, const model::TaskSpec& task, const FileServices& services)
      : context_(context), task_(task), services_(services) {}

  /// Returns the outputs of an earlier run of the same rendered task, if they are not too old.
  base::Task<std::optional<base::Value>> find();
  /// Stores the outputs for later runs. Call find() first.
  base::Task<void> keep(base::Value outputs);

 private:
  base::Task<base::Result<std::string>> key();

  AttemptContext& context_;
  const model::TaskSpec& task_;
  const FileServices& services_;
  std::string path_;  // empty: the key cannot be computed
};

}  // namespace gyr::worker
