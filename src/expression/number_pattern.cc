// Java's DecimalFormat (EXPR-182).
#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "expression/java_format.h"
#include "expression/numbers.h"
#include "expression/program.h"
#include "expression/template.h"
#include "text/characters.h"

namespace gyr::expression {
namespace {

using base::Value;

constexpr std::string_view default_pattern = "#,##0.###";
// Java's own bound on fraction digits.
constexpr int64_t max_digits = 340;

struct Pattern {
  std::string prefix;
  std::string suffix;
  std::string negative_prefix = "-";
  std::string negative_suffix;
  int64_t min_integer = 1;
  int64_t max_integer = INT32_MAX;
  int64_t min_fraction = 0;
  int64_t max_fraction = 0;
  int64_t grouping = 0;
  int64_t multiplier_digits = 0;  ///< 2 for percent, 3 for per mille
  int64_t min_exponent = 0;       ///< digits; 0: no exponent
  bool shows_point = false;
};

/// Reads `prefix number suffix[;prefix number suffix]`; of the second part only prefix and suffix count.
class PatternParser {
 public:
  explicit PatternParser(std::string_view text) : text_(text) {}

  base::Result<Pattern> run() {
    Pattern pattern;
    pattern.prefix = affix(pattern);
    GYR_CHECK(number(pattern));
    pattern.suffix = affix(pattern);
    pattern.negative_prefix = "-" + pattern.prefix;
    pattern.negative_suffix = pattern.suffix;
    if (at_ < text_.size() && text_[at_] == ';') {
      ++at_;
      Pattern negative;
      std::string prefix = affix(negative);
      GYR_CHECK(number(negative));
      std::string suffix = affix(negative);
      if (prefix != pattern.prefix || suffix != pattern.suffix) {
        pattern.negative_prefix = prefix;
        pattern.negative_suffix = suffix;
      }
    }
    if (at_ < text_.size()) return malformed();
    return pattern;
  }

 private:
  std::unexpected<base::Error> malformed() const {
    return base::fail(evaluation_failed, fmt::format("Malformed pattern \"{}\"", text::shown_text(text_)));
  }

  static bool is_number_character(char c) { return c == '#' || c == '0' || c == ',' || c == '.'; }

  std::string affix(Pattern& pattern) {
    std::string out;
    constexpr std::string_view per_mille = "\xE2\x80\xB0";
    while (at_ < text_.size() && !is_number_character(text_[at_]) && text_[at_] != ';') {
      char c = text_[at_];
      if (c == '\'') {
        ++at_;
        if (at_ < text_.size() && text_[at_] == '\'') {
          out.push_back(text_[at_++]);
          continue;
        }
        while (at_ < text_.size() && text_[at_] != '\'') out.push_back(text_[at_++]);
        ++at_;
        continue;
      }
      if (c == '%') pattern.multiplier_digits = 2;
      if (text_.substr(at_).starts_with(per_mille)) pattern.multiplier_digits = 3;
      out.push_back(c);
      ++at_;
    }
    at_ = std::min(at_, text_.size());
    return out;
  }

  /// Java's counting: digits left of the zeros, zeros, digits right of them.
  base::Result<void> number(Pattern& pattern) {
    int64_t left = 0;
    int64_t zeros = 0;
    int64_t right = 0;
    std::optional<int64_t> point;
    int64_t group = -1;
    for (; at_ < text_.size(); ++at_) {
      char c = text_[at_];
      if (c == '#') {
        (zeros > 0 ? right : left) += 1;
        if (group >= 0 && !point) ++group;
      } else if (c == '0') {
        if (right > 0) return malformed();
        ++zeros;
        if (group >= 0 && !point) ++group;
      } else if (c == ',') {
        group = 0;
      } else if (c == '.') {
        if (point)
          return base::fail(evaluation_failed,
                            fmt::format("Multiple decimal separators in pattern \"{}\"", text::shown_text(text_)));
        point = left + zeros + right;
      } else {
        break;
      }
    }
    if (at_ < text_.size() && text_[at_] == 'E') {
      ++at_;
      for (; at_ < text_.size() && text_[at_] == '0'; ++at_) ++pattern.min_exponent;
      if (pattern.min_exponent == 0 || left + zeros < 1) return malformed();
    }
    if (zeros == 0 && left > 0 && point) {
      int64_t kept = std::max<int64_t>(*point, 1);
      right = left - kept;
      left = kept - 1;
      zeros = 1;
    }
    if ((!point && right > 0) || (point && (*point < left || *point > left + zeros)) || group == 0) return malformed();
    int64_t total = left + zeros + right;
    if (total > max_digits) return malformed();
    pattern.min_integer = point.value_or(total) - left;
    if (pattern.min_exponent > 0) pattern.max_integer = left + pattern.min_integer;
    pattern.max_fraction = point ? total - *point : 0;
    pattern.min_fraction = point ? std::max<int64_t>(0, left + zeros - *point) : 0;
    pattern.grouping = std::max<int64_t>(group, 0);
    pattern.shows_point = point && *point == total;
    return {};
  }

