#include "cli/context_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

#include "base/value.h"
#include "cli/errors.h"
#include "syntax/json.h"
#include "syntax/yaml.h"

namespace gyr::cli {
namespace {

using base::Value;
namespace fs = std::filesystem;

fs::path home_path() {
  const char* home = std::getenv("HOME");
  return home == nullptr ? fs::path() : fs::path(home);
}

std::string scalar_text(const Value* value) {
  if (value == nullptr || value->is_null() || value->is_container()) return {};
  return value->is_string() ? std::string(value->text()) : syntax::write_json(*value);
}

/// Headers are a map, or a list of `name=value` or `name: value`.
std::vector<std::pair<std::string, std::string>> headers_in(const Value* value) {
  std::vector<std::pair<std::string, std::string>> headers;
  if (value == nullptr) return headers;
  if (value->is_map()) {
    for (const base::MapEntry& entry : value->entries()) headers.emplace_back(entry.name(), scalar_text(&entry.value));
  } else if (value->is_list()) {
    for (const Value& item : value->items()) {
      const std::string text = scalar_text(&item);
      const size_t at = text.find_first_of("=:");
      if (at == std::string::npos || at == 0) continue;
      const size_t from = text.find_first_not_of(' ', at + 1);
      headers.emplace_back(text.substr(0, at), from == std::string::npos ? std::string() : text.substr(from));
    }
  }
  return headers;
}

/// Adds the contexts of a file that are not known yet.
base::Result<void> add_file(const fs::path& path, bool foreign, Contexts& contexts) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    if (errno == ENOENT || errno == ENOTDIR) return {};
    return base::fail(unreadable_file, fmt::format("cannot read `{}`: {}", path.string(), std::strerror(errno)));
  }
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  auto parsed = syntax::parse_yaml(text);
  if (!parsed)
    return base::fail(base::Error(wrong_usage, fmt::format("`{}`: {}", path.string(), parsed.error().message()))
                          .with_hint("correct the file, or remove it and use `gyr context set`"));
  const Value root = (*parsed)->to_value();
  if (contexts.current.empty()) contexts.current = scalar_text(root.find("default_context"));
  const Value* all = root.find("contexts");
  if (all == nullptr || !all->is_map()) return {};
  for (const base::MapEntry& entry : all->entries()) {
    if (contexts.find(entry.name()) != nullptr) continue;
    const Value& one = entry.value;
    Context context{.name = std::string(entry.name()),
                    .host = scalar_text(one.find("host")),
                    .tenant = scalar_text(one.find("tenant")),
                    .username = scalar_text(one.find("username")),
                    .password = scalar_text(one.find("password")),
                    .token = scalar_text(one.find("token")),
                    .headers = headers_in(one.find("headers")),
                    .foreign = foreign};
    if (scalar_text(one.find("auth_method")) == "basicAuth") context.token.clear();
    contexts.all.push_back(std::move(context));
  }
  return {};
}

/// The contexts as YAML. Every text is in double quotes, so that `12345` stays a text.
std::string yaml_of(const Contexts& contexts) {
  std::string out;
  auto put = [&out](std::string_view indent, std::string_view key, const std::string& text) {
    if (text.empty()) return;
    out += fmt::format("{}{}: ", indent, key);
    syntax::append_json_string(out, text);
    out += '\n';
  };
  put("", "default_context", contexts.current);
  out += "contexts:\n";
  for (const Context& context : contexts.all) {
    if (context.foreign) continue;
    out += "  ";
    syntax::append_json_string(out, context.name);
    out += ":\n";
    put("    ", "host", context.host);
    put("    ", "tenant", context.tenant);
    put("    ", "auth_method", !context.token.empty() ? "token" : context.username.empty() ? "" : "basicAuth");
    put("    ", "token", context.token);
    put("    ", "username", context.username);
    put("    ", "password", context.password);
    if (context.headers.empty()) continue;
    out += "    headers:\n";
    for (const auto& [name, value] : context.headers) {
      out += "      ";
      syntax::append_json_string(out, name);
      out += ": ";
      syntax::append_json_string(out, value);
      out += '\n';
    }
  }
  return out;
}

std::unexpected<base::Error> not_written(const fs::path& path, int error) {
  return base::fail(cannot_write, fmt::format("cannot write `{}`: {}", path.string(), std::strerror(error)));
}

/// Writes all bytes to a new file that only its owner can read.
int write_private(const fs::path& path, std::string_view text) {
  ::unlink(path.c_str());
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return errno;
  int error = 0;
  while (!text.empty() && error == 0) {
    const ssize_t count = ::write(fd, text.data(), text.size());
    if (count >= 0) {
      text.remove_prefix(static_cast<size_t>(count));
    } else if (errno != EINTR) {
      error = errno;
    }
  }
  if (::close(fd) != 0 && error == 0) error = errno;
  if (error != 0) ::unlink(path.c_str());
  return error;
}

}  // namespace

const Context* Contexts::find(std::string_view name) const {
  auto found = std::ranges::find(all, name, &Context::name);
  return found == all.end() ? nullptr : &*found;
}

fs::path context_path() {
  const char* config = std::getenv("XDG_CONFIG_HOME");
  if (config != nullptr && *config == '/') return fs::path(config) / "gyr" / "config.yaml";
  const fs::path home = home_path();
  return home.empty() ? fs::path() : home / ".config" / "gyr" / "config.yaml";
}

base::Result<Contexts> read_contexts() {
  Contexts contexts;
  if (const fs::path own = context_path(); !own.empty()) GYR_CHECK(add_file(own, false, contexts));
  if (const fs::path home = home_path(); !home.empty())
    GYR_CHECK(add_file(home / ".kestractl" / "config.yaml", true, contexts));
  return contexts;
}

base::Result<void> write_contexts(const Contexts& contexts) {
  const fs::path path = context_path();
  if (path.empty())
    return base::fail(
        base::Error(cannot_write, "no folder for the configuration: neither `XDG_CONFIG_HOME` nor `HOME` is set")
            .with_hint("set the environment variable HOME"));
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) return not_written(path, error.value());
  // The file is replaced as a whole, or not at all.
  const fs::path part = path.parent_path() / ".config.yaml.part";
  if (const int failed = write_private(part, yaml_of(contexts)); failed != 0) return not_written(path, failed);
  if (::rename(part.c_str(), path.c_str()) != 0) return not_written(path, errno);
  return {};
}

}  // namespace gyr::cli
