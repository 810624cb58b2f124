// Regular expressions, by the engine of the filters (EXPR-165).
#include <fmt/format.h>

#include <optional>

#include "base/text.h"
#include "jq/builtins.h"
#include "jq/interpreter_frame.h"
#include "text/characters.h"
#include "text/regex.h"

namespace gyr::jq {
namespace {

using base::Value;
using Arguments = std::span<const Value>;

struct Flags {
  bool global = false;
  bool skips_empty = false;
  std::string inline_flags;
};

bool read_flags(Interpreter& jq, const Value& value, Flags& out) {
  if (value.is_null()) return true;
  if (!value.is_string()) return jq.fail(fmt::format("{} is not a string of flags", type_name(value)));
  for (char flag : value.text()) {
    switch (flag) {
      case 'g': out.global = true; break;
      case 'i':
      case 'x': out.inline_flags.push_back(flag); break;
      case 's': break;  // ^ and $ are the ends of the text anyway
      case 'n': out.skips_empty = true; break;
      case 'p': out.inline_flags.push_back('s'); break;
      case 'l': break;
      default: return jq.fail(fmt::format("{} is not a valid modifier string", value.text()));
    }
  }
  return true;
}

/// A pattern, or `[pattern, flags]`, with flags.
std::shared_ptr<const text::Regex> compile(Interpreter& jq, const Value& pattern, const Value& flags_value,
                                           Flags& flags) {
  const Value* text = &pattern;
  const Value* more = &flags_value;
  if (pattern.is_list() && pattern.size() > 0) {
    text = &pattern.items()[0];
    if (pattern.size() > 1) more = &pattern.items()[1];
  }
  if (!text->is_string()) {
    jq.fail(fmt::format("{} cannot be matched, as it is not a string", type_name(*text)));
    return nullptr;
  }
  if (!read_flags(jq, *more, flags)) return nullptr;
  std::string full =
      flags.inline_flags.empty() ? std::string(text->text()) : fmt::format("(?{}){}", flags.inline_flags, text->text());
  auto regex = text::Regex::compile(full);
  if (!regex) {
    jq.fail(regex.error().message());
    return nullptr;
  }
  return *regex;
}

/// Offsets are counted in code points; matches come in order, so that each part of the text is counted once.
class Counter {
 public:
  explicit Counter(std::string_view text) : text_(text) {}
  int64_t at(size_t offset) {
    if (offset < offset_) {
      offset_ = 0;
      count_ = 0;
    }
    count_ += static_cast<int64_t>(base::code_points(text_.substr(offset_, offset - offset_)));
    offset_ = offset;
    return count_;
  }

