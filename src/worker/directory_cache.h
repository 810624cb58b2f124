// Files that a WorkingDirectory keeps from one execution to the next, as one archive in internal storage (SCRIPT-42).
#pragma once

#include <optional>

#include "base/instant.h"
#include "base/task.h"
#include "engine/flowable/working_directory.h"
#include "worker/attempt_context.h"

namespace gyr::worker {

/// Unpacks what an earlier execution kept into the working directory; what is older than `ttl` is removed instead.
/// Trouble is logged and the directory starts empty. Gives the moment, against which save_directory_cache() sees what
/// is new.
base::Task<base::Instant> restore_directory_cache(AttemptContext& context, const engine::DirectoryCache& cache,
                                                  const FileServices& services);

/// Keeps the files that match, if one of them is newer than the restored ones. Trouble is logged.
base::Task<void> save_directory_cache(AttemptContext& context, const engine::DirectoryCache& cache,
                                      const FileServices& services, std::optional<base::Instant> restored);

}  // namespace gyr::worker
