// `.kestraignore`: the files of a folder to skip, in the syntax of .gitignore (CLI-20).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gyr::cli {

/// The rules of one file; they are relative to its folder. Immutable. Matching takes time in proportion to the pattern
/// and the path.
class IgnoreRules {
 public:
  IgnoreRules() = default;
  explicit IgnoreRules(std::string_view text);

  /// True if the file is skipped. `path` is relative to the folder, with `/` between its parts. All files in a skipped
  /// folder are skipped, whatever later rules say.
  bool ignores(std::string_view path) const;

 private:
  struct Rule {
    std::vector<std::string> parts;  ///< of the pattern; `**` is one of them
    bool negated = false;
    bool folders_only = false;
  };
  /// For each number of parts: whether the pattern matches that many parts of the path, from the first one.
  static std::vector<bool> matches(const std::vector<std::string>& pattern, const std::vector<std::string_view>& path);

  std::vector<Rule> rules_;
};

}  // namespace gyr::cli
