#include "storage/namespace_path.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace gyr::storage {
namespace {

constexpr size_t max_name = 255;
constexpr size_t max_path = 2'048;
constexpr size_t max_namespace = 150;
constexpr std::string_view flows_folder = "/_flows";

}  // namespace

base::Result<std::string> normal_file_path(std::string_view path) {
  std::string slashes(path);
  std::ranges::replace(slashes, '\\', '/');
  std::string normal;
  for (std::string_view part : base::split(slashes, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == "..") return base::fail(forbidden_path, "Path should not contain '..'");
    if (part.size() > max_name)
      return base::fail(forbidden_path, fmt::format("a name in the path is longer than {} bytes", max_name));
    for (char c : part) {
      if (static_cast<unsigned char>(c) < 0x20 || c == '\x7f')
        return base::fail(forbidden_path, "the path has a control character");
    }
    normal += '/';
    normal += part;
  }
  if (normal.size() > max_path)
    return base::fail(forbidden_path, fmt::format("the path is longer than {} bytes", max_path));
  return normal.empty() ? "/" : normal;
}

bool is_namespace(std::string_view text) {
  const auto alphanumeric = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  if (text.empty() || text.size() > max_namespace || !alphanumeric(text.front()) || text.back() == '.') return false;
  if (text.find("..") != std::string_view::npos) return false;
  return std::ranges::all_of(text, [&](char c) { return alphanumeric(c) || c == '.' || c == '_' || c == '-'; });
}

bool is_flows_path(std::string_view path) {
  return path.starts_with(flows_folder) && (path.size() == flows_folder.size() || path[flows_folder.size()] == '/');
}

base::Result<void> refuse_flows_path(std::string_view path) {
  if (!is_flows_path(path)) return {};
  return base::fail(forbidden_path, fmt::format("Forbidden path: {}", path));
}

}  // namespace gyr::storage
