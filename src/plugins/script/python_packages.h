// The Python of a worker, and packages for scripts (SCRIPT-10).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/task.h"
#include "plugin/run_context.h"

namespace gyr::plugins::script {

inline constexpr base::ErrorCode no_python{"GYR-P035"};       ///< no interpreter, or not of the version asked for
inline constexpr base::ErrorCode install_failed{"GYR-P036"};  ///< dependencies cannot be installed

/// The full path of a program found in PATH, or nothing.
std::optional<std::filesystem::path> find_program(std::string_view name);

/// The interpreter to use: `python<version>` where a version is asked for, else `python`, else `python3` (Debian has no
/// `python`). Blocking.
base::Result<std::filesystem::path> find_python(const std::optional<std::string>& version);

/// Which interpreter and which packages a Python task wants.
struct PythonRequest {
  std::filesystem::path interpreter;
  std::vector<std::string> dependencies;  ///< as pip takes them
  bool prefer_uv = true;                  ///< `uv` where it is installed; else, and if false, pip
  bool cached = true;
  /// Of the Python that uses them, where that is another one, in a container: packages with native code must be wheels
  /// then.
  std::optional<std::string> target_version = {};
};

/// The version of Python in an image such as `python:3.12-slim`; nothing where its name does not tell.
std::optional<std::string> python_version_of_image(std::string_view image);

/// Installs the dependencies into a directory for PYTHONPATH and gives it. With `cached` the directory is shared by all
/// tasks with the same dependencies, interpreter and platform, is filled once and appears whole; else it lies in the
/// working directory. What the installer prints goes to the log at DEBUG, or at ERROR when it fails.
base::Task<base::Result<std::filesystem::path>> install_packages(plugin::RunContext& context, PythonRequest request);

}  // namespace gyr::plugins::script