 private:
  std::string_view text_;
  size_t offset_ = 0;
  int64_t count_ = 0;
};

Value match_part(std::string_view part, int64_t offset) {
  return Value::map({{"offset", Value::fitting_integer(part.data() == nullptr ? -1 : offset)},
                     {"length", Value::fitting_integer(static_cast<int64_t>(base::code_points(part)))},
                     {"string", part.data() == nullptr ? Value() : Value::string(part)}});
}

/// All matches in turn, up to the one at which `use` says no.
bool each_match(Interpreter& jq, const Value& input, const Value& pattern, const Value& flags_value, bool always_global,
                FunctionRef<bool(std::span<const std::string_view>, const text::Regex&)> use) {
  if (!input.is_string()) return jq.fail(fmt::format("{} cannot be matched, as it is not a string", type_name(input)));
  Flags flags;
  auto regex = compile(jq, pattern, flags_value, flags);
  if (!regex) return false;
  std::string_view text = input.text();
  std::vector<std::string_view> groups(regex->group_count());
  size_t searches = 0;
  for (size_t from = 0; from <= text.size();) {
    if (!jq.charge(1 + (text.size() - from) / bytes_per_step)) return false;
    auto found = regex->find(text, from, ++searches, groups);
    if (!found) return jq.fail(found.error().message());
    if (!*found) break;
    auto begin = static_cast<size_t>(groups[0].data() - text.data());
    size_t end = begin + groups[0].size();
    bool skipped = flags.skips_empty && groups[0].empty();
    if (!skipped && !use(groups, *regex)) return false;
    if (!flags.global && !always_global && !skipped) break;
    size_t size = 1;
    if (groups[0].empty() && end < text.size()) text::decode_utf8(text, end, size);
    from = groups[0].empty() ? end + size : end;
  }
  return true;
}

bool match_value(Interpreter& jq, std::span<const std::string_view> groups, const text::Regex& regex,
                 std::string_view text, Counter& counter, Value& out) {
  auto offset_of = [&](std::string_view part) {
    return part.data() == nullptr ? int64_t{-1} : counter.at(static_cast<size_t>(part.data() - text.data()));
  };
  base::MapBuilder map(match_part(groups[0], offset_of(groups[0])));
  base::ListBuilder captures;
  const auto& names = regex.group_names();
  for (size_t i = 1; i < groups.size(); ++i) {
    base::MapBuilder capture(match_part(groups[i], offset_of(groups[i])));
    capture.set("name", i < names.size() && !names[i].empty() ? Value::string(names[i]) : Value());
    captures.push(capture.build());
  }
  map.set("captures", captures.build());
  return jq.make_map(map, out);
}

/// `match(pattern; flags)`: arguments that give several values are several matches.
bool match(Interpreter& jq, const Node& call, const Scope* scope, const Value& input, const PathStep* path, Emit emit) {
  return jq.run(*call.parts[0], scope, input, nullptr, [&](const Value& pattern, const PathStep*) {
    return jq.run(*call.parts[1], scope, input, nullptr, [&](const Value& flags, const PathStep*) {
      Counter counter(input.is_string() ? input.text() : std::string_view());
      return each_match(
          jq, input, pattern, flags, false, [&](std::span<const std::string_view> groups, const text::Regex& regex) {
            Value found;
            return match_value(jq, groups, regex, input.text(), counter, found) && emit(found, Interpreter::lost(path));
          });
    });
  });
}

bool test(Interpreter& jq, const Value& input, Arguments arguments, Value& out) {
  bool found = false;
  bool ended = false;
  bool ok = each_match(jq, input, arguments[0], arguments[1], false,
                       [&](std::span<const std::string_view>, const text::Regex&) {
                         found = ended = true;
                         return false;
                       });
  if (!ok && !ended) return false;
  out = Value::boolean(found);
  return true;
}

bool split_by(Interpreter& jq, const Value& input, Arguments arguments, Value& out) {
  base::ListBuilder list;
  size_t done = 0;
  bool ok = each_match(jq, input, arguments[0], arguments[1], true,
                       [&](std::span<const std::string_view> groups, const text::Regex&) {
                         auto begin = static_cast<size_t>(groups[0].data() - input.text().data());
                         list.push(Value::string(input.text().substr(done, begin - done)));
                         done = begin + groups[0].size();
                         return true;
                       });
  if (!ok) return false;
  list.push(Value::string(input.text().substr(done)));
  return jq.make_list(list, out);
}

Value named_groups(std::span<const std::string_view> groups, const text::Regex& regex) {
  base::MapBuilder named;
  const auto& names = regex.group_names();
  for (size_t i = 1; i < groups.size() && i < names.size(); ++i) {
    if (!names[i].empty()) named.set(names[i], groups[i].data() == nullptr ? Value() : Value::string(groups[i]));
  }
  return named.build();
}

/// Each of the texts with the gap before a match and each replacement; without one, with the gap alone.
bool put_replacements(Interpreter& jq, const Node& replacement, const Scope* scope, const Value& groups,
                      std::string_view gap, std::vector<std::string>& texts) {
  base::ListBuilder found;
  if (!jq.collect(replacement, scope, groups, found)) return false;
  if (found.size() == 0) found.push(Value::string(""));
  for (const Value& value : found.items()) {
    if (!value.is_string()) return jq.fail(fmt::format("{} cannot be added to a string", type_name(value)));
  }
  uint64_t bytes = 0;
  if (found.size() == 1) {
    for (std::string& text : texts) {
      text.append(gap).append(found.items()[0].text());
      bytes += text.size();
    }
    return jq.check_size(bytes);
  }
  std::vector<std::string> all;
  for (const Value& value : found.items()) {
    for (const std::string& text : texts) {
      all.push_back(fmt::format("{}{}{}", text, gap, value.text()));
      bytes += all.back().size();
      if (!jq.charge(1) || !jq.check_size(bytes)) return false;
    }
  }
  texts = std::move(all);
  return true;
}

/// `sub(pattern; replacement; flags)`: the replacement sees the named groups as an object. Where it gives several texts
/// there is a result for each choice of one at each match, that of the first match changing first.
bool substitute(Interpreter& jq, const Node& call, const Scope* scope, const Value& input, const PathStep* path,
                Emit emit) {
  return jq.run(*call.parts[0], scope, input, nullptr, [&](const Value& pattern, const PathStep*) {
    return jq.run(*call.parts[2], scope, input, nullptr, [&](const Value& flags, const PathStep*) {
      std::vector<std::string> texts(1);
      size_t done = 0;
      auto replace = [&](std::span<const std::string_view> groups, const text::Regex& regex) {
        const auto begin = static_cast<size_t>(groups[0].data() - input.text().data());
        const std::string_view gap = input.text().substr(done, begin - done);
        done = begin + groups[0].size();
        return put_replacements(jq, *call.parts[1], scope, named_groups(groups, regex), gap, texts);
      };
      if (!each_match(jq, input, pattern, flags, false, replace)) return false;
      for (std::string& text : texts) {
        text.append(input.text().substr(done));
        Value out;
        if (!jq.make_string(text, out) || !emit(out, Interpreter::lost(path))) return false;
      }
      return true;
    });
  });
}

constexpr Builtin regex_table[] = {
    {"match", 2, nullptr, match},
    {"test", 2, test},
    {"split", 2, split_by},
    {"sub", 3, nullptr, substitute},
};

}  // namespace

std::span<const Builtin> regex_builtins() { return regex_table; }

}  // namespace gyr::jq
