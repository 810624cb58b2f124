#include "storage/access.h"

#include <algorithm>
#include <string>

#include "net/url.h"
#include "storage/storage.h"

namespace gyr::storage {

bool execution_may_read(std::string_view path, std::string_view namespace_, std::string_view flow_id,
                        base::Id execution) {
  if (path.starts_with(execution_path(namespace_, flow_id, execution) + "/")) return true;
  std::string root = "/" + std::string(namespace_);
  std::replace(root.begin(), root.end(), '.', '/');
  if (path.starts_with(root + "/_files/")) return true;
  bool private_part = path.find("/_files/") != std::string_view::npos || path.find("/_kv/") != std::string_view::npos;
  return path.find("/executions/") != std::string_view::npos && !private_part;
}

namespace {

namespace fs = std::filesystem;

bool is_below(const fs::path& folder, const fs::path& file) {
  const auto [end, at] = std::mismatch(folder.begin(), folder.end(), file.begin(), file.end());
  return end == folder.end() && at != file.end();
}

/// `/a/b` of `file:///a/b`; `file:/a/b` and a host of this machine are known, too.
base::Result<fs::path> path_of_address(std::string_view uri) {
  std::string_view path = uri.substr(std::min(uri.size(), std::string_view("file:").size()));
  if (path.starts_with("//localhost/")) path.remove_prefix(std::string_view("//localhost").size());
  if (path.starts_with("//")) path.remove_prefix(2);
  GYR_TRY(std::string decoded, net::percent_decode(path));
  if (!decoded.starts_with('/') || decoded.find('\0') != std::string::npos) {
    return base::fail(bad_storage_uri,
                      "`" + std::string(uri) + "` is not a file URI: expected `file:///` and an absolute path");
  }
  return fs::path(decoded);
}

}  // namespace

base::Result<fs::path> host_file(const HostFiles& rules, const fs::path& working_directory, std::string_view task_type,
                                 std::string_view uri) {
  GYR_TRY(fs::path given, path_of_address(uri));
  // Nothing is revealed about files that may not be read, not even whether they exist.
  std::error_code error;
  const fs::path real = fs::weakly_canonical(given, error);
  if (error) return base::fail(host_file_refused, host_file_refusal(uri));
  bool allowed = !working_directory.empty() && is_below(fs::weakly_canonical(working_directory, error), real);
  auto allow_below = [&](const fs::path& folder) {
    const fs::path root = fs::canonical(folder, error);
    allowed = allowed || (!error && is_below(root, real));
  };
  for (const fs::path& folder : rules.allowed) allow_below(folder);
  for (const auto& [type, folder] : rules.allowed_of_types) {
    if (task_type == type || task_type.starts_with(type + ".")) allow_below(folder);
  }
  for (const fs::path& folder : rules.forbidden) {
    const fs::path root = fs::weakly_canonical(folder, error);
    if (error || real == root || is_below(root, real)) {
      return base::fail(host_file_refused,
                        "The path " + std::string(uri) + " is forbidden by `kestra.ee.java-security.forbidden-paths`.");
    }
  }
  if (!allowed) return base::fail(host_file_refused, host_file_refusal(uri));
  const auto status = fs::symlink_status(real, error);
  if (status.type() == fs::file_type::not_found)
    return base::fail(file_not_found, "File not found: " + std::string(uri));
  if (error || status.type() != fs::file_type::regular)
    return base::fail(host_file_refused, "`" + std::string(uri) + "` is not a regular file");
  return real;
}

std::string host_file_refusal(std::string_view uri) {
  return "The path " + std::string(uri) +
         " is not authorized. Only files inside the working directory are allowed by default, other paths must be "
         "allowed either globally by "
         "`kestra.local-files.allowed-paths` in the configuration of the worker, or for one type of tasks by "
         "`allowed-paths` in `kestra.plugins.configurations`.";
}

}  // namespace gyr::storage
