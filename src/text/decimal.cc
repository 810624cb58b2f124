#include "text/decimal.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>

namespace gyr::text {
namespace {

constexpr uint64_t limb_base = 1'000'000'000;
constexpr size_t limb_digits = 9;

}  // namespace

// ---------------------------------------------------------------------------------------------- limbs

void Decimal::normalize(Limbs& limbs) {
  while (!limbs.empty() && limbs.back() == 0) limbs.pop_back();
}

int Decimal::compare_limbs(const Limbs& a, const Limbs& b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  for (size_t i = a.size(); i-- > 0;) {
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  }
  return 0;
}

Decimal::Limbs Decimal::add_limbs(const Limbs& a, const Limbs& b) {
  Limbs sum;
  sum.reserve(std::max(a.size(), b.size()) + 1);
  uint64_t carry = 0;
  for (size_t i = 0; i < std::max(a.size(), b.size()) || carry != 0; ++i) {
    uint64_t digit = carry + (i < a.size() ? a[i] : 0) + (i < b.size() ? b[i] : 0);
    sum.push_back(static_cast<uint32_t>(digit % limb_base));
    carry = digit / limb_base;
  }
  return sum;
}

/// a - b where a >= b.
Decimal::Limbs Decimal::subtract_limbs(const Limbs& a, const Limbs& b) {
  Limbs difference;
  difference.reserve(a.size());
  int64_t borrow = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    int64_t digit = static_cast<int64_t>(a[i]) - borrow - (i < b.size() ? b[i] : 0);
    borrow = digit < 0 ? 1 : 0;
    difference.push_back(static_cast<uint32_t>(digit + borrow * static_cast<int64_t>(limb_base)));
  }
  normalize(difference);
  return difference;
}

Decimal::Limbs Decimal::multiply_limbs(const Limbs& a, const Limbs& b) {
  Limbs product(a.size() + b.size(), 0);
  for (size_t i = 0; i < a.size(); ++i) {
    uint64_t carry = 0;
    for (size_t j = 0; j < b.size() || carry != 0; ++j) {
      uint64_t digit = product[i + j] + carry + (j < b.size() ? static_cast<uint64_t>(a[i]) * b[j] : 0);
      product[i + j] = static_cast<uint32_t>(digit % limb_base);
      carry = digit / limb_base;
    }
  }
  normalize(product);
  return product;
}

void Decimal::multiply_small(Limbs& limbs, uint32_t factor) {
  uint64_t carry = 0;
  for (uint32_t& limb : limbs) {
    uint64_t digit = static_cast<uint64_t>(limb) * factor + carry;
    limb = static_cast<uint32_t>(digit % limb_base);
    carry = digit / limb_base;
  }
  if (carry != 0) limbs.push_back(static_cast<uint32_t>(carry));
}

uint32_t Decimal::divide_small(Limbs& limbs, uint32_t divisor) {
  uint64_t rest = 0;
  for (size_t i = limbs.size(); i-- > 0;) {
    uint64_t digit = rest * limb_base + limbs[i];
    limbs[i] = static_cast<uint32_t>(digit / divisor);
    rest = digit % divisor;
  }
  normalize(limbs);
  return static_cast<uint32_t>(rest);
}

Decimal::Limbs Decimal::from_digits(std::string_view digits) {
  Limbs limbs;
  for (size_t end = digits.size(); end > 0;) {
    size_t begin = end > limb_digits ? end - limb_digits : 0;
    uint32_t limb = 0;
    for (size_t i = begin; i < end; ++i) limb = limb * 10 + static_cast<uint32_t>(digits[i] - '0');
    limbs.push_back(limb);
    end = begin;
  }
  normalize(limbs);
  return limbs;
}

// ---------------------------------------------------------------------------------------------- making

std::optional<Decimal> Decimal::parse(std::string_view text) {
  Decimal decimal;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    decimal.negative_ = text[0] == '-';
    text.remove_prefix(1);
  }
  std::string digits;
  bool fraction = false;
  size_t i = 0;
  for (; i < text.size(); ++i) {
    if (text[i] == '.' && !fraction) {
      fraction = true;
    } else if (text[i] >= '0' && text[i] <= '9') {
      digits.push_back(text[i]);
      decimal.scale_ += fraction ? 1 : 0;
    } else {
      break;
    }
    if (digits.size() > digits_limit) return std::nullopt;
  }
  if (digits.empty()) return std::nullopt;
  if (i < text.size()) {
    if (text[i] != 'e' && text[i] != 'E') return std::nullopt;
    ++i;
    if (i < text.size() && text[i] == '+') ++i;
    int64_t exponent = 0;
    auto [end, problem] = std::from_chars(text.data() + i, text.data() + text.size(), exponent);
    bool fits = problem == std::errc() && end == text.data() + text.size() && std::abs(exponent) <= exponent_limit;
    if (!fits) return std::nullopt;
    decimal.scale_ -= exponent;
  }
  decimal.limbs_ = from_digits(digits);
  if (decimal.is_zero()) decimal.negative_ = false;
  return decimal;
}

