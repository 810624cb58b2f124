// Numbers of expressions: kinds, promotion, texts that are numbers (EXPR-11, EXPR-55, EXPR-56).
#pragma once

#include <optional>
#include <string_view>

#include "base/value.h"
#include "text/decimal.h"

namespace gyr::expression {

/// A number with the type that Java would give it; later types are wider.
struct Number {
  enum class Kind : uint8_t { int32, int64, float32, float64, decimal };
  Kind kind = Kind::int64;
  int64_t integer = 0;
  double real = 0;
  text::Decimal decimal;

  bool is_integer() const { return kind <= Kind::int64; }
  bool is_real() const { return kind == Kind::float32 || kind == Kind::float64; }
  double to_double() const;
  /// The decimal of the same value; a whole number has one fraction digit, as doubles are printed (row EXPR-1408).
  /// Nothing for a number that is not finite.
  std::optional<text::Decimal> to_decimal() const;
};

/// The number a value is; nothing for other kinds. Big integers are cut to 64 bits (EXPR-56), decimals beyond
/// Decimal's limits are nothing.
std::optional<Number> number_of(const base::Value& value);
/// Likewise, and texts that are numbers: `5`, `-1.5`, `1e2` (EXPR-55).
std::optional<Number> number_or_text_of(const base::Value& value);
std::optional<Number> number_of_text(std::string_view text);

/// Whether a decimal value is an integer that does not fit 64 bits: a big integer in Java.
bool is_big_integer(const base::Value& decimal);

/// The integer part of any number, saturating; texts are not numbers here.
std::optional<int64_t> integer_part(const base::Value& value);

enum class Arithmetic : uint8_t { add, subtract, multiply, divide, remainder };
/// Nothing where Java throws: integer division by zero, decimals beyond the limits.
std::optional<base::Value> calculate(Arithmetic operation, const Number& a, const Number& b);
/// Order by value; nothing if one is NaN.
std::optional<int> compare_numbers(const Number& a, const Number& b);
base::Value decimal_value(const text::Decimal& decimal);
bool is_zero(const Number& number);

}  // namespace gyr::expression
