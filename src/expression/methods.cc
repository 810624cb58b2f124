// The methods of Java's objects that flows call (EXPR-85).
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "expression/attributes.h"
#include "expression/numbers.h"
#include "text/characters.h"
#include "text/regex.h"

namespace gyr::expression {
namespace {

using base::Value;

/// One call, as the methods below see it.
struct Target {
  Evaluator& evaluator;
  const Operand& object;
  std::span<const Value> arguments;
  uint32_t offset;

  const Value& self() const { return object.value(); }
  std::string_view text() const { return object.value().text(); }
  std::string argument_text(size_t i) const { return java_text(arguments[i]); }
  std::optional<int64_t> number(size_t i) const { return integer_part(arguments[i]); }
  Operand fail(std::string_view message) const { return evaluator.fail(message, offset); }
  Operand fail(const base::Error& error) const {
    return error.code() == limit_exceeded ? evaluator.fail(error.message(), offset, limit_exceeded)
                                          : evaluator.fail_with_cause(error.message(), offset, error);
  }
  Operand string(std::string_view text) const { return evaluator.make_string(text, offset); }
};

using Run = Operand (*)(const Target&);

struct Method {
  std::string_view name;
  size_t least;  ///< arguments
  size_t most;
  Run run;
};

Operand boolean(bool value) { return Value::boolean(value); }
Operand small(size_t value) { return Value::fitting_integer(static_cast<int64_t>(value)); }

/// UTF-16 position of a byte offset, -1 for none.
Operand position(std::string_view text, size_t found) {
  if (found == std::string_view::npos) return Value::narrow_integer(-1);
  return small(text::utf16_length(text.substr(0, found)));
}

Operand wrong_number(const Target& t) { return t.fail("the arguments of this method must be numbers"); }

// ---- texts

Operand substring(const Target& t) {
  auto length = static_cast<int64_t>(text::utf16_length(t.text()));
  auto from = t.number(0);
  auto to = t.arguments.size() > 1 ? t.number(1) : std::optional(length);
  if (!from || !to) return wrong_number(t);
  if (*from < 0 || *to > length || *from > *to) {
    return t.fail(fmt::format("begin {}, end {}, length {}", *from, *to, length));
  }
  return t.string(text::utf16_slice(t.text(), static_cast<size_t>(*from), static_cast<size_t>(*to)));
}

Operand char_at(const Target& t) {
  auto at = t.number(0);
  if (!at) return wrong_number(t);
  if (*at < 0 || *at >= static_cast<int64_t>(text::utf16_length(t.text()))) {
    return t.fail(fmt::format("index {} is outside of the text", *at));
  }
  return t.string(text::utf16_slice(t.text(), static_cast<size_t>(*at), static_cast<size_t>(*at) + 1));
}

Operand replace_all_of(const Target& t) {
  std::string from = t.argument_text(0);
  std::string to = t.argument_text(1);
  std::string out;
  size_t done = 0;
  std::string_view text = t.text();
  if (from.empty()) {
    for (size_t at = 0, size = 0; at < text.size(); at += size) {
      text::decode_utf8(text, at, size);
      out.append(to).append(text.substr(at, size));
      if (!t.evaluator.check_size(out.size(), t.offset)) return Operand::failed();
    }
    return t.string(out.append(to));
  }
  for (size_t at = text.find(from); at != std::string_view::npos; at = text.find(from, done)) {
    out.append(text.substr(done, at - done)).append(to);
    done = at + from.size();
    if (!t.evaluator.check_size(out.size(), t.offset)) return Operand::failed();
  }
  return t.string(out.append(text.substr(done)));
}

Operand replace_pattern(const Target& t, bool all) {
  auto regex = text::Regex::compile(t.argument_text(0));
  if (!regex) return t.fail(regex.error());
  auto replaced = (*regex)->replace(t.text(), t.argument_text(1), all, t.evaluator.limits().output_bytes);
  if (!replaced) return t.fail(replaced.error());
  return t.string(*replaced);
}

Operand split(const Target& t) {
  auto regex = text::Regex::compile(t.argument_text(0));
  if (!regex) return t.fail(regex.error());
  auto limit = t.arguments.size() > 1 ? t.number(1) : std::optional<int64_t>(0);
  if (!limit) return wrong_number(t);
  auto parts = (*regex)->split(t.text(), *limit);
  if (!parts) return t.fail(parts.error());
  base::ListBuilder list;
  for (std::string_view part : *parts) list.push(Value::string(part));
  return t.evaluator.make_list(list, t.offset);
}

Operand matches(const Target& t) {
  auto regex = text::Regex::compile(t.argument_text(0));
  if (!regex) return t.fail(regex.error());
  auto matched = (*regex)->matches_whole(t.text());
  return matched ? boolean(*matched) : t.fail(matched.error());
}

Operand repeat(const Target& t) {
  auto count = t.number(0);
  if (!count) return wrong_number(t);
  if (*count < 0) return t.fail(fmt::format("count is negative: {}", *count));
  auto times = static_cast<uint64_t>(*count);
  uint64_t size = 0;
  if (__builtin_mul_overflow(times, t.text().size(), &size)) size = UINT64_MAX;
  if (!t.evaluator.check_size(size, t.offset)) return Operand::failed();
  if (t.text().empty()) return t.string("");
  std::string out;
  out.reserve(size);
  for (uint64_t i = 0; i < times; ++i) out.append(t.text());
  return t.string(out);
}

constexpr Method text_methods[] = {
    {"length", 0, 0, [](const Target& t) { return small(text::utf16_length(t.text())); }},
    {"isEmpty", 0, 0, [](const Target& t) { return boolean(t.text().empty()); }},
    {"isBlank", 0, 0, [](const Target& t) { return boolean(text::is_blank(t.text())); }},
    {"toUpperCase", 0, 0, [](const Target& t) { return t.string(text::to_upper(t.text())); }},
    {"toLowerCase", 0, 0, [](const Target& t) { return t.string(text::to_lower(t.text())); }},
    {"trim", 0, 0, [](const Target& t) { return t.string(base::trim(t.text())); }},
    {"strip", 0, 0, [](const Target& t) { return t.string(text::strip(t.text())); }},
    {"substring", 1, 2, substring},
    {"indexOf", 1, 1, [](const Target& t) { return position(t.text(), t.text().find(t.argument_text(0))); }},
    {"lastIndexOf", 1, 1, [](const Target& t) { return position(t.text(), t.text().rfind(t.argument_text(0))); }},
    {"contains", 1, 1,
     [](const Target& t) { return boolean(t.text().find(t.argument_text(0)) != std::string_view::npos); }},
    {"startsWith", 1, 1, [](const Target& t) { return boolean(t.text().starts_with(t.argument_text(0))); }},
    {"endsWith", 1, 1, [](const Target& t) { return boolean(t.text().ends_with(t.argument_text(0))); }},
    {"replace", 2, 2, replace_all_of},
    {"replaceAll", 2, 2, [](const Target& t) { return replace_pattern(t, true); }},
    {"replaceFirst", 2, 2, [](const Target& t) { return replace_pattern(t, false); }},
    {"split", 1, 2, split},
    {"matches", 1, 1, matches},
    {"concat", 1, 1, [](const Target& t) { return t.string(std::string(t.text()) + t.argument_text(0)); }},
    {"charAt", 1, 1, char_at},
    {"equals", 1, 1, [](const Target& t) { return boolean(t.self() == t.arguments[0]); }},
    {"equalsIgnoreCase", 1, 1,
     [](const Target& t) {
       return boolean(text::to_lower(text::to_upper(t.text())) == text::to_lower(text::to_upper(t.argument_text(0))));
     }},
    {"repeat", 1, 1, repeat},
    {"toString", 0, 0, [](const Target& t) { return Operand(t.self()); }},
};

// ---- lists

Operand list_get(const Target& t) {
  auto at = t.number(0);
  if (!at) return wrong_number(t);
  const Value* found = *at < 0 ? nullptr : t.self().at(static_cast<size_t>(*at));
  if (found == nullptr) return t.fail(fmt::format("Index {} out of bounds for length {}", *at, t.self().size()));
  return *found;
}

Operand index_of(const Target& t) {
  auto items = t.self().items();
  auto found = std::find(items.begin(), items.end(), t.arguments[0]);
  return found == items.end() ? Operand(Value::narrow_integer(-1)) : small(static_cast<size_t>(found - items.begin()));
}

Operand sub_list(const Target& t) {
  auto from = t.number(0);
  auto to = t.number(1);
  if (!from || !to) return wrong_number(t);
  if (*from < 0 || *to > static_cast<int64_t>(t.self().size()) || *from > *to) {
    return t.fail(fmt::format("fromIndex {}, toIndex {}, size {}", *from, *to, t.self().size()));
  }
  return Value::list(t.self().items().subspan(static_cast<size_t>(*from), static_cast<size_t>(*to - *from)));
}

constexpr Method list_methods[] = {
    {"size", 0, 0, [](const Target& t) { return small(t.self().size()); }},
    {"length", 0, 0,
     [](const Target& t) { return small(t.self().size()); }},  // ours: `users.length == 1` is documented
    {"isEmpty", 0, 0, [](const Target& t) { return boolean(t.self().size() == 0); }},
    {"get", 1, 1, list_get},
    {"contains", 1, 1,
     [](const Target& t) {
       auto items = t.self().items();
       return boolean(std::find(items.begin(), items.end(), t.arguments[0]) != items.end());
     }},
    {"indexOf", 1, 1, index_of},
    {"subList", 2, 2, sub_list},
    {"toString", 0, 0, [](const Target& t) { return t.string(java_text(t.self())); }},
};

// ---- maps

Operand map_get(const Target& t) {
  const Value* found = t.arguments[0].is_null() ? nullptr : t.self().find(t.argument_text(0));
  if (found != nullptr) return *found;
  return t.arguments.size() > 1 ? t.arguments[1] : Value();
}

Operand contains_value(const Target& t) {
  for (const auto& entry : t.self().entries()) {
    if (entry.value == t.arguments[0]) return boolean(true);
  }
  return boolean(false);
}

Operand key_set(const Target& t) {
  base::ListBuilder list;
  for (const auto& entry : t.self().entries()) list.push(entry.key);
  return t.evaluator.make_list(list, t.offset);
}

Operand map_values(const Target& t) {
  base::ListBuilder list;
  for (const auto& entry : t.self().entries()) list.push(entry.value);
  return t.evaluator.make_list(list, t.offset);
}

constexpr Method map_methods[] = {
    {"size", 0, 0, [](const Target& t) { return small(t.self().size()); }},
    {"isEmpty", 0, 0, [](const Target& t) { return boolean(t.self().size() == 0); }},
    {"get", 1, 1, map_get},
    {"getOrDefault", 2, 2, map_get},
    {"containsKey", 1, 1,
     [](const Target& t) {
       return boolean(!t.arguments[0].is_null() && t.self().find(t.argument_text(0)) != nullptr);
     }},
    {"containsValue", 1, 1, contains_value},
    {"keySet", 0, 0, key_set},
    {"values", 0, 0, map_values},
    {"entrySet", 0, 0, [](const Target& t) { return Operand::entries(t.self()); }},
    {"toString", 0, 0, [](const Target& t) { return t.string(java_text(t.self())); }},
};

// ---- numbers and everything else

Operand int_value(const Target& t) {
  return Value::narrow_integer(static_cast<int32_t>(static_cast<uint32_t>(*integer_part(t.self()))));
}

constexpr Method number_methods[] = {
    {"intValue", 0, 0, int_value},
    {"longValue", 0, 0, [](const Target& t) { return Operand(Value::integer(*integer_part(t.self()))); }},
    {"doubleValue", 0, 0, [](const Target& t) { return Operand(Value::number(number_of(t.self())->to_double())); }},
    {"toString", 0, 0, [](const Target& t) { return t.string(java_text(t.self())); }},
};

constexpr Method other_methods[] = {
    {"toString", 0, 0, [](const Target& t) { return t.string(java_text(t.self())); }},
};

Operand entry_key(const Target& t) { return t.object.map_entry().key; }
Operand entry_value(const Target& t) { return t.object.map_entry().value; }
constexpr Method entry_methods[] = {{"getKey", 0, 0, entry_key}, {"getValue", 0, 0, entry_value}};

std::span<const Method> methods_of(const Operand& object) {
  if (object.is_entry()) return entry_methods;
  const Value& value = object.value();
  if (value.is_string()) return text_methods;
  if (value.is_list()) return list_methods;
  if (value.is_map()) return map_methods;
  if (value.is_numeric() && number_of(value)) return number_methods;
  return other_methods;
}

// What would change the object (EXPR-6) or reach into Java.
constexpr std::string_view refused_methods[] = {"add",    "addAll",     "put",      "putAll", "putIfAbsent",
                                                "remove", "removeAll",  "removeIf", "clear",  "set",
                                                "sort",   "replaceAll", "retainAll"};

}  // namespace

Operand call_method(Evaluator& evaluator, const Operand& object, const Value& name, std::span<const Value> arguments,
                    uint64_t origin, uint32_t offset) {
  std::string_view method = name.text();
  if (method == "getClass") return evaluator.fail("For security reasons access to getClass is denied.", offset);
  if (object.is_null()) return Operand::undefined(name, origin);
  if (object.state() == Operand::State::entries) {
    Operand list = evaluator.materialize(object, offset);
    return list.is_failed() ? list : call_method(evaluator, list, name, arguments, origin, offset);
  }
  for (const Method& known : methods_of(object)) {
    if (known.name != method || arguments.size() < known.least || arguments.size() > known.most) continue;
    if (object.is_value() && !evaluator.charge(object.value().weight() / 256, offset)) return Operand::failed();
    Target target{evaluator, object, arguments, offset};
    return known.run(target);
  }
  bool is_container = object.is_value() && object.value().is_container();
  if (is_container && std::ranges::find(refused_methods, method) != std::end(refused_methods)) {
    return evaluator.fail(fmt::format("cannot call `{}`: expressions cannot change values of the context", method),
                          offset);
  }
  return Operand::undefined(name, origin);
}

}  // namespace gyr::expression
