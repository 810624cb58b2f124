// Filters over numbers (EXPR-180 to EXPR-183).
#include "expression/numbers.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "expression/evaluator.h"
#include "expression/filters/arguments.h"
#include "expression/java_format.h"
#include "expression/registry.h"
#include "syntax/java_number.h"
#include "text/characters.h"

namespace gyr::expression {
namespace {

using base::Value;

Operand absolute(Invocation& call) {
  const Value& value = call.value();
  if (value.is_null()) return call.fail("Can not pass null value to \"abs\" filter.");
  if (!value.is_numeric()) return call.fail("The 'abs' filter does require as input a number.");
  if (value.is_integer()) {
    int64_t integer = value.as_integer();
    if (integer >= 0) return value;
    auto positive = static_cast<int64_t>(0 - static_cast<uint64_t>(integer));
    return value.is_narrow() ? Value::narrow_integer(static_cast<int32_t>(static_cast<uint32_t>(positive)))
                             : Value::integer(positive);
  }
  if (value.is_number()) {
    double positive = std::abs(value.as_number());
    return value.is_narrow() ? Value::narrow_number(static_cast<float>(positive)) : Value::number(positive);
  }
  std::string_view text = value.text();
  return Value::decimal(text.starts_with('-') ? text.substr(1) : text);
}

enum class Kind : uint8_t { inferred, int32, int64, float32, float64, big_decimal, big_integer };

Kind kind_named(std::string_view name) {
  struct Named {
    std::string_view name;
    Kind kind;
  };
  constexpr Named kinds[] = {{"INT", Kind::int32},
                             {"LONG", Kind::int64},
                             {"FLOAT", Kind::float32},
                             {"DOUBLE", Kind::float64},
                             {"BIGDECIMAL", Kind::big_decimal},
                             {"BIGINTEGER", Kind::big_integer}};
  for (const auto& [known, kind] : kinds) {
    if (base::equals_ignoring_case(known, name)) return kind;
  }
  return Kind::inferred;
}

/// Text of a number, taken apart: sign, hexadecimal or octal digits, kind by suffix.
class NumberText {
 public:
  explicit NumberText(std::string_view text) : text_(text) {}

  std::optional<Value> as(Kind kind) const {
    if (kind == Kind::inferred) return inferred();
    std::string_view digits = without_plus(text_);
    auto decimal = text::Decimal::parse(digits);
    if (!decimal) return std::nullopt;
    bool whole = digits.find_first_of(".eE") == std::string_view::npos;
    switch (kind) {
      case Kind::int32: {
        auto integer = whole ? decimal->to_integer() : std::nullopt;
        if (!integer || *integer < INT32_MIN || *integer > INT32_MAX) return std::nullopt;
        return Value::narrow_integer(static_cast<int32_t>(*integer));
      }
      case Kind::int64: {
        auto integer = whole ? decimal->to_integer() : std::nullopt;
        if (!integer) return std::nullopt;
        return Value::integer(*integer);
      }
      case Kind::float32: return Value::narrow_number(real<float>(digits));
      case Kind::float64: return Value::number(real<double>(digits));
      case Kind::big_integer:
        if (!whole) return std::nullopt;
        // What fits 64 bits is computed in them, as big integers are (EXPR-56).
        if (auto fitting = decimal->to_integer()) return Value::integer(*fitting);
        return Value::decimal(decimal->plain_text());
      default: return decimal_value(*decimal);
    }
  }

 private:
  static std::string_view without_plus(std::string_view text) {
    return text.size() > 1 && text[0] == '+' && text[1] != '-' && text[1] != '+' ? text.substr(1) : text;
  }

  template <class Real>
  static Real real(std::string_view digits) {
    Real value = 0;
    auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (problem == std::errc::result_out_of_range) {
      // Too large, or too small to differ from zero.
      auto decimal = text::Decimal::parse(digits);
      bool large = decimal && static_cast<int64_t>(decimal->digit_count()) > decimal->scale();
      value = large ? std::numeric_limits<Real>::infinity() : Real{0};
      if (digits.starts_with('-')) value = -value;
    }
    return value;
  }

