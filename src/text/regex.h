// Regular expressions as people write them for Java, matched in bounded time (EXPR-165, EXPR-166, FLOW-24).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "text/regex_engine.h"

namespace gyr::text {

/// A compiled pattern. RE2 matches it in linear time. Patterns that require backtracking (lookaround, back references,
/// possessive quantifiers, operations on classes) use Oniguruma, which stops after a bounded number of steps with
/// limit_exceeded. Immutable, safe on any thread.
class Regex {
  /// Only compile() makes them.
  struct Key {};

 public:
  Regex(Key key, std::string_view pattern, std::unique_ptr<RegexEngine> engine);
  /// From a small cache of this thread.
  static base::Result<std::shared_ptr<const Regex>> compile(std::string_view java_pattern);
  ~Regex();

  const std::string& pattern() const { return pattern_; }
  base::Result<bool> matches_whole(std::string_view text) const;
  base::Result<bool> matches_somewhere(std::string_view text) const;

  /// Java's replaceAll and replaceFirst; `limit` bounds the size of the result.
  base::Result<std::string> replace(std::string_view text, std::string_view replacement, bool all, size_t limit) const;
  /// Java's split.
  base::Result<std::vector<std::string_view>> split(std::string_view text, int64_t limit) const;

  /// Group 0 is the whole match.
  size_t group_count() const { return group_names_.size(); }
  /// Names by group, empty for unnamed groups; group 0 has no name.
  const std::vector<std::string>& group_names() const { return group_names_; }
  /// The next match from an offset on, with the text before it visible to the pattern. `groups` has group_count()
  /// elements; groups that did not match have null data. `nth` counts the searches of one operation, from 1.
  base::Result<bool> find(std::string_view text, size_t from, size_t nth, std::vector<std::string_view>& groups) const;
  /// The groups of the first match; empty if there is none. A group that did not match has null data.
  base::Result<std::vector<std::string_view>> first_match(std::string_view text) const;

 private:
  base::Result<bool> answer(RegexEngine::Found found) const;

  std::string pattern_;
  std::unique_ptr<RegexEngine> engine_;
  std::vector<std::string> group_names_;
};

/// The pattern in RE2's syntax, or the reason why RE2 does not support it.
base::Result<std::string> translate_java_regex(std::string_view pattern);

}  // namespace gyr::text
