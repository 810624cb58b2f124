#include "cli/ignore_rules.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace gyr::cli {
namespace {

/// Matches a set of characters in brackets, without the opening bracket; `rest` is the text after it. nullopt if it is
/// not closed.
std::optional<bool> in_brackets(std::string_view set, char c, std::string_view& rest) {
  const bool negated = set.starts_with('!') || set.starts_with('^');
  size_t at = negated ? 1 : 0;
  bool found = false;
  for (bool first = true; at < set.size(); first = false) {
    if (set[at] == ']' && !first) {
      rest = set.substr(at + 1);
      return found != negated;
    }
    if (set[at] == '\\' && at + 1 < set.size()) ++at;
    const char low = set[at++];
    char high = low;
    if (at + 1 < set.size() && set[at] == '-' && set[at + 1] != ']') {
      high = set[at + 1];
      at += 2;
    }
    found = found || (low <= c && c <= high);
  }
  return std::nullopt;
}

/// Matches one character against the start of the pattern, which is not `*`, and removes that part of the pattern.
bool takes(std::string_view& pattern, char c) {
  if (pattern[0] == '[') {
    std::string_view rest;
    if (const auto found = in_brackets(pattern.substr(1), c, rest)) {
      pattern = rest;
      return *found;
    }
  }
  if (pattern[0] == '?') {
    pattern.remove_prefix(1);
    return true;
  }
  if (pattern[0] == '\\' && pattern.size() > 1) pattern.remove_prefix(1);
  const bool same = pattern[0] == c;
  pattern.remove_prefix(1);
  return same;
}

/// Matches patterns such as `*.txt` within one part of a path. Backtracks only to the last `*`.
bool part_matches(std::string_view pattern, std::string_view text) {
  std::optional<std::string_view> behind_star;
  std::string_view text_at_star;
  for (;;) {
    if (pattern.starts_with('*')) {
      pattern.remove_prefix(1);
      behind_star = pattern;
      text_at_star = text;
      continue;
    }
    if (pattern.empty() && text.empty()) return true;
    if (!pattern.empty() && !text.empty() && takes(pattern, text[0])) {
      text.remove_prefix(1);
      continue;
    }
    if (!behind_star || text_at_star.empty()) return false;
    text_at_star.remove_prefix(1);
    pattern = *behind_star;
    text = text_at_star;
  }
}

/// Removes trailing spaces that are not escaped.
std::string_view without_blanks(std::string_view line) {
  while (line.ends_with('\r') ||
         ((line.ends_with(' ') || line.ends_with('\t')) && !(line.size() > 1 && line[line.size() - 2] == '\\')))
    line.remove_suffix(1);
  return line;
}

}  // namespace

IgnoreRules::IgnoreRules(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (std::string_view line : base::split(text, '\n')) {
    line = without_blanks(line);
    if (line.empty() || line.starts_with('#')) continue;
    Rule rule;
    if (line.starts_with('!')) {
      rule.negated = true;
      line.remove_prefix(1);
    }
    if (line.ends_with('/')) {
      rule.folders_only = true;
      line.remove_suffix(1);
    }
    const bool from_the_folder = line.find('/') != std::string_view::npos;
    if (line.starts_with('/')) line.remove_prefix(1);
    if (line.empty()) continue;
    if (!from_the_folder) rule.parts.emplace_back("**");
    for (std::string_view part : base::split(line, '/')) {
      if (part == "**" && !rule.parts.empty() && rule.parts.back() == "**") continue;
      rule.parts.emplace_back(part);
    }
    rules_.push_back(std::move(rule));
  }
}

std::vector<bool> IgnoreRules::matches(const std::vector<std::string>& pattern,
                                       const std::vector<std::string_view>& path) {
  // reached[i]: the pattern so far matches the first i parts.
  std::vector<bool> reached(path.size() + 1, false);
  reached[0] = true;
  for (size_t p = 0; p < pattern.size(); ++p) {
    std::vector<bool> next(path.size() + 1, false);
    if (pattern[p] == "**") {
      // At the end it matches everything in the folder, but not the folder itself.
      const bool last = p + 1 == pattern.size();
      bool open = false;
      for (size_t i = 0; i <= path.size(); ++i) {
        if (last) {
          next[i] = open;
          open = open || reached[i];
        } else {
          open = open || reached[i];
          next[i] = open;
        }
      }
    } else {
      for (size_t i = 0; i < path.size(); ++i) next[i + 1] = reached[i] && part_matches(pattern[p], path[i]);
    }
    reached = std::move(next);
  }
  return reached;
}

bool IgnoreRules::ignores(std::string_view path) const {
  const auto parts = base::split(path, '/');
  // The result of the last rule that matches a parent folder or the file.
  std::vector<bool> ignored(parts.size() + 1, false);
  for (const Rule& rule : rules_) {
    const auto matched = matches(rule.parts, parts);
    const size_t deepest = rule.folders_only ? parts.size() - 1 : parts.size();
    for (size_t i = 1; i <= deepest; ++i) {
      if (matched[i]) ignored[i] = !rule.negated;
    }
  }
  return std::ranges::find(ignored, true) != ignored.end();
}

}  // namespace gyr::cli