Decimal Decimal::of_integer(int64_t value) {
  Decimal decimal;
  decimal.negative_ = value < 0;
  uint64_t magnitude = value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  for (; magnitude != 0; magnitude /= limb_base) decimal.limbs_.push_back(static_cast<uint32_t>(magnitude % limb_base));
  return decimal;
}

Decimal Decimal::of_double(double value) {
  char buffer[40];
  auto [end, problem] = std::to_chars(buffer, buffer + sizeof(buffer), value);
  return parse(std::string_view(buffer, static_cast<size_t>(end - buffer))).value_or(Decimal());
}

Decimal Decimal::of_double_exactly(double value) {
  int exponent = 0;
  double mantissa = std::frexp(std::abs(value), &exponent);
  auto bits = static_cast<int64_t>(std::ldexp(mantissa, 53));
  exponent -= 53;
  for (; bits != 0 && bits % 2 == 0; ++exponent) bits /= 2;
  Decimal decimal = of_integer(bits);
  decimal.negative_ = std::signbit(value) && bits != 0;
  // m * 2^-k is m * 5^k * 10^-k.
  for (int i = 0; i < std::abs(exponent); ++i) multiply_small(decimal.limbs_, exponent > 0 ? 2 : 5);
  if (exponent < 0) decimal.scale_ = -exponent;
  return decimal;
}

// ---------------------------------------------------------------------------------------------- digits and scale

std::string Decimal::digits() const {
  if (is_zero()) return "0";
  std::string out = fmt::format("{}", limbs_.back());
  for (size_t i = limbs_.size() - 1; i-- > 0;) fmt::format_to(std::back_inserter(out), "{:09}", limbs_[i]);
  return out;
}

size_t Decimal::digit_count() const {
  if (is_zero()) return 1;
  size_t count = (limbs_.size() - 1) * limb_digits;
  for (uint32_t top = limbs_.back(); top != 0; top /= 10) ++count;
  return count;
}

Decimal Decimal::negated() const {
  Decimal result = *this;
  result.negative_ = !negative_ && !is_zero();
  return result;
}

Decimal Decimal::scaled_up(int64_t scale) const {
  Decimal result = *this;
  for (int64_t missing = scale - scale_; missing > 0;) {
    auto step = static_cast<uint32_t>(std::min<int64_t>(missing, 8));
    uint32_t factor = 1;
    for (uint32_t i = 0; i < step; ++i) factor *= 10;
    multiply_small(result.limbs_, factor);
    missing -= step;
  }
  result.scale_ = std::max(scale, scale_);
  return result;
}

Decimal Decimal::with_least_scale(int64_t scale) const { return scale_ >= scale ? *this : scaled_up(scale); }

Decimal Decimal::rounded(int64_t scale, Rounding rounding) const {
  if (scale >= scale_) return scaled_up(scale);
  std::string all = digits();
  auto dropped = static_cast<size_t>(scale_ - scale);
  Decimal result;
  result.negative_ = negative_;
  result.scale_ = scale;
  std::string_view kept =
      dropped < all.size() ? std::string_view(all).substr(0, all.size() - dropped) : std::string_view();
  result.limbs_ = from_digits(kept);
  // The first dropped digit and whether anything but zeros follows it decide.
  int first = dropped <= all.size() ? all[all.size() - dropped] - '0' : 0;
  bool rest = dropped <= all.size() && all.find_first_not_of('0', all.size() - dropped + 1) != std::string::npos;
  bool odd = !result.limbs_.empty() && result.limbs_[0] % 2 == 1;
  if (first > 5 || (first == 5 && (rest || odd || rounding == Rounding::half_up)))
    result.limbs_ = add_limbs(result.limbs_, {1});
  if (result.is_zero()) result.negative_ = false;
  return result;
}

Decimal Decimal::truncated() const {
  if (scale_ <= 0) return scaled_up(0);
  std::string all = digits();
  auto dropped = static_cast<size_t>(scale_);
  Decimal result;
  if (dropped < all.size()) result.limbs_ = from_digits(std::string_view(all).substr(0, all.size() - dropped));
  result.negative_ = negative_ && !result.is_zero();
  return result;
}

Decimal Decimal::rounded_to_precision() const {
  size_t count = digit_count();
  if (count <= precision) return *this;
  Decimal result = rounded(scale_ - static_cast<int64_t>(count - precision));
  // 99.9… may have become a digit longer.
  return result.digit_count() > precision ? result.rounded(result.scale_ - 1) : result;
}

// ---------------------------------------------------------------------------------------------- arithmetic

Decimal operator+(const Decimal& a, const Decimal& b) {
  int64_t scale = std::max(a.scale_, b.scale_);
  Decimal left = a.scaled_up(scale);
  Decimal right = b.scaled_up(scale);
  Decimal sum;
  sum.scale_ = scale;
  if (left.negative_ == right.negative_) {
    sum.limbs_ = Decimal::add_limbs(left.limbs_, right.limbs_);
    sum.negative_ = left.negative_;
  } else {
    int order = Decimal::compare_limbs(left.limbs_, right.limbs_);
    sum.limbs_ = order >= 0 ? Decimal::subtract_limbs(left.limbs_, right.limbs_)
                            : Decimal::subtract_limbs(right.limbs_, left.limbs_);
    sum.negative_ = order >= 0 ? left.negative_ : right.negative_;
  }
  if (sum.is_zero()) sum.negative_ = false;
  return sum;
}

