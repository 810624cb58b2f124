#include "plugins/core/http/download_name.h"

#include "base/text.h"
#include "net/url.h"
#include "plugin_api/run_context.h"

namespace gyr::plugins::core {
namespace {

/// Longer extensions are none: they are parts of an identifier with a dot.
constexpr size_t max_extension = 16;

/// The value of a parameter of a header, unquoted.
std::optional<std::string> parameter(std::string_view header, std::string_view name) {
  for (size_t at = header.find(';'); at != std::string_view::npos;) {
    std::string_view rest = base::trim(header.substr(at + 1));
    size_t equals = rest.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    bool wanted = base::equals_ignoring_case(base::trim(rest.substr(0, equals)), name);
    std::string_view value = base::trim(rest.substr(equals + 1));
    std::string text;
    size_t used = 0;
    if (value.starts_with('"')) {
      for (used = 1; used < value.size() && value[used] != '"'; ++used) {
        if (value[used] == '\\' && used + 1 < value.size()) ++used;
        text += value[used];
      }
    } else {
      used = std::min(value.find(';'), value.size());
      text = base::trim(value.substr(0, used));
    }
    if (wanted) return text;
    header = value.substr(std::min(used, value.size()));
    at = header.find(';');
  }
  return std::nullopt;
}

/// The text after the last separator of either kind.
std::string last_part(std::string_view path) { return std::string(path.substr(path.find_last_of("/\\") + 1)); }

}  // namespace

std::optional<std::string> name_in_disposition(std::string_view header) {
  std::string name;
  if (auto extended = parameter(header, "filename*")) {
    // charset'language'text (RFC 8187); every charset in use there is UTF-8.
    size_t first = extended->find('\'');
    size_t second = first == std::string::npos ? first : extended->find('\'', first + 1);
    auto decoded =
        net::percent_decode(second == std::string::npos ? *extended : std::string_view(*extended).substr(second + 1));
    if (decoded) name = *std::move(decoded);
  }
  if (name.empty()) name = parameter(header, "filename").value_or(std::string());
  name = base::repair_utf8(last_part(name));
  std::erase(name, '\0');
  if (name.empty() || name == "." || name == "..") return std::nullopt;
  return name;
}

std::string extension_of_address(std::string_view uri) {
  uri = uri.substr(0, uri.find_first_of("?#"));
  size_t scheme = uri.find("://");
  size_t path = uri.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
  if (path == std::string_view::npos) return {};
  std::string name = last_part(uri.substr(path));
  size_t dot = name.rfind('.');
  if (dot == std::string::npos || dot == 0 || name.size() - dot > max_extension || dot + 1 == name.size()) return {};
  return name.substr(dot);
}

std::string encoded_name(std::string_view name) {
  std::string out;
  for (char character : name) {
    bool plain = std::isalnum(static_cast<unsigned char>(character)) != 0 ||
                 std::string_view("-._~").find(character) != std::string_view::npos;
    out += plain ? std::string(1, character) : fmt::format("%{:02X}", static_cast<unsigned char>(character));
  }
  return out;
}

base::Result<std::string> checked_name(std::string_view name) {
  bool leads_away = name.empty() || name.find("..") != std::string_view::npos ||
                    name.find_first_of("/\\") != std::string_view::npos || name.find('\0') != std::string_view::npos;
  if (leads_away)
    return base::fail(plugin::task_failed,
                      fmt::format("`{}` is not a valid file name", name.substr(0, name.find('\0'))));
  return encoded_name(name);
}

}  // namespace gyr::plugins::core
