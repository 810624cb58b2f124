// Which objects of internal storage an execution may read (EXPR-276, STOR-34).
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/id.h"

namespace gyr::storage {

/// An execution may read its own files, those of its namespace, and task files of other executions; never files or keys
/// that belong to another namespace.
bool execution_may_read(std::string_view path, std::string_view namespace_, std::string_view flow_id,
                        base::Id execution);

inline constexpr base::ErrorCode host_file_refused{"GYR-O005"};  ///< STOR-31

/// Which files of the machine tasks may read (STOR-31). Immutable; any thread.
struct HostFiles {
  std::vector<std::filesystem::path> allowed;  ///< `kestra.local-files.allowed-paths`
  /// `allowed-paths` of `kestra.plugins.configurations`: type of a task, or the beginning of types up to a dot, to
  /// folder.
  std::vector<std::pair<std::string, std::filesystem::path>> allowed_of_types;
  std::vector<std::filesystem::path>
      forbidden;          ///< `kestra.ee.java-security.forbidden-paths`: never, whatever allows them (SEC-42)
  bool functions = true;  ///< `kestra.local-files.enable-file-functions`: whether expressions may, too
};

/// The real path of a `file:///…` URI: below the working directory (empty: there is none) or an allowed folder, after
/// links and `..` are resolved, and a regular file. `task_type`: type of the calling task; empty for expressions
/// without one. Blocking.
base::Result<std::filesystem::path> host_file(const HostFiles& rules, const std::filesystem::path& working_directory,
                                              std::string_view task_type, std::string_view uri);

/// The message for other `file://` URIs: the path, and the settings that would allow it.
std::string host_file_refusal(std::string_view uri);

}  // namespace gyr::storage
