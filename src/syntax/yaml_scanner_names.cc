// Names and what belongs to them: anchors, aliases, tags, directives.
#include <algorithm>

#include "syntax/yaml_characters.h"
#include "syntax/yaml_scanner.h"

namespace gyr::syntax {
namespace {

std::string_view take_word(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
  std::string_view word = rest.substr(0, rest.find_first_of(" \t"));
  rest.remove_prefix(word.size());
  return word;
}

}  // namespace

/// The name of an alias or an anchor.
bool YamlScanner::fetch_name(YamlTokenType type) {
  if (!save_candidate()) return false;
  key_allowed_ = false;
  bool alias = type == YamlTokenType::alias;
  YamlMark begin = position_;
  skip(1);
  size_t length = 0;
  while (!is_space_or_end(at(length)) && !is_flow_indicator(at(length)) &&
         !(at(length) == ':' && is_space_or_end(at(length + 1)))) {
    ++length;
  }
  if (length == 0) {
    fail(alias ? "while scanning an alias" : "while scanning an anchor",
         fmt::format("expected a name, but found {}", found_at(position_)), position_,
         fmt::format("put a text that starts with `{}` in quotes", alias ? '*' : '&'));
    return false;
  }
  std::string_view name = text_.substr(position_.offset, length);
  skip(length);
  add(type, begin, position_);
  tokens_.back().source = name;
  return true;
}

/// `!`, `!suffix`, `!!suffix`, `!handle!suffix`, `!<uri>`.
bool YamlScanner::fetch_tag() {
  if (!save_candidate()) return false;
  key_allowed_ = false;
  YamlMark begin = position_;
  std::string_view handle;
  std::string_view suffix;
  size_t length = 1;
  if (at(1) == '<') {
    while (!is_space_or_end(at(length)) && at(length) != '>') ++length;
    if (at(length) != '>') {
      skip(length);
      fail("while scanning a tag", fmt::format("expected '>', but found {}", found_at(position_)), position_,
           "put a text that starts with `!` in quotes");
      return false;
    }
    suffix = text_.substr(position_.offset + 2, length - 2);
    ++length;
  } else {
    while (!is_space_or_end(at(length)) && !is_flow_indicator(at(length))) ++length;
    std::string_view tag = text_.substr(position_.offset, length);
    size_t second = tag.find('!', 1);
    size_t handle_size = second == std::string_view::npos ? 1 : second + 1;
    handle = tag.substr(0, handle_size);
    suffix = tag.substr(handle_size);
  }
  skip(length);
  add(YamlTokenType::tag, begin, position_);
  tokens_.back().handle = handle;
  tokens_.back().source = suffix;
  return true;
}

/// `%YAML 1.x` is checked, `%TAG !e! prefix` kept, others are skipped as YAML wants it.
bool YamlScanner::fetch_directive() {
  unwind(-1);
  if (!drop_candidate()) return false;
  key_allowed_ = false;
  YamlMark begin = position_;
  std::string_view line = text_.substr(begin.offset);
  line = line.substr(0, line.find_first_of("\r\n"));
  std::string_view rest = line.substr(1);
  std::string_view name = rest.empty() || is_blank(rest[0]) ? std::string_view() : take_word(rest);
  if (name.empty() || name.find(':') != std::string_view::npos) {
    fail("while scanning a directive", fmt::format("expected a name, but found {}", found_at(begin)), begin,
         "put a text that starts with `%` in quotes");
    return false;
  }
  if (name == "YAML" && !take_word(rest).starts_with("1.")) {
    fail({}, "found incompatible YAML document (version 1.* is required)", begin);
    return false;
  }
  std::string_view handle = name == "TAG" ? take_word(rest) : std::string_view();
  std::string_view prefix = name == "TAG" ? take_word(rest) : std::string_view();
  bool sound = handle.starts_with('!') && handle.ends_with('!') && !prefix.empty();
  if (name == "TAG" && !sound) {
    fail("while scanning a directive", "expected a handle such as `!e!` and a prefix", begin);
    return false;
  }
  skip(line.size());
  add(YamlTokenType::directive, begin, position_);
  tokens_.back().handle = handle;
  tokens_.back().source = prefix;
  return true;
}

}  // namespace gyr::syntax