  /// EXPR-231
  std::optional<Value> inferred() const {
    std::string_view digits = without_plus(text_);
    if (digits.empty()) return std::nullopt;
    bool negative = digits.starts_with('-');
    std::string_view unsigned_digits = digits.substr(negative ? 1 : 0);
    if (unsigned_digits.starts_with("0x") || unsigned_digits.starts_with("0X")) {
      return in_base(unsigned_digits.substr(2), 16, negative);
    }
    bool octal = unsigned_digits.size() > 1 && unsigned_digits[0] == '0' &&
                 unsigned_digits.find_first_not_of("0123456789") == std::string_view::npos;
    if (octal) return in_base(unsigned_digits.substr(1), 8, negative);
    std::string_view body = digits.substr(0, digits.size() - 1);
    switch (digits.back()) {
      case 'l':
      case 'L': {
        auto fitting = NumberText(body).as(Kind::int64);
        return fitting ? fitting : NumberText(body).as(Kind::big_integer);
      }
      case 'f':
      case 'F': return NumberText(body).as(Kind::float32);
      case 'd':
      case 'D': return NumberText(body).as(Kind::float64);
      default: break;
    }
    if (digits.find_first_of(".eE") == std::string_view::npos) {
      for (Kind kind : {Kind::int32, Kind::int64, Kind::big_integer}) {
        if (auto value = NumberText(digits).as(kind)) return value;
      }
      return std::nullopt;
    }
    auto decimal = text::Decimal::parse(digits);
    if (!decimal) return std::nullopt;
    return inferred_real(digits, *decimal);
  }

  /// 32 bits where they print as 64 bits do, 64 bits where their digits are exact, else a decimal.
  static std::optional<Value> inferred_real(std::string_view digits, const text::Decimal& decimal) {
    auto narrow = real<float>(digits);
    auto wide = real<double>(digits);
    bool lost = wide == 0 && !decimal.is_zero();
    if (!std::isfinite(wide) || lost) return decimal_value(decimal);
    bool narrow_lost = !std::isfinite(narrow) || (narrow == 0 && !decimal.is_zero());
    if (!narrow_lost && syntax::java_float_text(narrow) == syntax::java_double_text(wide))
      return Value::narrow_number(narrow);
    if (text::Decimal::compare(text::Decimal::of_double(wide), decimal) == 0) return Value::number(wide);
    return decimal_value(decimal);
  }

  static std::optional<Value> in_base(std::string_view digits, int base, bool negative) {
    uint64_t magnitude = 0;
    auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), magnitude, base);
    bool fits = problem == std::errc() && end == digits.data() + digits.size() && magnitude <= INT64_MAX;
    if (!fits) return std::nullopt;
    auto value = static_cast<int64_t>(magnitude);
    return Value::fitting_integer(negative ? -value : value);
  }

  std::string_view text_;
};

Operand number(Invocation& call) {
  if (!call.input().is_string()) {
    return call.fail(
        fmt::format("'number' filter can only be applied to String. Actual type was: {}", class_name(call.value())));
  }
  Kind kind = call.given(0) ? kind_named(call.text_of(call.argument(0))) : Kind::inferred;
  auto value = NumberText(call.value().text()).as(kind);
  if (!value) {
    return call.fail(
        fmt::format("'{}' is not a number{}", text::shown_text(call.value().text()),
                    kind == Kind::inferred ? std::string() : " of type " + call.text_of(call.argument(0))));
  }
  return std::move(*value);
}

Operand number_format(Invocation& call) {
  if (!call.value().is_numeric()) return call.fail("The input for the 'NumberFormat' filter has to be a number.");
  auto text = format_by_pattern(call.value(), call.given(0) ? call.text_of(call.argument(0)) : std::string());
  if (!text) return fail_with(call, text.error());
  return call.text(*text);
}

Operand name_of_class(Invocation& call) { return call.text(class_name(call.value())); }

constexpr Parameter number_parameters[] = {{.name = "type"}};
constexpr Parameter format_parameters[] = {{.name = "format"}};

constexpr Entry numbers_entries[] = {
    {.name = "abs",
     .run = absolute,
     .summary = "the absolute value of a number",
     .example = "{{ -7 | abs }}",
     .result = "7"},
    {.name = "className",
     .run = name_of_class,
     .traits = null_is_null,
     .summary = "the Java class of the value in Kestra",
     .example = R"({{ "12.3" | number | className }})",
     .result = "java.lang.Float"},
    {.name = "number",
     .run = number,
     .parameters = number_parameters,
     .traits = null_is_null,
     .summary = "parses a number as INT, FLOAT, LONG, DOUBLE, BIGDECIMAL or BIGINTEGER; by default as the smallest "
                "type that fits",
     .example = R"({{ "12.3" | number + 1 }})",
     .result = "13.3"},
    {.name = "numberFormat",
     .run = number_format,
     .parameters = format_parameters,
     .traits = null_is_null,
     .summary = "a number formatted with a pattern such as #,##0.00",
     .example = R"({{ 1234567.891 | numberFormat("#,##0.00") }})",
     .result = "1,234,567.89"},
};

}  // namespace

std::span<const Entry> number_filters() { return numbers_entries; }

}  // namespace gyr::expression