  std::string_view text_;
  size_t at_ = 0;
};

/// Rounds by the exact value, while digits that need no rounding are the shortest ones.
text::Decimal rounded(const Number& number, int64_t moved, int64_t scale) {
  if (!number.is_real()) {
    text::Decimal decimal = number.is_integer() ? text::Decimal::of_integer(number.integer) : number.decimal;
    return decimal.rounded(scale + moved);
  }
  text::Decimal shortest = text::Decimal::of_double(number.real);
  if (shortest.scale() <= scale + moved) return shortest;
  return text::Decimal::of_double_exactly(number.real).rounded(scale + moved);
}

/// The digits of the magnitude, and how many of them are before the point, after a shift of the point.
struct Digits {
  std::string digits;  ///< no zeros at either end
  int64_t point = 0;
};

Digits digits_of(const text::Decimal& decimal, int64_t moved) {
  Digits result;
  if (decimal.is_zero()) return result;
  result.digits = decimal.digits();
  result.point = static_cast<int64_t>(result.digits.size()) - decimal.scale() + moved;
  result.digits.erase(result.digits.find_last_not_of('0') + 1);
  return result;
}

std::string plain_notation(const Pattern& pattern, const Digits& digits) {
  std::string integer;
  for (int64_t i = 0; i < digits.point; ++i) {
    integer.push_back(i < static_cast<int64_t>(digits.digits.size()) ? digits.digits[static_cast<size_t>(i)] : '0');
  }
  std::string fraction;
  for (int64_t i = digits.point; i < static_cast<int64_t>(digits.digits.size()); ++i) {
    fraction.push_back(i < 0 ? '0' : digits.digits[static_cast<size_t>(i)]);
  }
  auto missing = pattern.min_integer - static_cast<int64_t>(integer.size());
  if (missing > 0) integer.insert(0, static_cast<size_t>(missing), '0');
  missing = pattern.min_fraction - static_cast<int64_t>(fraction.size());
  if (missing > 0) fraction.append(static_cast<size_t>(missing), '0');
  if (integer.empty() && fraction.empty()) integer = "0";
  if (pattern.grouping > 0) {
    auto step = static_cast<size_t>(pattern.grouping);
    for (size_t i = integer.size(); i > step;) integer.insert(i -= step, 1, ',');
  }
  if (!fraction.empty() || pattern.shows_point) integer.push_back('.');
  return integer + fraction;
}

std::string scientific(const Pattern& pattern, const Digits& digits) {
  bool zero = digits.digits.empty();
  int64_t exponent = digits.point;
  int64_t repeat = pattern.max_integer;
  int64_t min_integer = pattern.min_integer;
  if (repeat > 1 && repeat > pattern.min_integer) {
    exponent = (exponent >= 1 ? (exponent - 1) / repeat : (exponent - repeat) / repeat) * repeat;
    min_integer = 1;
  } else {
    exponent -= min_integer;
  }
  if (zero) exponent = 0;
  int64_t integer_digits = zero ? min_integer : digits.point - exponent;
  int64_t total = std::max(
      {static_cast<int64_t>(digits.digits.size()), pattern.min_integer + pattern.min_fraction, integer_digits});
  std::string out;
  for (int64_t i = 0; i < total; ++i) {
    if (i == integer_digits) out.push_back('.');
    out.push_back(i < static_cast<int64_t>(digits.digits.size()) ? digits.digits[static_cast<size_t>(i)] : '0');
  }
  if (pattern.shows_point && total == integer_digits) out.push_back('.');
  return fmt::format("{}E{}{:0>{}}", out, exponent < 0 ? "-" : "", std::abs(exponent), pattern.min_exponent);
}

}  // namespace

base::Result<std::string> format_by_pattern(const Value& value, std::string_view text) {
  GYR_TRY(Pattern pattern, PatternParser(text.empty() ? default_pattern : text).run());
  auto number = number_of(value);
  if (!number) return base::fail(evaluation_failed, "this number has too many digits to be formatted");
  if (value.is_decimal() && is_big_integer(value)) {
    number->kind = Number::Kind::decimal;
    number->decimal = text::Decimal::parse(value.text()).value_or(text::Decimal());
  }
  if (number->is_real() && std::isnan(number->real)) return std::string("NaN");
  bool negative = number->is_integer()
                      ? number->integer < 0
                      : (number->is_real() ? std::signbit(number->real) : number->decimal.is_negative());
  std::string digits_text;
  if (number->is_real() && std::isinf(number->real)) {
    digits_text = "∞";
  } else {
    int64_t moved = pattern.multiplier_digits;
    Digits digits;
    if (pattern.min_exponent > 0) {
      // Rounded to significant digits.
      text::Decimal exact = rounded(*number, 0, max_digits * 4);
      auto magnitude = static_cast<int64_t>(exact.digit_count()) - exact.scale();
      digits = digits_of(rounded(*number, 0, pattern.max_integer + pattern.max_fraction - magnitude), moved);
      digits.point -= digits.digits.empty() ? moved : 0;
      digits_text = scientific(pattern, digits);
    } else {
      digits_text = plain_notation(pattern, digits_of(rounded(*number, moved, pattern.max_fraction), moved));
    }
  }
  // A negative number that rounds to nothing keeps its sign, as in Java.
  return (negative ? pattern.negative_prefix : pattern.prefix) + digits_text +
         (negative ? pattern.negative_suffix : pattern.suffix);
}

}  // namespace gyr::expression
