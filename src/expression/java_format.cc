#include "expression/java_format.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "base/text.h"
#include "expression/evaluator.h"
#include "expression/numbers.h"
#include "expression/template.h"
#include "text/characters.h"

namespace gyr::expression {
namespace {

using base::Value;

/// `%[index$][flags][width][.precision]conversion`
struct Specifier {
  size_t index = 0;  ///< 1-based, 0: the next one
  bool previous = false;
  bool left = false, plus = false, space = false, zero = false, group = false, parenthesis = false, alternate = false;
  size_t width = 0;
  std::optional<size_t> precision;
  char conversion = 0;
};

class Formatter {
 public:
  Formatter(std::string_view format, std::span<const Value> arguments, size_t limit)
      : format_(format), arguments_(arguments), limit_(limit) {}

  base::Result<std::string> run() {
    while (at_ < format_.size()) {
      size_t percent = format_.find('%', at_);
      out_.append(format_.substr(at_, percent - at_));
      if (percent == std::string_view::npos) break;
      at_ = percent + 1;
      Specifier specifier;
      GYR_CHECK(parse(specifier, percent));
      GYR_TRY(std::string text, convert(specifier));
      GYR_CHECK(pad(specifier, std::move(text)));
    }
    return std::move(out_);
  }

 private:
  std::unexpected<base::Error> fail(std::string message) const {
    return base::fail(evaluation_failed, std::move(message));
  }

