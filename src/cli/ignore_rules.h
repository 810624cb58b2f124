// `.kestraignore`: which files of a folder are left out, in the syntax of .gitignore (CLI-20).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gyr::cli {

/// The rules of one file, which count from its folder. Immutable; matching takes time in proportion to pattern and
/// path.
class IgnoreRules {
 public:
  IgnoreRules() = default;
  explicit IgnoreRules(std::string_view text);

  /// Whether this file is left out; `path` is relative to the folder, with `/` between its parts. What lies in a folder
  /// that is left out is so, too, whatever later rules say.
  bool ignores(std::string_view path) const;

 private:
  struct Rule {
    std::vector<std::string> parts;  ///< of the pattern; `**` is one of them
    bool negated = false;
    bool folders_only = false;
  };
  /// By number of parts: whether the pattern matches so many of them, from the first on.
  static std::vector<bool> matches(const std::vector<std::string>& pattern, const std::vector<std::string_view>& path);

  std::vector<Rule> rules_;
};

}  // namespace gyr::cli
