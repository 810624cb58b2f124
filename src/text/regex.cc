#include "text/regex.h"

#include <fmt/format.h>

#include <algorithm>
#include <list>

#include "base/text.h"
#include "text/characters.h"
#include "text/errors.h"
#include "text/regex_engine.h"

namespace gyr::text {
namespace {

// A thread keeps this many compiled patterns: loops use the same few again and again.
constexpr size_t cached_patterns = 64;
// Longer patterns are not kept.
constexpr size_t cached_pattern_bytes = 4096;

struct Cache {
  using Item = std::pair<std::string, std::shared_ptr<const Regex>>;
  std::list<Item> items;  // most recently used first

  std::shared_ptr<const Regex> find(std::string_view pattern) {
    for (auto item = items.begin(); item != items.end(); ++item) {
      if (item->first != pattern) continue;
      items.splice(items.begin(), items, item);
      return item->second;
    }
    return nullptr;
  }
  void keep(std::string_view pattern, std::shared_ptr<const Regex> regex) {
    if (pattern.size() > cached_pattern_bytes) return;
    items.emplace_front(std::string(pattern), std::move(regex));
    if (items.size() > cached_patterns) items.pop_back();
  }
};

/// One piece of a Java replacement: literal text, or a group.
struct ReplacementPart {
  std::string text;
  int group = -1;
};

base::Result<std::vector<ReplacementPart>> parse_replacement(std::string_view replacement,
                                                             const std::vector<std::string>& names) {
  std::vector<ReplacementPart> parts(1);
  int groups = static_cast<int>(names.size()) - 1;
  auto add_group = [&](int group) {
    parts.push_back({{}, group});
    parts.emplace_back();
  };
  for (size_t i = 0; i < replacement.size(); ++i) {
    char c = replacement[i];
    if (c == '\\') {
      if (++i >= replacement.size()) return base::fail(evaluation_failed, "a replacement must not end in a backslash");
      parts.back().text.push_back(replacement[i]);
    } else if (c != '$') {
      parts.back().text.push_back(c);
    } else if (i + 1 < replacement.size() && replacement[i + 1] == '{') {
      size_t close = replacement.find('}', i);
      if (close == std::string_view::npos) return base::fail(evaluation_failed, "`${` without `}` in a replacement");
      std::string name(replacement.substr(i + 2, close - i - 2));
      auto found = std::find(names.begin(), names.end(), name);
      if (name.empty() || found == names.end())
        return base::fail(evaluation_failed, fmt::format("No group with name {{{}}}", name));
      add_group(static_cast<int>(found - names.begin()));
      i = close;
    } else {
      auto digit = [&](size_t at) {
        return at < replacement.size() && replacement[at] >= '0' && replacement[at] <= '9';
      };
      if (!digit(i + 1))
        return base::fail(evaluation_failed,
                          "`$` in a replacement must be followed by a group; write `\\$` for a dollar sign");
      int group = replacement[++i] - '0';
      if (group > groups) return base::fail(evaluation_failed, fmt::format("No group {}", group));
      // More digits belong to it as long as there is such a group.
      while (digit(i + 1) && group * 10 + (replacement[i + 1] - '0') <= groups)
        group = group * 10 + (replacement[++i] - '0');
      add_group(group);
    }
  }
  return parts;
}

}  // namespace

Regex::Regex(Key /*key*/, std::string_view pattern, std::unique_ptr<RegexEngine> engine)
    : pattern_(pattern), engine_(std::move(engine)), group_names_(engine_->group_names()) {}
Regex::~Regex() = default;

base::Result<std::shared_ptr<const Regex>> Regex::compile(std::string_view java_pattern) {
  thread_local Cache cache;
  if (auto known = cache.find(java_pattern)) return known;
  if (base::find_invalid_utf8(java_pattern)) {
    return base::fail(evaluation_failed, fmt::format("`{}` is not a valid regular expression: it is not valid UTF-8",
                                                     shown_text(java_pattern)));
  }
  auto translated = translate_java_regex(java_pattern);
  auto engine = translated ? linear_regex(*translated) : base::fail(translated.error());
  if (!engine) {
    // Only what linear time cannot do reaches the other engine; a pattern that is none is refused by both.
    std::string reason = engine.error().message();
    engine = backtracking_regex(java_pattern);
    if (!engine) {
      return base::fail(evaluation_failed,
                        fmt::format("`{}` is not a valid regular expression: {}", shown_text(java_pattern), reason));
    }
  }
  auto regex = std::make_shared<const Regex>(Key{}, java_pattern, *std::move(engine));
  cache.keep(java_pattern, regex);
  return regex;
}

base::Result<bool> Regex::answer(RegexEngine::Found found) const {
  if (found != RegexEngine::Found::gave_up) return found == RegexEngine::Found::yes;
  return base::fail(
      base::Error(limit_exceeded, fmt::format("the regular expression `{}` takes too many steps", shown_text(pattern_)))
          .with_hint(
              "remove lookaround, back references and possessive quantifiers: such patterns run in linear time"));
}

base::Result<bool> Regex::matches_whole(std::string_view text) const { return answer(engine_->match_whole(text)); }

base::Result<bool> Regex::matches_somewhere(std::string_view text) const {
  std::vector<std::string_view> groups;
  return find(text, 0, 1, groups);
}

base::Result<bool> Regex::find(std::string_view text, size_t from, size_t nth,
                               std::vector<std::string_view>& groups) const {
  return answer(engine_->find(text, from, nth, groups));
}

base::Result<std::vector<std::string_view>> Regex::first_match(std::string_view text) const {
  std::vector<std::string_view> groups(group_count());
  GYR_TRY(bool found, find(text, 0, 1, groups));
  if (!found) groups.clear();
  return groups;
}

base::Result<std::string> Regex::replace(std::string_view text, std::string_view replacement, bool all,
                                         size_t limit) const {
  GYR_TRY(auto parts, parse_replacement(replacement, group_names_));
  std::vector<std::string_view> groups(group_count());
  std::string out;
  size_t done = 0;
  size_t searches = 0;
  for (size_t from = 0; from <= text.size();) {
    GYR_TRY(bool found, find(text, from, ++searches, groups));
    if (!found) break;
    auto begin = static_cast<size_t>(groups[0].data() - text.data());
    size_t end = begin + groups[0].size();
    out.append(text.substr(done, begin - done));
    for (const ReplacementPart& part : parts) {
      if (part.group < 0) {
        out.append(part.text);
      } else {
        out.append(groups[static_cast<size_t>(part.group)]);
      }
    }
    if (out.size() > limit) {
      return base::fail(limit_exceeded, fmt::format("the result of a replacement is larger than {} bytes", limit));
    }
    done = end;
    from = end;
    if (groups[0].empty()) {
      // After an empty match the search continues one character later.
      size_t size = 1;
      if (end < text.size()) decode_utf8(text, end, size);
      out.append(text.substr(end, size));
      from = done = end + size;
    }
    if (!all) break;
  }
  if (done < text.size()) out.append(text.substr(done));
  return out;
}

base::Result<std::vector<std::string_view>> Regex::split(std::string_view text, int64_t limit) const {
  std::vector<std::string_view> parts;
  std::vector<std::string_view> groups(1);
  size_t index = 0;
  bool split_off = false;
  size_t searches = 0;
  for (size_t from = 0; from <= text.size();) {
    GYR_TRY(bool found, find(text, from, ++searches, groups));
    if (!found) break;
    auto begin = static_cast<size_t>(groups[0].data() - text.data());
    size_t end = begin + groups[0].size();
    size_t size = 1;
    if (end < text.size()) decode_utf8(text, end, size);
    from = groups[0].empty() ? end + size : end;
    // An empty match at the very beginning splits nothing off, nor does one at the end of the text.
    if (groups[0].empty() && begin == 0) continue;
    if (groups[0].empty() && begin == text.size()) break;
    if (limit > 0 && static_cast<int64_t>(parts.size()) >= limit - 1) break;
    parts.push_back(text.substr(index, begin - index));
    index = end;
    split_off = true;
  }
  if (!split_off) return std::vector{text};
  parts.push_back(text.substr(index));
  if (limit == 0) {
    while (!parts.empty() && parts.back().empty()) parts.pop_back();
  }
  return parts;
}

}  // namespace gyr::text
