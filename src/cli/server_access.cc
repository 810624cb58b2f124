#include "cli/server_access.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/text.h"
#include "cli/context_file.h"
#include "cli/errors.h"

namespace gyr::cli {
namespace {

constexpr std::string_view default_server = "http://localhost:8080";
constexpr size_t max_password_bytes = 4096;

/// The first variable that is set and not empty.
std::optional<std::string> variable(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return std::string(value);
  }
  return std::nullopt;
}

/// A line from a descriptor, byte by byte: what follows belongs to somebody else.
std::optional<std::string> read_line(int fd) {
  std::string line;
  char byte = 0;
  while (line.size() < max_password_bytes) {
    const ssize_t count = ::read(fd, &byte, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    if (byte == '\n') return line;
    if (byte != '\r') line += byte;
  }
  if (line.empty() || line.size() >= max_password_bytes) return std::nullopt;
  return line;
}

/// Asks on the terminal of the process and does not show what is typed.
std::optional<std::string> ask_on_terminal(const std::string& prompt) {
  const int fd = ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return std::nullopt;
  std::optional<std::string> answer;
  termios before = {};
  if (::tcgetattr(fd, &before) == 0) {
    termios silent = before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(fd, TCSAFLUSH, &silent);
    FileOutput terminal(fd);
    terminal.write(prompt);
    answer = read_line(fd);
    terminal.write("\n");
    ::tcsetattr(fd, TCSAFLUSH, &before);
  }
  ::close(fd);
  return answer;
}

struct Login {
  std::string token;
  std::string user;  ///< EMAIL or EMAIL:PASSWORD
};

/// The login of options or of the environment; nothing if there is none.
std::optional<Login> given_login(const ServerWords& words) {
  if (words.api_token) return Login{.token = *words.api_token, .user = {}};
  if (words.user) return Login{.token = {}, .user = *words.user};
  if (auto token = variable({"GYR_TOKEN"})) return Login{.token = *token, .user = {}};
  if (auto user = variable({"GYR_USER"})) return Login{.token = {}, .user = *user};
  if (auto token = variable({"KESTRACTL_TOKEN"})) return Login{.token = *token, .user = {}};
  if (auto user = variable({"KESTRACTL_USERNAME"}))
    return Login{.token = {}, .user = *user + ':' + variable({"KESTRACTL_PASSWORD"}).value_or("")};
  return std::nullopt;
}

/// The context that `--context` names, or the current one; a null pointer without one.
base::Result<const Context*> chosen_context(const ServerWords& words, const Contexts& contexts) {
  const std::string name = words.context.value_or(contexts.current);
  if (name.empty()) return nullptr;
  const Context* found = contexts.find(name);
  if (found == nullptr)
    return base::fail(base::Error(wrong_usage, fmt::format("context `{}` does not exist", name))
                          .with_hint("`gyr context list` lists the contexts; `gyr context set NAME` adds one"));
  return found;
}

base::Result<void> add_headers(const ServerWords& words, ServerAccess& access) {
  for (const std::string& header : words.headers) {
    GYR_TRY(auto read, read_header(header));
    access.headers.push_back(std::move(read));
  }
  if (auto header = variable({"KESTRACTL_HEADER"}); header && words.headers.empty()) {
    GYR_TRY(auto read, read_header(*header));
    access.headers.push_back(std::move(read));
  }
  return {};
}

}  // namespace

void ServerWords::declare(Arguments& arguments) {
  arguments.section("Options for the server");
  arguments.option("--server,--host", "URL", server,
                   "address of the server (default: that of the context, or http://localhost:8080)");
  arguments.option("--user", "EMAIL[:PASSWORD]", user,
                   "log in with an email address and a password; if the password is missing, the command asks for it "
                   "on the terminal");
  arguments.flag("--password-stdin", password_stdin, "read the password from the first line of standard input");
  arguments.option("--api-token,--token", "TOKEN", api_token,
                   "log in with an API token of a Kestra server; overrides --user");
  arguments.option("--tenant", "TENANT", tenant, "tenant (default: main); other tenants exist on Kestra servers only");
  arguments.list("--headers,--header", "NAME=VALUE", headers, "additional headers of the requests");
  arguments.option("--context", "NAME", context,
                   "use the server and the login of this context; `gyr context list` "
                   "lists the contexts");
}

std::string server_url(std::string text) {
  while (text.ends_with('/')) text.pop_back();
  return text.find("://") == std::string::npos ? "http://" + text : text;
}

base::Result<std::pair<std::string, std::string>> read_header(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    return base::fail(wrong_usage,
                      fmt::format("`{}` is not a valid value for `--headers`: it must have the form NAME=VALUE", text));
  return std::pair(text.substr(0, equals), text.substr(equals + 1));
}

base::Result<std::string> read_password(const std::string& prompt, bool from_stdin, const Console& console) {
  std::optional<std::string> answer;
  if (from_stdin) {
    answer = read_line(console.input_fd);
    if (!answer) return base::fail(wrong_usage, "standard input contains no password");
    return *std::move(answer);
  }
  if (::isatty(console.input_fd) == 1) answer = ask_on_terminal(prompt);
  if (!answer)
    return base::fail(base::Error(wrong_usage, "the password is missing")
                          .with_hint("use `--password-stdin`, or the form EMAIL:PASSWORD for `--user`"));
  return *std::move(answer);
}

base::Result<ServerAccess> resolve_access(const ServerWords& words, const Console& console) {
  ServerAccess access;
  const auto server = words.server ? words.server : variable({"GYR_SERVER_URL", "KESTRACTL_HOST"});
  const auto tenant = words.tenant ? words.tenant : variable({"GYR_TENANT", "KESTRACTL_TENANT"});
  Contexts contexts;
  // Where server and login are given, a file that cannot be read does not matter.
  auto login = given_login(words);
  const bool complete = server && login && tenant && !words.context;
  if (!complete) {
    GYR_TRY(contexts, read_contexts());
  }
  GYR_TRY(const Context* context, chosen_context(words, contexts));
  access.url = server_url(server.value_or(std::string(default_server)));
  if (context != nullptr && !context->host.empty()) {
    const std::string host = server_url(context->host);
    if (!server) access.url = host;
    // The login of a context is never sent to another server.
    if (access.url == host) {
      access.tenant = context->tenant.empty() ? access.tenant : context->tenant;
      access.headers = context->headers;
      if (!login && !context->token.empty()) login = Login{.token = context->token, .user = {}};
      if (!login && !context->username.empty())
        login = Login{.token = {},
                      .user = context->password.empty() || words.password_stdin
                                  ? context->username
                                  : context->username + ':' + context->password};
    }
  }
  if (tenant) access.tenant = *tenant;
  GYR_CHECK(add_headers(words, access));
  if (!login) {
    if (words.password_stdin)
      return base::fail(base::Error(wrong_usage, "`--password-stdin` requires a user")
                            .with_hint("add `--user EMAIL`, or set GYR_USER"));
    return access;
  }
  access.token = login->token;
  const size_t colon = login->user.find(':');
  access.user = login->user.substr(0, colon);
  if (colon != std::string::npos) access.password = login->user.substr(colon + 1);
  if (access.token.empty() && colon == std::string::npos) {
    GYR_TRY(access.password, read_password(fmt::format("Password of {} at {}: ", access.user, access.url),
                                           words.password_stdin, console));
  }
  return access;
}

}  // namespace gyr::cli
