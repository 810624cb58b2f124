#include "expression/numbers.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace gyr::expression {
namespace {

bool is_exact_integer(double value) {
  constexpr double limit = 9'223'372'036'854'775'808.0;
  return value >= -limit && value < limit && std::trunc(value) == value;
}

int64_t wrapped(Arithmetic operation, int64_t a, int64_t b) {
  auto x = static_cast<uint64_t>(a);
  auto y = static_cast<uint64_t>(b);
  switch (operation) {
    case Arithmetic::add: return static_cast<int64_t>(x + y);
    case Arithmetic::subtract: return static_cast<int64_t>(x - y);
    default: return static_cast<int64_t>(x * y);
  }
}

std::optional<base::Value> calculate_integers(Arithmetic operation, const Number& a, const Number& b) {
  int64_t result = 0;
  if (operation == Arithmetic::divide || operation == Arithmetic::remainder) {
    if (b.integer == 0) return std::nullopt;
    if (b.integer == -1) {
      result = operation == Arithmetic::divide ? wrapped(Arithmetic::subtract, 0, a.integer) : 0;
    } else {
      result = operation == Arithmetic::divide ? a.integer / b.integer : a.integer % b.integer;
    }
  } else {
    result = wrapped(operation, a.integer, b.integer);
  }
  // Two 32-bit numbers are computed in 32 bits (EXPR-56).
  if (a.kind == Number::Kind::int32 && b.kind == Number::Kind::int32) {
    result = static_cast<int32_t>(static_cast<uint32_t>(static_cast<uint64_t>(result)));
  }
  return base::Value::integer(result);
}

template <class Real>
Real calculate_reals(Arithmetic operation, Real a, Real b) {
  switch (operation) {
    case Arithmetic::add: return a + b;
    case Arithmetic::subtract: return a - b;
    case Arithmetic::multiply: return a * b;
    case Arithmetic::divide: return a / b;
    case Arithmetic::remainder: return std::fmod(a, b);
  }
  return 0;
}

std::optional<base::Value> calculate_decimals(Arithmetic operation, const Number& a, const Number& b) {
  if (operation == Arithmetic::remainder) return base::Value::number(std::fmod(a.to_double(), b.to_double()));
  auto left = a.to_decimal();
  auto right = b.to_decimal();
  if (!left || !right) return std::nullopt;
  switch (operation) {
    case Arithmetic::add: return decimal_value(*left + *right);
    case Arithmetic::subtract: return decimal_value(*left - *right);
    case Arithmetic::multiply: return decimal_value(*left * *right);
    default:
      if (right->is_zero()) return std::nullopt;
      return decimal_value(*left / *right);
  }
}

}  // namespace

double Number::to_double() const {
  if (is_integer()) return static_cast<double>(integer);
  return is_real() ? real : decimal.to_double();
}

std::optional<text::Decimal> Number::to_decimal() const {
  if (is_integer()) return text::Decimal::of_integer(integer).with_least_scale(1);
  if (kind == Kind::decimal) return decimal.with_least_scale(1);
  if (!std::isfinite(real)) return std::nullopt;
  return text::Decimal::of_double(real).with_least_scale(1);
}

bool is_big_integer(const base::Value& value) {
  std::string_view text = value.text();
  if (text.find_first_of(".eE") != std::string_view::npos) return false;
  int64_t fitting = 0;
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), fitting);
  return problem == std::errc::result_out_of_range;
}

std::optional<Number> number_of(const base::Value& value) {
  Number number;
  switch (value.kind()) {
    case base::Value::Kind::integer:
      number.kind = value.is_narrow() ? Number::Kind::int32 : Number::Kind::int64;
      number.integer = value.as_integer();
      return number;
    case base::Value::Kind::number:
      number.kind = value.is_narrow() ? Number::Kind::float32 : Number::Kind::float64;
      number.real = value.as_number();
      return number;
    case base::Value::Kind::decimal: {
      auto decimal = text::Decimal::parse(value.text());
      if (!decimal) return std::nullopt;
      if (is_big_integer(value)) {
        number.integer = decimal->low_bits();
        return number;
      }
      number.kind = Number::Kind::decimal;
      number.decimal = std::move(*decimal);
      return number;
    }
    default: return std::nullopt;
  }
}

std::optional<Number> number_of_text(std::string_view text) {
  Number number;
  std::string_view digits = text;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  if (digits.empty() || digits.starts_with('+')) return std::nullopt;
  const char* last = digits.data() + digits.size();
  if (digits.find_first_of(".eE") == std::string_view::npos) {
    auto [end, problem] = std::from_chars(digits.data(), last, number.integer);
    if (problem != std::errc() || end != last) return std::nullopt;
    return number;
  }
  number.kind = Number::Kind::float64;
  auto [end, problem] = std::from_chars(digits.data(), last, number.real);
  if (problem != std::errc() || end != last || !std::isfinite(number.real)) return std::nullopt;
  return number;
}

std::optional<Number> number_or_text_of(const base::Value& value) {
  return value.is_string() ? number_of_text(value.text()) : number_of(value);
}

std::optional<int64_t> integer_part(const base::Value& value) {
  auto number = number_of(value);
  if (!number) return std::nullopt;
  if (number->is_integer()) return number->integer;
  if (number->kind == Number::Kind::decimal) {
    auto fitting = number->decimal.to_integer();
    return fitting ? *fitting : (number->decimal.is_negative() ? INT64_MIN : INT64_MAX);
  }
  if (std::isnan(number->real)) return 0;
  if (is_exact_integer(std::trunc(number->real))) return static_cast<int64_t>(number->real);
  return number->real < 0 ? INT64_MIN : INT64_MAX;
}

base::Value decimal_value(const text::Decimal& decimal) { return base::Value::decimal(decimal.text()); }

bool is_zero(const Number& number) {
  if (number.is_integer()) return number.integer == 0;
  return number.is_real() ? number.real == 0 : number.decimal.is_zero();
}

std::optional<base::Value> calculate(Arithmetic operation, const Number& a, const Number& b) {
  Number::Kind kind = std::max(a.kind, b.kind);
  switch (kind) {
    case Number::Kind::int32:
    case Number::Kind::int64: return calculate_integers(operation, a, b);
    case Number::Kind::float32:
      return base::Value::narrow_number(
          calculate_reals<float>(operation, static_cast<float>(a.to_double()), static_cast<float>(b.to_double())));
    case Number::Kind::float64:
      return base::Value::number(calculate_reals<double>(operation, a.to_double(), b.to_double()));
    case Number::Kind::decimal: return calculate_decimals(operation, a, b);
  }
  return std::nullopt;
}

std::optional<int> compare_numbers(const Number& a, const Number& b) {
  if (a.is_integer() && b.is_integer()) return a.integer < b.integer ? -1 : (a.integer > b.integer ? 1 : 0);
  if (a.kind != Number::Kind::decimal && b.kind != Number::Kind::decimal) {
    double x = a.to_double();
    double y = b.to_double();
    if (std::isnan(x) || std::isnan(y)) return std::nullopt;
    return x < y ? -1 : (x > y ? 1 : 0);
  }
  auto left = a.to_decimal();
  auto right = b.to_decimal();
  if (left && right) return text::Decimal::compare(*left, *right);
  double x = a.to_double();
  double y = b.to_double();
  if (std::isnan(x) || std::isnan(y)) return std::nullopt;
  return x < y ? -1 : (x > y ? 1 : 0);
}

}  // namespace gyr::expression
