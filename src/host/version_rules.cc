#include "host/version_rules.h"

#include "host/calls/arguments.h"
#include "host/host_service.h"

namespace gyr::executor {

base::Result<VersionRule> VersionRule::of(const base::Value& arguments) {
  VersionRule rule;
  rule.before = instant_argument(arguments, "before");
  if (const base::Value* keep = arguments.find("keepAmount"); keep != nullptr && keep->is_integer())
    rule.keep = keep->as_integer();
  if (rule.before && rule.keep)
    return base::fail(host_refused, "Cannot set both `before` and `keepAmount`: set one of them");
  if (rule.keep && *rule.keep < 0) return base::fail(host_refused, "`keepAmount` cannot be negative");
  return rule;
}

std::vector<int32_t> VersionRule::removed(const std::vector<Version>& versions) const {
  std::vector<int32_t> gone;
  const size_t kept = before ? 1 : static_cast<size_t>(keep.value_or(1));
  for (size_t i = 0; i + kept < versions.size(); ++i) {
    if (!before || versions[i].updated < *before) gone.push_back(versions[i].revision);
  }
  return gone;
}

bool wildcard_matches(std::string_view pattern, std::string_view text) {
  // The position of the last `*` and of the text that it matches: the only place to backtrack to.
  size_t star = std::string_view::npos;
  size_t taken = 0;
  size_t p = 0;
  size_t t = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      taken = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++taken;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace gyr::executor