Decimal operator*(const Decimal& a, const Decimal& b) {
  Decimal product;
  product.limbs_ = Decimal::multiply_limbs(a.limbs_, b.limbs_);
  product.scale_ = a.scale_ + b.scale_;
  product.negative_ = a.negative_ != b.negative_ && !product.is_zero();
  return product.rounded_to_precision();
}

Decimal operator/(const Decimal& a, const Decimal& b) {
  int64_t preferred = a.scale_ - b.scale_;
  if (a.is_zero()) {
    Decimal zero;
    zero.scale_ = preferred;
    return zero;
  }
  // Long division digit by digit, two digits more than are kept, the last one marking a rest.
  std::string dividend = a.digits();
  Decimal::Limbs rest;
  std::string quotient;
  int64_t scale = preferred;
  bool exact = false;
  for (size_t i = 0;; ++i) {
    bool inside = i < dividend.size();
    if (!inside && (rest.empty() || quotient.size() >= Decimal::precision + 2)) {
      exact = rest.empty();
      break;
    }
    Decimal::multiply_small(rest, 10);
    if (inside) rest = Decimal::add_limbs(rest, {static_cast<uint32_t>(dividend[i] - '0')});
    Decimal::normalize(rest);
    if (!inside) ++scale;
    char digit = '0';
    for (; Decimal::compare_limbs(rest, b.limbs_) >= 0; ++digit) rest = Decimal::subtract_limbs(rest, b.limbs_);
    if (!quotient.empty() || digit != '0') quotient.push_back(digit);
  }
  if (!exact) {
    quotient.push_back('1');
    ++scale;
  }
  Decimal result;
  result.limbs_ = Decimal::from_digits(quotient);
  result.scale_ = scale;
  result.negative_ = a.negative_ != b.negative_ && !result.is_zero();
  result = result.rounded_to_precision();
  while (exact && result.scale_ > preferred && !result.is_zero()) {
    Decimal::Limbs shorter = result.limbs_;
    if (Decimal::divide_small(shorter, 10) != 0) break;
    result.limbs_ = std::move(shorter);
    result.scale_ -= 1;
  }
  return result;
}

int Decimal::compare(const Decimal& a, const Decimal& b) {
  if (a.negative_ != b.negative_) return a.negative_ ? -1 : 1;
  int sign = a.negative_ ? -1 : 1;
  if (a.is_zero() || b.is_zero()) return sign * (static_cast<int>(!a.is_zero()) - static_cast<int>(!b.is_zero()));
  // Different numbers of integer digits decide before anything is scaled.
  int64_t magnitude_a = static_cast<int64_t>(a.digit_count()) - a.scale_;
  int64_t magnitude_b = static_cast<int64_t>(b.digit_count()) - b.scale_;
  if (magnitude_a != magnitude_b) return magnitude_a < magnitude_b ? -sign : sign;
  int64_t scale = std::max(a.scale_, b.scale_);
  return sign * compare_limbs(a.scaled_up(scale).limbs_, b.scaled_up(scale).limbs_);
}

// ---------------------------------------------------------------------------------------------- reading out

double Decimal::to_double() const {
  std::string text = fmt::format("{}{}e{}", negative_ ? "-" : "", digits(), -scale_);
  double value = 0;
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem == std::errc::result_out_of_range) {
    bool large = static_cast<int64_t>(digit_count()) > scale_;
    value = large ? HUGE_VAL : 0.0;
    return negative_ ? -value : value;
  }
  return value;
}

std::optional<int64_t> Decimal::to_integer() const {
  std::string text = truncated().plain_text();
  int64_t value = 0;
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc()) return std::nullopt;
  return value;
}

int64_t Decimal::low_bits() const {
  Decimal integer = truncated();
  uint64_t bits = 0;
  for (size_t i = integer.limbs_.size(); i-- > 0;) bits = bits * limb_base + integer.limbs_[i];
  return static_cast<int64_t>(negative_ ? 0 - bits : bits);
}

std::string Decimal::plain_text() const {
  std::string text = digits();
  if (scale_ <= 0) {
    if (!is_zero()) text.append(static_cast<size_t>(-scale_), '0');
  } else {
    auto fraction = static_cast<size_t>(scale_);
    if (text.size() <= fraction) text.insert(0, fraction + 1 - text.size(), '0');
    text.insert(text.size() - fraction, 1, '.');
  }
  if (negative_) text.insert(0, 1, '-');
  return text;
}

std::string Decimal::text() const {
  if (scale_ >= 0 || is_zero()) return plain_text();
  std::string all = digits();
  int64_t exponent = -scale_ + static_cast<int64_t>(all.size()) - 1;
  if (all.size() > 1) all.insert(1, 1, '.');
  return fmt::format("{}{}E+{}", negative_ ? "-" : "", all, exponent);
}

}  // namespace gyr::text
