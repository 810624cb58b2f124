// Which types an installation allows: `kestra.plugins.security`.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "model/regex.h"

namespace gyr::plugin {

/// Names of types, or regular expressions over whole names (GOV-18). Made once at start; any thread.
class TypePolicy {
 public:
  /// Allows everything.
  TypePolicy() = default;
  /// Without `includes`, everything is allowed except `excludes`. `excludes` wins over `includes`. The error names the
  /// invalid pattern.
  static base::Result<TypePolicy> make(const std::vector<std::string>& includes,
                                       const std::vector<std::string>& excludes);

  bool allows(std::string_view type) const;

 private:
  struct Entry {
    std::string name;
    std::shared_ptr<const model::Regex> pattern;
  };
  static base::Result<std::vector<Entry>> entries_of(const std::vector<std::string>& texts, std::string_view key);
  /// `unsure`: a pattern takes too many steps.
  static bool any_matches(const std::vector<Entry>& entries, std::string_view type, bool unsure);

  std::vector<Entry> includes_;
  std::vector<Entry> excludes_;
};

}  // namespace gyr::plugin
