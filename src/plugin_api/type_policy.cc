#include "plugin_api/type_policy.h"

#include <algorithm>

namespace gyr::plugin {

base::Result<std::vector<TypePolicy::Entry>> TypePolicy::entries_of(const std::vector<std::string>& texts,
                                                                    std::string_view key) {
  std::vector<Entry> entries;
  for (const std::string& text : texts) {
    auto pattern = model::Regex::compile(text);
    if (!pattern)
      return base::fail(pattern.error().with_prefix(fmt::format("`kestra.plugins.security.{}`: `{}`: ", key, text)));
    entries.push_back({text, *std::move(pattern)});
  }
  return entries;
}

base::Result<TypePolicy> TypePolicy::make(const std::vector<std::string>& includes,
                                          const std::vector<std::string>& excludes) {
  TypePolicy policy;
  GYR_TRY(policy.includes_, entries_of(includes, "includes"));
  GYR_TRY(policy.excludes_, entries_of(excludes, "excludes"));
  return policy;
}

bool TypePolicy::any_matches(const std::vector<Entry>& entries, std::string_view type, bool unsure) {
  return std::ranges::any_of(
      entries, [&](const Entry& entry) { return entry.name == type || entry.pattern->matches(type).value_or(unsure); });
}

bool TypePolicy::allows(std::string_view type) const {
  if (any_matches(excludes_, type, true)) return false;
  return includes_.empty() || any_matches(includes_, type, false);
}

}  // namespace gyr::plugin
