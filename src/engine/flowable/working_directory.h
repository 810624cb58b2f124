// The properties of WorkingDirectory (TASK-40, SCRIPT-41), for the worker that runs it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/dynamic.h"
#include "model/schema.h"
#include "model/task.h"
#include "plugin_api/namespace_files.h"

namespace gyr::engine {

inline constexpr base::ErrorCode bad_directory_child{
    "GYR-E080"};  ///< TASK-40: a task that cannot run inside a WorkingDirectory

/// The files that a WorkingDirectory keeps for the next execution (SCRIPT-42).
struct DirectoryCache {
  model::Dynamic<std::vector<std::string>> patterns;
  model::Dynamic<base::Duration> ttl;
  static const model::Schema& schema();
};

/// Properties of `io.kestra.plugin.core.flow.WorkingDirectory`. Immutable once bound; thread-safe.
struct WorkingDirectory {
  std::vector<model::TaskSpec> tasks;
  std::vector<model::TaskSpec> errors;
  std::vector<model::TaskSpec> finals;
  model::Dynamic<base::Value> input_files;
  model::Dynamic<std::vector<std::string>> output_files;
  std::optional<plugin::NamespaceFiles> namespace_files;
  std::optional<DirectoryCache> cache;
};

}  // namespace gyr::engine
