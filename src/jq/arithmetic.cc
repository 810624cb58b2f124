// Operators on values.
#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "base/text.h"
#include "jq/interpreter.h"
#include "jq/interpreter_frame.h"

namespace gyr::jq {

using base::Value;

namespace {

bool integers(Operator op, int64_t a, int64_t b, Value& out) {
  int64_t result = 0;
  bool overflow = false;
  switch (op) {
    case Operator::add: overflow = __builtin_add_overflow(a, b, &result); break;
    case Operator::subtract: overflow = __builtin_sub_overflow(a, b, &result); break;
    case Operator::multiply: overflow = __builtin_mul_overflow(a, b, &result); break;
    default:
      overflow = b == 0 || b == -1 || a % b != 0;
      if (!overflow) result = a / b;
  }
  if (!overflow) out = Value::fitting_integer(result);
  return !overflow;
}

/// Whole part within 64 bits.
int64_t truncated(double value) {
  if (std::isnan(value)) return 0;
  constexpr double limit = 9.2e18;
  return static_cast<int64_t>(std::clamp(value, -limit, limit));
}

std::string shown(const Value& value) {
  std::string text;
  append_json(text, value);
  if (text.size() > 60) text = text.substr(0, 57) + "...";
  return fmt::format("{} ({})", type_name(value), base::find_invalid_utf8(text) ? base::repair_utf8(text) : text);
}

}  // namespace

bool Interpreter::calculate_order(Operator op, const Value& a, const Value& b, Value& out) {
  if (a.is_container() && !charge(std::min(a.weight(), b.weight()) / bytes_per_step)) return false;
  int order = compare(a, b);
  bool truth = op == Operator::equal        ? order == 0
               : op == Operator::not_equal  ? order != 0
               : op == Operator::less       ? order < 0
               : op == Operator::less_equal ? order <= 0
               : op == Operator::greater    ? order > 0
                                            : order >= 0;
  out = Value::boolean(truth);
  return true;
}

bool Interpreter::calculate_numbers(Operator op, const Value& a, const Value& b, Value& out) {
  double y = to_double(b);
  if (op == Operator::modulo) {
    int64_t divisor = truncated(y);
    if (divisor == 0)
      return fail(fmt::format("{} and {} cannot be divided because the divisor is zero", shown(a), shown(b)));
    out = Value::fitting_integer(divisor == -1 ? 0 : truncated(to_double(a)) % divisor);
    return true;
  }
  if (op == Operator::divide && y == 0) {
    return fail(fmt::format("{} and {} cannot be divided because the divisor is zero", shown(a), shown(b)));
  }
  if (a.is_integer() && b.is_integer() && integers(op, a.as_integer(), b.as_integer(), out)) return true;
  double x = to_double(a);
  double result =
      op == Operator::add ? x + y : (op == Operator::subtract ? x - y : (op == Operator::multiply ? x * y : x / y));
  out = whole_or_real(result);
  return true;
}

bool Interpreter::add(const Value& a, const Value& b, Value& out) {
  if (a.is_null()) {
    out = b;
    return true;
  }
  if (b.is_null()) {
    out = a;
    return true;
  }
  if (a.is_string() && b.is_string()) {
    if (!check_size(a.size() + b.size())) return false;
    return make_string(std::string(a.text()).append(b.text()), out);
  }
  if (a.is_list() && b.is_list()) {
    base::ListBuilder list;
    list.reserve(a.size() + b.size());
    for (const Value& item : a.items()) list.push(item);
    for (const Value& item : b.items()) list.push(item);
    return make_list(list, out);
  }
  if (a.is_map() && b.is_map()) {
    base::MapBuilder map(a);
    for (const auto& entry : b.entries()) map.set(entry.key, entry.value);
    return make_map(map, out);
  }
  return fail(fmt::format("{} and {} cannot be added", shown(a), shown(b)));
}

bool Interpreter::subtract(const Value& a, const Value& b, Value& out) {
  if (!a.is_list() || !b.is_list()) return fail(fmt::format("{} and {} cannot be subtracted", shown(a), shown(b)));
  if (!charge(a.size() * b.size() / items_per_step)) return false;
  base::ListBuilder list;
  for (const Value& item : a.items()) {
    bool gone = false;
    for (const Value& other : b.items()) gone = gone || compare(item, other) == 0;
    if (!gone) list.push(item);
  }
  return make_list(list, out);
}

bool Interpreter::multiply(const Value& a, const Value& b, Value& out) {
  if (a.is_map() && b.is_map()) {
    out = base::deep_merge(a, b);
    return check_size(out.weight()) && charge(out.weight() / bytes_per_step);
  }
  const Value& text = a.is_string() ? a : b;
  const Value& count = a.is_string() ? b : a;
  if (!text.is_string() || !count.is_numeric())
    return fail(fmt::format("{} and {} cannot be multiplied", shown(a), shown(b)));
  double times = to_double(count);
  out = Value();
  if (std::isnan(times) || times < 1) return true;
  if (!check_size(static_cast<uint64_t>(std::min(times * static_cast<double>(text.size()), 1e18)))) return false;
  std::string repeated;
  for (auto i = static_cast<uint64_t>(times); i > 0 && text.size() > 0; --i) repeated.append(text.text());
  return make_string(repeated, out);
}

bool Interpreter::calculate(Operator op, const Value& a, const Value& b, Value& out) {
  switch (op) {
    case Operator::equal:
    case Operator::not_equal:
    case Operator::less:
    case Operator::less_equal:
    case Operator::greater:
    case Operator::greater_equal: return calculate_order(op, a, b, out);
    case Operator::alternative: out = is_true(a) ? a : b; return true;
    default: break;
  }
  if (a.is_numeric() && b.is_numeric()) return calculate_numbers(op, a, b, out);
  switch (op) {
    case Operator::add: return add(a, b, out);
    case Operator::subtract: return subtract(a, b, out);
    case Operator::multiply: return multiply(a, b, out);
    case Operator::divide:
      if (!a.is_string() || !b.is_string()) return fail(fmt::format("{} and {} cannot be divided", shown(a), shown(b)));
      return split_text(a.text(), b.text(), out);
    default: return fail(fmt::format("{} and {} cannot be divided", shown(a), shown(b)));
  }
}

bool Interpreter::split_text(std::string_view text, std::string_view separator, Value& out) {
  base::ListBuilder list;
  if (!charge(text.size() / items_per_step)) return false;
  if (separator.empty()) {
    for (size_t at = 0; at < text.size();) {
      size_t end = at + 1;
      while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
      list.push(Value::string(text.substr(at, end - at)));
      at = end;
    }
    return make_list(list, out);
  }
  for (size_t at = 0; !text.empty();) {
    size_t found = text.find(separator, at);
    list.push(Value::string(text.substr(at, found - at)));
    if (found == std::string_view::npos) break;
    at = found + separator.size();
  }
  return make_list(list, out);
}

}  // namespace gyr::jq
