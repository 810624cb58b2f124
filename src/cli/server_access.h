// Which server a command calls, and as whom: options, environment variables and contexts (CLI-3, CLI-60).
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "cli/arguments.h"
#include "cli/console.h"

namespace gyr::cli {

/// The options of every command that calls a server, as they were given.
struct ServerWords {
  std::optional<std::string> server;
  std::optional<std::string> user;
  std::optional<std::string> api_token;
  std::optional<std::string> tenant;
  std::optional<std::string> context;
  std::vector<std::string> headers;
  bool password_stdin = false;

  void declare(Arguments& arguments);
};

/// A server and a login.
struct ServerAccess {
  std::string url;  ///< without a slash at the end
  std::string tenant = "main";
  std::string token;  ///< used instead of user and password
  std::string user;
  std::string password;
  std::vector<std::pair<std::string, std::string>> headers;
};

/// Options win over GYR_SERVER_URL, GYR_TENANT, GYR_TOKEN and GYR_USER, those over KESTRACTL_…, those over the context.
/// The login of a context is used only for the server of the context. A user without a password is asked for it on a
/// terminal, or it is read from standard input with `--password-stdin`.
base::Result<ServerAccess> resolve_access(const ServerWords& words, const Console& console);

/// `host:port` means http.
std::string server_url(std::string text);
/// `NAME=VALUE` of `--headers`.
base::Result<std::pair<std::string, std::string>> read_header(const std::string& text);
/// The password of a user: the first line of standard input, or what is typed on the terminal without being shown.
base::Result<std::string> read_password(const std::string& prompt, bool from_stdin, const Console& console);

}  // namespace gyr::cli
