#include "expression/attributes.h"

#include <fmt/format.h>

#include <charconv>

namespace gyr::expression {
namespace {

using base::Value;

/// The number of an element as Java's parseInt reads it.
std::optional<int64_t> element_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  int32_t number = 0;
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

const Value* element(const Value& list, std::string_view text) {
  auto number = element_number(text);
  return number && *number >= 0 ? list.at(static_cast<size_t>(*number)) : nullptr;
}

/// Bean properties of Java's objects: `text.empty` is isEmpty().
std::string_view method_for_attribute(std::string_view name) {
  if (name == "empty") return "isEmpty";
  if (name == "blank") return "isBlank";
  if (name == "class") return "getClass";
  return name;
}

}  // namespace

Operand attribute_of(Evaluator& evaluator, const Operand& object, const Value& name, uint64_t origin) {
  const Value& value = object.value();
  if (value.is_null() || value.is_map()) return Operand::undefined(name, origin);
  if (value.is_list()) {
    if (const Value* found = element(value, name.text())) return *found;
  }
  std::string_view method = method_for_attribute(name.text());
  Operand called =
      call_method(evaluator, object, Value::string(method), {}, origin, evaluator.program().exprs[origin >> 32].offset);
  return called.is_undefined() ? Operand::undefined(name, origin) : called;
}

Operand subscript_of(Evaluator& evaluator, Operand object, const Value& index, uint64_t origin, uint32_t offset) {
  Value name = index.is_string() ? index : Value::string(java_text(index));
  if (object.is_list()) {
    if (const Value* found = element(object.value(), name.text())) return *found;
    return index.is_string() ? attribute_of(evaluator, object, name, origin)
                             : Operand::undefined(std::move(name), origin);
  }
  if (!object.is_map() && !object.is_lazy()) {
    if (object.is_value() && !index.is_string()) return Operand::undefined(std::move(name), origin);
    if (object.is_value()) return attribute_of(evaluator, object, name, origin);
    if (name.text() == "key" && object.is_entry()) return object.map_entry().key;
    if (name.text() == "value" && object.is_entry()) return object.map_entry().value;
    return Operand::undefined(std::move(name), origin);
  }
  Operand found;
  bool has_entries = true;
  if (object.is_map()) {
    const Value* entry = object.value().find(name.text());
    found = entry == nullptr ? Operand::undefined(name, origin) : Operand(*entry);
    has_entries = object.value().size() != 0;
  } else {
    Lookup lookup = object.map().get(name.text());
    switch (lookup.kind) {
      case Lookup::Kind::value: found = std::move(lookup.value); break;
      case Lookup::Kind::lazy: found = Operand::lazy(*lookup.lazy); break;
      case Lookup::Kind::elsewhere: return evaluator.need({});
      case Lookup::Kind::absent: found = Operand::undefined(name, origin); break;
    }
  }
  // EXPR-82: the keys are texts, so a number can be none of them; no `??` catches that.
  if (found.is_undefined() && index.is_numeric() && has_entries) {
    return evaluator.fail(fmt::format("type class java.lang.String not supported for key {}", name.text()), offset);
  }
  return found;
}

}  // namespace gyr::expression
