// What tasks and expressions get from the installation: `kestra.worker`, `.tasks`, `.local-files`, `.variables`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/value.h"
#include "main/config/plugins.h"
#include "model/schema.h"

namespace gyr::main::config {

/// `kestra.worker`.
struct Worker {
  std::optional<int64_t> max_num_threads;
  static const model::Schema& schema();
};

/// `kestra.tasks.tmp-dir`.
struct TemporaryFolder {
  std::optional<std::string> path;
  static const model::Schema& schema();
};

/// `kestra.tasks.scripts.docker`, an old section.
struct DockerScripts {
  std::optional<bool> volume_enabled;
  static const model::Schema& schema();
};

/// `kestra.tasks.scripts`, an old section.
struct Scripts {
  DockerScripts docker;
  static const model::Schema& schema();
};

/// `kestra.tasks`.
struct Tasks {
  TemporaryFolder tmp_dir;
  std::optional<std::vector<TypeDefault>> defaults;
  Scripts scripts;
  static const model::Schema& schema();
};

/// `kestra.local-files`.
struct LocalFiles {
  std::vector<std::string> allowed_paths;
  bool enable_file_functions = false;
  bool enable_preview = false;
  static const model::Schema& schema();
};

/// `kestra.variables`.
struct Variables {
  std::string env_vars_prefix;
  std::vector<std::string> redacted_env_vars;
  base::Value globals;  ///< a map; null where nothing is set
  bool recursive_rendering = false;
  static const model::Schema& schema();
};

}  // namespace gyr::main::config
