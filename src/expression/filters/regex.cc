// Filters that replace and cut by patterns (EXPR-145, EXPR-150, EXPR-156 to EXPR-158).
#include "text/regex.h"

#include <fmt/format.h>

#include "expression/evaluator.h"
#include "expression/filters/arguments.h"
#include "expression/numbers.h"
#include "expression/registry.h"
#include "text/characters.h"

namespace gyr::expression {
namespace {

using base::Value;

/// One replacement of the filter `replace`, compiled once for all texts of the input.
struct Pair {
  std::string from;
  std::string to;
  std::shared_ptr<const text::Regex> regex;  ///< null for literal texts
};

base::Result<std::string> replace_literal(std::string_view text, const Pair& pair, size_t limit) {
  std::string out;
  auto too_large = [&] { return out.size() > limit; };
  if (pair.from.empty()) {
    // Java puts the replacement around every character.
    for (size_t at = 0, size = 0; at < text.size() && !too_large(); at += size) {
      text::decode_utf8(text, at, size);
      out.append(pair.to).append(text.substr(at, size));
    }
    out.append(pair.to);
  } else {
    size_t done = 0;
    for (size_t at = text.find(pair.from); at != std::string_view::npos && !too_large();
         at = text.find(pair.from, done)) {
      out.append(text.substr(done, at - done)).append(pair.to);
      done = at + pair.from.size();
    }
    out.append(text.substr(done));
  }
  if (too_large()) {
    return base::fail(limit_exceeded, fmt::format("the result of a replacement is larger than {} bytes", limit));
  }
  return out;
}

base::Result<std::string> replace_text(std::string text, std::span<const Pair> pairs, size_t limit) {
  for (const Pair& pair : pairs) {
    auto replaced = pair.regex ? pair.regex->replace(text, pair.to, true, limit) : replace_literal(text, pair, limit);
    if (!replaced) return replaced;
    text = std::move(*replaced);
  }
  return text;
}

base::Result<Value> replace_in(const Value& value, std::span<const Pair> pairs, size_t limit) {
  if (value.is_null()) return value;
  uint64_t weight = 0;
  auto grow = [&](const Value& part) -> base::Result<void> {
    weight += part.weight();
    if (weight <= limit) return {};
    return base::fail(limit_exceeded, fmt::format("the result of a replacement is larger than {} bytes", limit));
  };
  if (value.is_list()) {
    base::ListBuilder list;
    for (const Value& item : value.items()) {
      GYR_TRY(Value replaced, replace_in(item, pairs, limit));
      GYR_CHECK(grow(replaced));
      list.push(std::move(replaced));
    }
    return list.build();
  }
  if (value.is_map()) {
    base::MapBuilder map;
    for (const auto& entry : value.entries()) {
      GYR_TRY(Value replaced, replace_in(entry.value, pairs, limit));
      GYR_CHECK(grow(replaced));
      map.set(entry.key, std::move(replaced));
    }
    return map.build();
  }
  GYR_TRY(std::string text, replace_text(java_text(value), pairs, limit));
  return Value::string(text);
}

Operand replace(Invocation& call) {
  const Value& pairs = call.argument(0);
  if (!pairs.is_map()) {
    return call.fail(fmt::format("The argument 'replace_pairs' must be a map. Actual type was: {}", class_name(pairs)));
  }
  bool is_regex = call.argument(1).is_boolean() && call.argument(1).as_boolean();
  if (!call.argument(1).is_boolean() && !call.argument(1).is_null()) {
    return call.fail("The argument 'regexp' must be a boolean.");
  }
  std::vector<Pair> compiled;
  for (const auto& entry : pairs.entries()) {
    if (entry.value.is_null()) return call.fail(fmt::format("the replacement of `{}` must not be null", entry.name()));
    Pair pair{std::string(entry.name()), java_text(entry.value), nullptr};
    if (is_regex) {
      auto regex = text::Regex::compile(entry.name());
      if (!regex) return fail_with(call, regex.error());
      pair.regex = *regex;
    }
    compiled.push_back(std::move(pair));
  }
  if (!call.charge(call.value().weight() / 64 * compiled.size())) return Operand::failed();
  auto replaced = replace_in(call.value(), compiled, call.limits().output_bytes);
  if (!replaced) return fail_with(call, replaced.error());
  return std::move(*replaced);
}

Operand split(Invocation& call) {
  if (!needs_text(call)) return Operand::failed();
  auto limit = call.given(1) ? integer_part(call.argument(1)) : std::optional<int64_t>(0);
  if (!limit) return call.fail("The 'split' filter expects a number as argument 'limit'.");
  auto regex = text::Regex::compile(call.text_of(call.argument(0)));
  if (!regex) return fail_with(call, regex.error());
  if (!call.charge(call.value().size() / 16)) return Operand::failed();
  auto parts = (*regex)->split(call.value().text(), *limit);
  if (!parts) return fail_with(call, parts.error());
  base::ListBuilder list;
  for (std::string_view part : *parts) list.push(Value::string(part));
  return call.list(list);
}

/// The pattern of regexMatch, regexReplace or regexExtract. The documentation doubles every backslash of these, the
/// table of examples none; both are meant: two backslashes are one here, so that one that is to be matched is written
/// as four (EXPR-156 to EXPR-158).
base::Result<std::shared_ptr<const text::Regex>> pattern_of(Invocation& call) {
  std::string text = call.text_of(call.argument(0));
  size_t kept = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '\\') ++i;
    text[kept++] = text[i];
  }
  text.resize(kept);
  return text::Regex::compile(text);
}

