// Contexts: named servers with their logins, in `~/.config/gyr/config.yaml` and `~/.kestractl/config.yaml` (CLI-60).
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace gyr::cli {

/// A server and how to log in to it. Empty texts are not set.
struct Context {
  std::string name;
  std::string host;  ///< a URL, or `host:port`
  std::string tenant;
  std::string username;
  std::string password;
  std::string token;  ///< used instead of the password
  std::vector<std::pair<std::string, std::string>> headers;
  bool foreign = false;  ///< from kestractl's file, which is read and never written
};

/// All contexts that the user has.
struct Contexts {
  std::string current;  ///< name of the context that is used by default; empty if there is none
  std::vector<Context> all;

  const Context* find(std::string_view name) const;
};

/// `$XDG_CONFIG_HOME/gyr/config.yaml`, or `~/.config/gyr/config.yaml`. Empty without a home folder.
std::filesystem::path context_path();
/// Both files; a context of our own file hides one of kestractl with the same name. Files that do not exist are empty.
base::Result<Contexts> read_contexts();
/// Writes our own file as a whole, readable only by its owner (0600).
base::Result<void> write_contexts(const Contexts& contexts);

}  // namespace gyr::cli
