// The versions of keys and namespace files that a purge deletes (CORE-56, CORE-65).
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/instant.h"
#include "base/value.h"

namespace gyr::executor {

/// One version of an entry.
struct Version {
  int32_t revision = 1;
  base::Instant updated;
};

/// The versions to keep: those since a date and always the newest, or a number of newest ones; only the newest if
/// nothing is set.
struct VersionRule {
  std::optional<base::Instant> before;
  std::optional<int64_t> keep;

  /// From `{before, keepAmount}` of a host call. Both together, or a negative number, are errors.
  static base::Result<VersionRule> of(const base::Value& arguments);
  /// The revisions to delete, of the versions of one entry in ascending order.
  std::vector<int32_t> removed(const std::vector<Version>& versions) const;
};

/// `*` for any text (also across `/` and `.`), `?` for one character (namespacePattern, keyPattern, filePattern).
bool wildcard_matches(std::string_view pattern, std::string_view text);

}  // namespace gyr::executor
