// The Python of a worker, and packages for scripts (SCRIPT-10).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/task.h"
#include "plugin_api/run_context.h"

namespace gyr::plugins::script {

inline constexpr base::ErrorCode no_python{"GYR-P035"};       ///< no interpreter, or not the requested version
inline constexpr base::ErrorCode install_failed{"GYR-P036"};  ///< dependencies cannot be installed

/// The full path of a program found in PATH, or nothing.
std::optional<std::filesystem::path> find_program(std::string_view name);

/// The interpreter to use: `python<version>` if a version is requested, otherwise `python`, otherwise `python3` (Debian
/// has no `python`). Blocking.
base::Result<std::filesystem::path> find_python(const std::optional<std::string>& version);

/// The interpreter and the packages of a Python task.
struct PythonRequest {
  std::filesystem::path interpreter;
  std::vector<std::string> dependencies;  ///< as pip takes them
  bool prefer_uv = true;                  ///< `uv` if it is installed; otherwise, and if false, pip
  bool cached = true;
  /// The version of the Python that uses the packages, if it is another one (in a container): packages with native code
  /// must then be wheels.
  std::optional<std::string> target_version = {};
};

/// The version of Python in an image such as `python:3.12-slim`; nothing if its name does not contain one.
std::optional<std::string> python_version_of_image(std::string_view image);

/// Installs the dependencies into a directory for PYTHONPATH and returns it. With `cached`, all tasks with the same
/// dependencies, interpreter and platform share the directory; it is created once and atomically. Otherwise it is in
/// the working directory. The output of the installer is logged at DEBUG, or at ERROR if it fails.
base::Task<base::Result<std::filesystem::path>> install_packages(plugin::RunContext& context, PythonRequest request);

}  // namespace gyr::plugins::script