  std::optional<size_t> number() {
    size_t begin = at_;
    size_t value = 0;
    for (; at_ < format_.size() && format_[at_] >= '0' && format_[at_] <= '9'; ++at_) {
      value = std::min<size_t>(value * 10 + static_cast<size_t>(format_[at_] - '0'), 1'000'000'000);
    }
    if (at_ == begin) return std::nullopt;
    return value;
  }

  bool flag(Specifier& specifier, char c) const {
    switch (c) {
      case '-': return specifier.left = true;
      case '+': return specifier.plus = true;
      case ' ': return specifier.space = true;
      case '0': return specifier.zero = true;
      case ',': return specifier.group = true;
      case '(': return specifier.parenthesis = true;
      case '#': return specifier.alternate = true;
      case '<': return specifier.previous = true;
      default: return false;
    }
  }

  base::Result<void> parse(Specifier& specifier, size_t begin) {
    size_t start = at_;
    if (auto index = number(); index && at_ < format_.size() && format_[at_] == '$') {
      specifier.index = *index;
      ++at_;
    } else {
      at_ = start;
    }
    while (at_ < format_.size() && flag(specifier, format_[at_])) ++at_;
    specifier.width = number().value_or(0);
    if (at_ < format_.size() && format_[at_] == '.') {
      ++at_;
      specifier.precision = number();
      if (!specifier.precision)
        return fail(fmt::format("a precision is missing in the format `{}`", format_.substr(begin, at_ - begin)));
    }
    if (at_ >= format_.size())
      return fail(fmt::format("the format specifier `{}` is incomplete", format_.substr(begin)));
    specifier.conversion = format_[at_++];
    if (specifier.width > limit_ || specifier.precision.value_or(0) > limit_) {
      return base::fail(limit_exceeded, fmt::format("the result of the format is larger than {} bytes", limit_));
    }
    return {};
  }

  base::Result<const Value*> argument(const Specifier& specifier) {
    if (!specifier.previous) last_ = specifier.index != 0 ? specifier.index - 1 : next_++;
    if (last_ >= arguments_.size())
      return fail(fmt::format("Format specifier '%{}' has no argument", specifier.conversion));
    return &arguments_[last_];
  }

  std::unexpected<base::Error> wrong_kind(const Specifier& specifier, const Value& value) const {
    return fail(fmt::format("the format conversion '%{}' does not take {}", specifier.conversion, class_name(value)));
  }

  base::Result<std::string> convert(const Specifier& specifier) {
    if (specifier.conversion == '%') return std::string("%");
    if (specifier.conversion == 'n') return std::string("\n");
    if (std::string_view("bBsScCdoxXeEfgG").find(specifier.conversion) == std::string_view::npos) {
      return fail(fmt::format("unknown format conversion '%{}'", specifier.conversion));
    }
    GYR_TRY(const Value* value, argument(specifier));
    switch (specifier.conversion) {
      case 'b':
      case 'B': {
        bool truth = value->is_boolean() ? value->as_boolean() : !value->is_null();
        return cut(specifier, truth ? "true" : "false");
      }
      case 's':
      case 'S': return cut(specifier, value->is_null() ? std::string("null") : java_text(*value));
      case 'c':
      case 'C': return character(specifier, *value);
      case 'd':
      case 'o':
      case 'x':
      case 'X': return integer(specifier, *value);
      default: return real(specifier, *value);
    }
  }

  base::Result<std::string> cut(const Specifier& specifier, std::string text) const {
    if (specifier.precision) text = text::utf16_slice(text, 0, *specifier.precision);
    return specifier.conversion < 'a' ? text::to_upper(text) : text;
  }

  base::Result<std::string> character(const Specifier& specifier, const Value& value) const {
    if (value.is_null()) return std::string("null");
    std::string text;
    if (value.is_integer() && value.as_integer() >= 0 && value.as_integer() < 0x110000) {
      base::append_utf8(text, static_cast<uint32_t>(value.as_integer()));
    } else if (value.is_string() && text::utf16_length(value.text()) == 1) {
      text = value.text();
    } else {
      return wrong_kind(specifier, value);
    }
    return specifier.conversion == 'C' ? text::to_upper(text) : text;
  }

  base::Result<std::string> integer(const Specifier& specifier, const Value& value) const {
    if (value.is_null()) return std::string("null");
    bool big = value.is_decimal() && is_big_integer(value);
    if (!value.is_integer() && !big) return wrong_kind(specifier, value);
    if (specifier.conversion == 'd') {
      std::string digits = big ? std::string(value.text()) : fmt::format("{}", value.as_integer());
      bool negative = digits.starts_with('-');
      return signed_text(specifier, negative ? digits.substr(1) : digits, negative);
    }
    if (big) return wrong_kind(specifier, value);
    auto bits = static_cast<uint64_t>(value.as_integer());
    if (value.is_narrow()) bits &= 0xFFFFFFFF;
    std::string digits = specifier.conversion == 'o'   ? fmt::format("{:o}", bits)
                         : specifier.conversion == 'x' ? fmt::format("{:x}", bits)
                                                       : fmt::format("{:X}", bits);
    if (specifier.alternate)
      digits.insert(0, specifier.conversion == 'o' ? "0" : (specifier.conversion == 'x' ? "0x" : "0X"));
    return zero_padded(specifier, digits, 0);
  }

  base::Result<std::string> real(const Specifier& specifier, const Value& value) const {
    if (value.is_null()) return std::string("null");
    auto number = number_of(value);
    bool fits = number && (number->is_real() || number->kind == Number::Kind::decimal);
    if (!fits) return wrong_kind(specifier, value);
    if (number->is_real() && !std::isfinite(number->real)) {
      return std::string(std::isnan(number->real) ? "NaN" : (number->real < 0 ? "-Infinity" : "Infinity"));
    }
    text::Decimal decimal = number->kind == Number::Kind::decimal ? number->decimal : shortest(*number);
    bool negative = decimal.is_negative() || (number->is_real() && std::signbit(number->real));
    if (negative) decimal = decimal.is_negative() ? decimal.negated() : decimal;
    size_t precision = specifier.precision.value_or(6);
    char lower = static_cast<char>(specifier.conversion | 0x20);
    std::string text;
    if (lower == 'f') {
      text = fixed(decimal, precision);
    } else if (lower == 'e') {
      text = scientific(decimal, precision);
    } else {
      text = general(decimal, std::max<size_t>(precision, 1));
    }
    if (specifier.conversion < 'a') text = text::to_upper(text);
    return signed_text(specifier, text, negative);
  }

  /// Java takes the digits that it would print, not those of the bits.
  static text::Decimal shortest(const Number& number) {
    if (number.kind == Number::Kind::float64) return text::Decimal::of_double(number.real);
    return text::Decimal::parse(fmt::format("{}", static_cast<float>(number.real))).value_or(text::Decimal());
  }

  static std::string fixed(const text::Decimal& decimal, size_t precision) {
    return decimal.rounded(static_cast<int64_t>(precision), text::Decimal::Rounding::half_up).plain_text();
  }

  static std::string scientific(const text::Decimal& decimal, size_t precision) {
    if (decimal.is_zero()) return fmt::format("{}e+00", fixed(decimal, precision));
    auto exponent = static_cast<int64_t>(decimal.digit_count()) - decimal.scale() - 1;
    text::Decimal rounded =
        decimal.rounded(static_cast<int64_t>(precision) - exponent, text::Decimal::Rounding::half_up);
    std::string digits = rounded.digits();
    if (digits.size() > precision + 1) {  // 9.99 became 10.0
      ++exponent;
      digits.resize(precision + 1);
    }
    if (precision > 0) digits.insert(1, 1, '.');
    return fmt::format("{}e{}{:02}", digits, exponent < 0 ? '-' : '+', std::abs(exponent));
  }

  static std::string general(const text::Decimal& decimal, size_t precision) {
    if (decimal.is_zero()) return fixed(decimal, precision - 1);
    auto exponent = static_cast<int64_t>(decimal.digit_count()) - decimal.scale() - 1;
    text::Decimal rounded =
        decimal.rounded(static_cast<int64_t>(precision) - exponent - 1, text::Decimal::Rounding::half_up);
    exponent = static_cast<int64_t>(rounded.digit_count()) - rounded.scale() - 1;
    if (exponent >= -4 && exponent < static_cast<int64_t>(precision)) {
      return fixed(decimal, static_cast<size_t>(static_cast<int64_t>(precision) - exponent - 1));
    }
    return scientific(decimal, precision - 1);
  }

  base::Result<std::string> signed_text(const Specifier& specifier, std::string digits, bool negative) const {
    if (specifier.group) {
      size_t whole = std::min(digits.find_first_not_of("0123456789"), digits.size());
      for (size_t i = whole; i > 3;) digits.insert(i -= 3, 1, ',');
    }
    std::string sign;
    std::string end;
    if (negative) {
      sign = specifier.parenthesis ? "(" : "-";
      end = specifier.parenthesis ? ")" : "";
    } else if (specifier.plus) {
      sign = "+";
    } else if (specifier.space) {
      sign = " ";
    }
    return zero_padded(specifier, sign + digits + end, sign.size());
  }

  base::Result<std::string> zero_padded(const Specifier& specifier, std::string text, size_t at) const {
    if (specifier.zero && text.size() < specifier.width) text.insert(at, specifier.width - text.size(), '0');
    return text;
  }

  base::Result<void> pad(const Specifier& specifier, std::string text) {
    size_t length = specifier.conversion == 'n' ? specifier.width : text::utf16_length(text);
    size_t missing = specifier.width > length ? specifier.width - length : 0;
    if (out_.size() + text.size() + missing > limit_) {
      return base::fail(limit_exceeded, fmt::format("the result of the format is larger than {} bytes", limit_));
    }
    if (!specifier.left) out_.append(missing, ' ');
    out_.append(text);
    if (specifier.left) out_.append(missing, ' ');
    return {};
  }

  std::string_view format_;
  std::span<const Value> arguments_;
  size_t limit_;
  size_t at_ = 0;
  size_t next_ = 0;
  size_t last_ = 0;
  std::string out_;
};

}  // namespace

base::Result<std::string> java_format(std::string_view format, std::span<const Value> arguments, size_t limit) {
  return Formatter(format, arguments, limit).run();
}

}  // namespace gyr::expression
