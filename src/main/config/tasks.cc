#include "main/config/tasks.h"

#include "model/bind.h"

namespace gyr::main::config {

using base::Value;
using model::describe;
using model::Schema;

const Schema& Worker::schema() {
  static const Schema built =
      describe<Worker>("kestra.worker")
          .property("max-num-threads", &Worker::max_num_threads,
                    {.title = "Maximum number of programs that run at the same time",
                     .documentation = "Default: 16 per processor. Tasks that do not start a program do not count.",
                     .minimum = 1,
                     .maximum = 100'000})
          .build();
  return built;
}

const Schema& TemporaryFolder::schema() {
  static const Schema built =
      describe<TemporaryFolder>("kestra.tasks.tmp-dir")
          .property(
              "path", &TemporaryFolder::path,
              {.title = "Folder for working directories",
               .documentation =
                   "Default: `DATA/work`. The default folder is emptied at the start; a folder that you configure is "
                   "not."})
          .build();
  return built;
}

const Schema& DockerScripts::schema() {
  static const Schema built =
      describe<DockerScripts>("kestra.tasks.scripts.docker")
          .property("volume-enabled", &DockerScripts::volume_enabled,
                    {.title = "Former name of `volume-enabled` in `kestra.plugins.configurations`",
                     .documentation = "Default: false.",
                     .deprecated = true})
          .build();
  return built;
}

const Schema& Scripts::schema() {
  static const Schema built = describe<Scripts>("kestra.tasks.scripts")
                                  .property("docker", &Scripts::docker, {.title = "Containers of scripts"})
                                  .build();
  return built;
}

const Schema& Tasks::schema() {
  static const Schema built = describe<Tasks>("kestra.tasks")
                                  .property("tmp-dir", &Tasks::tmp_dir, {.title = "Working directories"})
                                  .property("defaults", &Tasks::defaults,
                                            {.title = "Former name of `kestra.plugins.defaults`", .deprecated = true})
                                  .property("scripts", &Tasks::scripts, {.title = "Scripts"})
                                  .build();
  return built;
}

const Schema& LocalFiles::schema() {
  static const Schema built =
      describe<LocalFiles>("kestra.local-files")
          .property("allowed-paths", &LocalFiles::allowed_paths,
                    {.title = "Folders of the machine whose files tasks may read as `file:///…`",
                     .documentation = "Symbolic links are resolved first."})
          .property("enable-file-functions", &LocalFiles::enable_file_functions,
                    {.title = "Whether `read()`, `fileSize()`, `fileExists()` and `isFileEmpty()` may read these "
                              "files as well",
                     .default_value = Value::boolean(true)})
          .property("enable-preview", &LocalFiles::enable_preview,
                    {.title = "Whether these files can be downloaded and previewed over the REST API",
                     .default_value = Value::boolean(true)})
          .build();
  return built;
}

const Schema& Variables::schema() {
  static const Schema built =
      describe<Variables>("kestra.variables")
          .property("env-vars-prefix", &Variables::env_vars_prefix,
                    {.title = "Prefix of the environment variables that expressions can read",
                     .documentation = "`ENV_REGION` is `{{ envs.region }}`.",
                     .default_value = Value::string("ENV_")})
          .property("redacted-env-vars", &Variables::redacted_env_vars,
                    {.title = "Environment variables that are never shown",
                     .documentation = "`KESTRA_CONFIGURATION` and the paths of plugins and configuration are never "
                                      "shown either."})
          .property(
              "globals", &Variables::globals,
              {.title = "Values for all flows, available as `{{ globals.NAME }}`", .shown_as = model::ValueType::map})
          .property("recursive-rendering", &Variables::recursive_rendering,
                    {.title = "Whether the result of an expression is rendered again",
                     .default_value = Value::boolean(false)})
          .build();
  return built;
}

}  // namespace gyr::main::config
