// The files that a WorkingDirectory keeps for the next execution, as one archive in internal storage (SCRIPT-42).
#pragma once

#include <optional>

#include "base/instant.h"
#include "base/task.h"
#include "engine/flowable/working_directory.h"
#include "worker/attempt_context.h"

namespace gyr::worker {

/// Unpacks the files of an earlier execution into the working directory. Files older than `ttl` are removed instead. A
/// failure is logged and the directory starts empty. Returns the time with which save_directory_cache() detects new
/// files.
base::Task<base::Instant> restore_directory_cache(AttemptContext& context, const engine::DirectoryCache& cache,
                                                  const FileServices& services);

/// Stores the files that match, if at least one of them is newer than the restored files. A failure is logged.
base::Task<void> save_directory_cache(AttemptContext& context, const engine::DirectoryCache& cache,
                                      const FileServices& services, std::optional<base::Instant> restored);

}  // namespace gyr::worker
