#include "security/secrets.h"

#include <algorithm>

#include "base/log.h"
#include "base/text.h"

namespace gyr::security {
namespace {

constexpr std::string_view prefix = "SECRET_";

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return out;
}

}  // namespace

Secrets Secrets::from_environment(const char* const* environment) {
  Secrets secrets;
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    std::string_view line = *environment;
    size_t equals = line.find('=');
    if (equals == std::string_view::npos || !line.starts_with(prefix) || equals == prefix.size()) continue;
    auto decoded = base::base64_decode(base::trim(line.substr(equals + 1)), true);
    if (!decoded) {
      base::log::warn("the value of {} is not valid Base64; this secret is ignored", line.substr(0, equals));
      continue;
    }
    secrets.values_.insert_or_assign(upper(line.substr(prefix.size(), equals - prefix.size())), *std::move(decoded));
  }
  return secrets;
}

std::optional<std::string_view> Secrets::find(std::string_view key) const {
  auto found = values_.find(upper(key));
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

std::vector<std::string> Secrets::names() const {
  std::vector<std::string> names;
  for (const auto& [name, value] : values_) names.push_back(name);
  return names;
}

}  // namespace gyr::security
