#include "expression/operators.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "expression/numbers.h"
#include "text/characters.h"

namespace gyr::expression {
namespace {

using base::Value;

constexpr std::string_view range_message =
    "Arguments of range function must be of type Number or String with a length of 1";

Operand fail_operator(Evaluator& evaluator, Op op, uint32_t offset) {
  return evaluator.fail(failure_message(op), offset);
}

Operand arithmetic(Evaluator& evaluator, Op op, const Value& left, const Value& right, uint32_t offset) {
  Arithmetic operation = Arithmetic::add;
  if (op == Op::subtract) operation = Arithmetic::subtract;
  if (op == Op::multiply) operation = Arithmetic::multiply;
  if (op == Op::divide) operation = Arithmetic::divide;
  if (op == Op::remainder) operation = Arithmetic::remainder;
  auto a = number_or_text_of(left);
  auto b = number_or_text_of(right);
  if (!a || !b) return fail_operator(evaluator, op, offset);
  auto result = calculate(operation, *a, *b);
  if (!result) return fail_operator(evaluator, op, offset);
  return std::move(*result);
}

Operand append_to_list(Evaluator& evaluator, const Value& list, const Value& added, uint32_t offset) {
  base::ListBuilder result;
  auto more = added.is_list() ? added.items() : std::span(&added, 1);
  result.reserve(list.size() + more.size());
  for (const Value& item : list.items()) result.push(item);
  for (const Value& item : more) result.push(item);
  if (!evaluator.charge(result.size() / 16, offset)) return Operand::failed();
  return evaluator.make_list(result, offset);
}

Operand remove_from_list(Evaluator& evaluator, const Value& list, const Value& removed, uint32_t offset) {
  base::ListBuilder result;
  bool taken = false;  // a single element goes once, the elements of a list every time
  auto others = removed.is_list() ? removed.items() : std::span(&removed, 1);
  if (!evaluator.charge(list.size() * others.size() / 4, offset)) return Operand::failed();
  for (const Value& item : list.items()) {
    bool goes = false;
    if (removed.is_list() || !taken) {
      for (const Value& other : others) goes |= item == other;
    }
    taken |= goes;
    if (!goes) result.push(item);
  }
  return evaluator.make_list(result, offset);
}

Operand add(Evaluator& evaluator, Operand left, Operand right, uint32_t offset) {
  if (left.is_string() || right.is_string()) {
    std::string text;
    for (const Operand* side : {&left, &right}) {
      if (side->is_null()) text.append("null");
      if (!evaluator.append_java_text(text, *side, offset)) return Operand::failed();
    }
    return evaluator.make_string(text, offset);
  }
  if (left.is_list()) {
    if (!evaluator.to_value(right, offset)) return Operand::failed();
    return append_to_list(evaluator, left.value(), right.value(), offset);
  }
  if (!evaluator.to_value(left, offset) || !evaluator.to_value(right, offset)) return Operand::failed();
  if (left.is_list()) return append_to_list(evaluator, left.value(), right.value(), offset);
  return arithmetic(evaluator, Op::add, left.value(), right.value(), offset);
}

Operand compare(Evaluator& evaluator, Op op, const Value& left, const Value& right, uint32_t offset) {
  if (left.is_null() || right.is_null()) return Value::boolean(false);
  int order = 0;
  if (left.is_string() && right.is_string()) {
    order = text::compare_utf16(left.text(), right.text());
  } else {
    auto a = number_of(left);
    auto b = number_of(right);
    if (!a || !b) return fail_operator(evaluator, op, offset);
    auto numbers = compare_numbers(*a, *b);
    if (!numbers) return Value::boolean(false);
    order = *numbers;
  }
  switch (op) {
    case Op::greater: return Value::boolean(order > 0);
    case Op::less: return Value::boolean(order < 0);
    case Op::greater_equal: return Value::boolean(order >= 0);
    default: return Value::boolean(order <= 0);
  }
}

bool holds(const Value& list, const Value& wanted) {
  for (const Value& item : list.items()) {
    if (item == wanted) return true;
  }
  return false;
}

Operand contains(Evaluator& evaluator, const Value& left, const Value& right, uint32_t offset) {
  if (left.is_null()) return Value::boolean(false);
  if (left.is_list()) {
    size_t wanted = right.is_list() ? right.size() : 1;
    if (!evaluator.charge(left.size() * wanted / 4, offset)) return Operand::failed();
    if (!right.is_list()) return Value::boolean(holds(left, right));
    bool all = true;
    for (const Value& item : right.items()) all = all && holds(left, item);
    return Value::boolean(all);
  }
  if (left.is_map()) {
    if (right.is_container() || right.is_null()) return Value::boolean(false);
    return Value::boolean(left.find(java_text(right)) != nullptr);
  }
  if (left.is_string()) {
    if (right.is_null()) return Value::boolean(false);
    std::string wanted = java_text(right);
    if (!evaluator.charge((left.size() + wanted.size()) / 64, offset)) return Operand::failed();
    return Value::boolean(left.text().find(wanted) != std::string_view::npos);
  }
  return evaluator.fail(
      fmt::format("Contains operator can only be used on Collections, Maps and arrays. Actual type was: {}",
                  class_name(left)),
      offset);
}

Operand is_in(Evaluator& evaluator, const Value& left, const Value& right, uint32_t offset) {
  if (left.is_null() || right.is_null() || !right.is_container()) return Value::boolean(false);
  if (!evaluator.charge(right.weight() / 64, offset)) return Operand::failed();
  std::string wanted = java_text(left);
  auto same = [&](const Value& item) { return item.is_string() ? item.text() == wanted : java_text(item) == wanted; };
  if (right.is_list()) {
    for (const Value& item : right.items()) {
      if (!item.is_null() && same(item)) return Value::boolean(true);
    }
    return Value::boolean(false);
  }
  for (const auto& entry : right.entries()) {
    if (entry.name() == wanted || (!entry.value.is_null() && same(entry.value))) return Value::boolean(true);
  }
  return Value::boolean(false);
}

Operand equals(Evaluator& evaluator, const Value& left, const Value& right, bool negated, uint32_t offset) {
  if (left.is_container() && right.is_container()) {
    if (!evaluator.charge(std::min(left.weight(), right.weight()) / 64, offset)) return Operand::failed();
    return Value::boolean(equal_by_kind(left, right) != negated);
  }
  return Value::boolean((left == right) != negated);
}

Operand concat(Evaluator& evaluator, const Operand& left, const Operand& right, uint32_t offset) {
  std::string text;
  if (!evaluator.append_java_text(text, left, offset)) return Operand::failed();
  if (!evaluator.append_java_text(text, right, offset)) return Operand::failed();
  if (!evaluator.charge(text.size() / 256, offset)) return Operand::failed();
  return evaluator.make_string(text, offset);
}

}  // namespace

std::string_view failure_message(Op op) {
  switch (op) {
    case Op::add: return "Could not perform addition";
    case Op::subtract: return "Could not perform subtraction";
    case Op::multiply: return "Could not perform multiplication";
    case Op::divide: return "Could not perform division";
    case Op::remainder: return "Could not perform greater modulus";  // the reference's words, for `<` as well
    case Op::equals: return "Could not perform equals comparison";
    case Op::not_equals: return "Could not perform not equals comparison";
    case Op::greater: return "Could not perform greater than comparison";
    case Op::less: return "Could not perform greater modulus";
    case Op::greater_equal: return "Could not perform greater than or equals comparison";
    case Op::less_equal: return "Could not perform less than or equals comparison";
    default: return {};
  }
}

std::string not_a_condition(const Value& value) {
  return fmt::format("Unsupported value type {}. Expected Boolean, String, Number in \"if\" statement",
                     simple_class_name(value));
}

/// The reference compares elements of containers by type and value: [1] is not [1.0]. The width of integers does not
/// matter, because it only shows their origin (EXPR-19).
bool equal_by_kind(const Value& a, const Value& b) {
  if (a.is_numeric() && b.is_numeric() && a.kind() != b.kind()) return false;
  if (a.is_list() && b.is_list()) {
    auto left = a.items();
    auto right = b.items();
    return a.same_storage(b) || std::equal(left.begin(), left.end(), right.begin(), right.end(), equal_by_kind);
  }
  if (a.is_map() && b.is_map()) {
    if (a.same_storage(b)) return true;
    if (a.size() != b.size()) return false;
    for (const auto& entry : a.entries()) {
      const Value* other = b.find(entry.name());
      if (other == nullptr || !equal_by_kind(entry.value, *other)) return false;
    }
    return true;
  }
  return a == b;
}

Operand make_range(Evaluator& evaluator, const Value& start, const Value& end, int64_t increment, uint32_t offset) {
  auto single = [](const Value& value) { return value.is_string() && text::utf16_length(value.text()) == 1; };
  bool texts = single(start) && single(end);
  int64_t from = 0;
  int64_t to = 0;
  if (texts) {
    size_t size = 0;
    from = text::decode_utf8(start.text(), 0, size);
    to = text::decode_utf8(end.text(), 0, size);
  } else {
    auto first = integer_part(start);
    auto last = integer_part(end);
    if (!first || !last) return evaluator.fail(range_message, offset);
    from = *first;
    to = *last;
  }
  base::ListBuilder list;
  bool upwards = increment > 0;
  if (upwards ? from > to : from < to) return evaluator.make_list(list, offset);
  uint64_t distance = upwards ? static_cast<uint64_t>(to) - static_cast<uint64_t>(from)
                              : static_cast<uint64_t>(from) - static_cast<uint64_t>(to);
  uint64_t step = upwards ? static_cast<uint64_t>(increment) : 0 - static_cast<uint64_t>(increment);
  uint64_t count = distance / step + 1;
  if (count > evaluator.limits().range_items || count == 0) {
    return evaluator.fail(fmt::format("a range may have at most {} elements", evaluator.limits().range_items), offset,
                          limit_exceeded);
  }
  if (!evaluator.charge(count / 16, offset)) return Operand::failed();
  list.reserve(count);
  for (uint64_t i = 0; i < count; ++i) {
    auto value = static_cast<int64_t>(static_cast<uint64_t>(from) + i * static_cast<uint64_t>(increment));
    if (!texts) {
      list.push(Value::integer(value));
      continue;
    }
    if (value >= 0xD800 && value < 0xE000) continue;  // no characters
    std::string text;
    base::append_utf8(text, static_cast<uint32_t>(value));
    list.push(Value::string(text));
  }
  return evaluator.make_list(list, offset);
}

Operand apply_operator(Evaluator& evaluator, Op op, Operand left, Operand right, uint32_t offset) {
  if (op == Op::concat) return concat(evaluator, left, right, offset);
  if (op == Op::add) return add(evaluator, std::move(left), std::move(right), offset);
  if (!evaluator.to_value(left, offset) || !evaluator.to_value(right, offset)) return Operand::failed();
  const Value& a = left.value();
  const Value& b = right.value();
  switch (op) {
    case Op::subtract:
      if (a.is_list()) return remove_from_list(evaluator, a, b, offset);
      return arithmetic(evaluator, op, a, b, offset);
    case Op::multiply:
    case Op::divide:
    case Op::remainder: return arithmetic(evaluator, op, a, b, offset);
    case Op::equals:
    case Op::not_equals: return equals(evaluator, a, b, op == Op::not_equals, offset);
    case Op::greater:
    case Op::less:
    case Op::greater_equal:
    case Op::less_equal: return compare(evaluator, op, a, b, offset);
    case Op::contains: return contains(evaluator, a, b, offset);
    case Op::is_in: return is_in(evaluator, a, b, offset);
    case Op::not_in: {
      Operand found = is_in(evaluator, a, b, offset);
      return found.is_value() ? Operand(Value::boolean(!found.value().as_boolean())) : found;
    }
    default: return make_range(evaluator, a, b, 1, offset);
  }
}

Operand apply_sign(Evaluator& evaluator, bool negative, Operand operand, uint32_t offset) {
  if (!evaluator.to_value(operand, offset)) return Operand::failed();
  auto number = number_or_text_of(operand.value());
  if (!number) {
    std::string text = operand.is_null() ? "null" : java_text(operand.value());
    return evaluator.fail(fmt::format("Cannot convert to Number: {}", text::shown_text(text)), offset);
  }
  switch (number->kind) {
    case Number::Kind::int32:
    case Number::Kind::int64:
      return Value::integer(negative ? static_cast<int64_t>(0 - static_cast<uint64_t>(number->integer))
                                     : number->integer);
    case Number::Kind::float32:
      return Value::narrow_number(static_cast<float>(negative ? -number->real : number->real));
    case Number::Kind::float64: return Value::number(negative ? -number->real : number->real);
    case Number::Kind::decimal: return decimal_value(negative ? number->decimal.negated() : number->decimal);
  }
  return operand;
}

Operand apply_not(Evaluator& evaluator, Operand operand, uint32_t offset) {
  if (operand.is_null()) {
    return evaluator.fail("null value given to not() and strict variables is set to true", offset);
  }
  if (!evaluator.to_value(operand, offset)) return Operand::failed();
  auto truth = truth_of(operand.value());
  if (!truth) return evaluator.fail(not_a_condition(operand.value()), offset);
  return Value::boolean(!*truth);
}

}  // namespace gyr::expression