Operand regex_match(Invocation& call) {
  auto regex = pattern_of(call);
  if (!regex) return fail_with(call, regex.error());
  auto matches = (*regex)->matches_somewhere(call.text_of(call.value()));
  return matches ? Invocation::boolean(*matches) : fail_with(call, matches.error());
}

Operand regex_replace(Invocation& call) {
  auto regex = pattern_of(call);
  if (!regex) return fail_with(call, regex.error());
  auto replaced =
      (*regex)->replace(call.text_of(call.value()), call.text_of(call.argument(1)), true, call.limits().output_bytes);
  if (!replaced) return fail_with(call, replaced.error());
  return call.text(*replaced);
}

Operand regex_extract(Invocation& call) {
  auto regex = pattern_of(call);
  if (!regex) return fail_with(call, regex.error());
  auto group = call.given(1) ? integer_part(call.argument(1)) : std::optional<int64_t>(0);
  if (!group || *group < 0 || static_cast<size_t>(*group) >= (*regex)->group_count()) {
    return call.fail(fmt::format("No group {}", call.text_of(call.argument(1))));
  }
  std::string text = call.text_of(call.value());
  auto groups = (*regex)->first_match(text);
  if (!groups) return fail_with(call, groups.error());
  if (groups->empty() || (*groups)[static_cast<size_t>(*group)].data() == nullptr) return Value();
  return call.text((*groups)[static_cast<size_t>(*group)]);
}

constexpr Parameter replace_parameters[] = {
    {.name = "replace_pairs", .required = "The argument 'replace_pairs' is required."},
    {.name = "regexp", .default_value = "false"}};
constexpr Parameter split_parameters[] = {
    {.name = "delimiter", .required = "missing delimiter parameter in split filter"},
    {.name = "limit", .default_value = "0"}};
constexpr Parameter match_parameters[] = {{.name = "regex", .required = "The argument 'regex' is required."}};
constexpr Parameter regex_replace_parameters[] = {
    {.name = "regex", .required = "The argument 'regex' is required."},
    {.name = "replacement", .required = "The argument 'replacement' is required."}};
constexpr Parameter extract_parameters[] = {{.name = "regex", .required = "The argument 'regex' is required."},
                                            {.name = "group", .default_value = "0"}};

constexpr Entry regex_entries[] = {
    {.name = "regexExtract",
     .run = regex_extract,
     .parameters = extract_parameters,
     .traits = null_is_null | addition,
     .summary = "the first match of a pattern, or one of its groups",
     .example = R"({{ "order-12345-done" | regexExtract("\d+") }})",
     .result = "12345"},
    {.name = "regexMatch",
     .run = regex_match,
     .parameters = match_parameters,
     .traits = null_is_null | addition,
     .summary = "whether a pattern matches some part of the text",
     .example = R"({{ "hello world" | regexMatch("w[a-z]+") }})",
     .result = "true"},
    {.name = "regexReplace",
     .run = regex_replace,
     .parameters = regex_replace_parameters,
     .traits = null_is_null | addition,
     .summary = "replaces all matches of a pattern; $1 is its first group",
     .example = R"x({{ "2024-01" | regexReplace("(\d+)-(\d+)", "$2/$1") }})x",
     .result = "01/2024"},
    {.name = "replace",
     .run = replace,
     .parameters = replace_parameters,
     .traits = null_is_null,
     .summary = "replaces texts, or patterns with regexp=true, also in nested lists and maps",
     .example = R"({{ "john doe" | replace({"john": "jane"}) }})",
     .result = "jane doe"},
    {.name = "split",
     .run = split,
     .parameters = split_parameters,
     .traits = null_is_null,
     .summary = "splits a text at a pattern",
     .example = R"({{ "a,b,c" | split(",") }})",
     .result = R"(["a","b","c"])"},
};

}  // namespace

std::span<const Entry> regex_filters() { return regex_entries; }

}  // namespace gyr::expression
