// Exact decimal numbers, as far as arithmetic and number formats need them (EXPR-12, EXPR-56).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gyr::text {

/// An integer of any size times a power of ten: `digits * 10^-scale`. Like Java's BigDecimal the scale is part of the
/// number: 1.10 and 1.1 are equal in value and print differently.
class Decimal {
 public:
  /// Numbers with more digits are refused: arithmetic is quadratic, and no real computation needs them.
  static constexpr size_t digits_limit = 5000;
  /// Likewise exponents beyond this: the plain text of 1e1000000 would be a megabyte.
  static constexpr int64_t exponent_limit = 10'000;
  /// Digits kept by products and quotients (Java's DECIMAL128).
  static constexpr size_t precision = 34;

  Decimal() = default;
  /// `-12.50`, `1e400`; nothing if the text is not a number or exceeds the limits.
  static std::optional<Decimal> parse(std::string_view text);
  static Decimal of_integer(int64_t value);
  /// The shortest text that parses to this double; it must be finite.
  static Decimal of_double(double value);
  /// The exact value of the double's bits, up to 1,074 fraction digits; it must be finite.
  static Decimal of_double_exactly(double value);

  bool is_negative() const { return negative_; }
  bool is_zero() const { return limbs_.empty(); }
  int64_t scale() const { return scale_; }
  /// Number of digits without the sign; 1 for zero.
  size_t digit_count() const;
  /// The digits without sign and point, no leading zeros ("0" for zero).
  std::string digits() const;

  Decimal negated() const;
  Decimal with_least_scale(int64_t scale) const;
  enum class Rounding : uint8_t { half_even, half_up };
  /// Rounded to this many fraction digits; more digits than it has adds zeros.
  Decimal rounded(int64_t scale, Rounding rounding = Rounding::half_even) const;
  /// The integer part.
  Decimal truncated() const;

  friend Decimal operator+(const Decimal& a, const Decimal& b);
  friend Decimal operator-(const Decimal& a, const Decimal& b) { return a + b.negated(); }
  /// Rounded half to even to `precision` digits.
  friend Decimal operator*(const Decimal& a, const Decimal& b);
  /// Likewise; `b` must not be zero. Trailing zeros beyond the scale of a minus the scale of b are dropped.
  friend Decimal operator/(const Decimal& a, const Decimal& b);
  /// By value: negative, 0 or positive.
  static int compare(const Decimal& a, const Decimal& b);

  double to_double() const;
  /// Nothing where the integer part does not fit.
  std::optional<int64_t> to_integer() const;
  /// The low 64 bits of the integer part, as Java narrows big integers.
  int64_t low_bits() const;
  /// Without exponent.
  std::string plain_text() const;
  /// The text a Value keeps: plain, with an exponent only where the scale is negative (`1E+3`).
  std::string text() const;

 private:
  using Limbs = std::vector<uint32_t>;  // base 10^9, least significant first, no leading zeros
  static int compare_limbs(const Limbs& a, const Limbs& b);
  static Limbs add_limbs(const Limbs& a, const Limbs& b);
  static Limbs subtract_limbs(const Limbs& a, const Limbs& b);
  static Limbs multiply_limbs(const Limbs& a, const Limbs& b);
  static void multiply_small(Limbs& limbs, uint32_t factor);
  static uint32_t divide_small(Limbs& limbs, uint32_t divisor);
  static Limbs from_digits(std::string_view digits);
  static void normalize(Limbs& limbs);
  Decimal scaled_up(int64_t scale) const;
  Decimal rounded_to_precision() const;

  bool negative_ = false;
  Limbs limbs_;
  int64_t scale_ = 0;
};

}  // namespace gyr::text
