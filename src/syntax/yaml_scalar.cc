#include "syntax/yaml_scalar.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "syntax/characters.h"
#include "syntax/excerpt.h"
#include "syntax/json_reader.h"

namespace gyr::syntax {
namespace {

using Resolved = std::expected<base::Value, std::string>;

constexpr std::string_view core_tag = "tag:yaml.org,2002:";

bool is_octal(char c) { return c >= '0' && c <= '7'; }
bool is_binary(char c) { return c == '0' || c == '1'; }
bool is_hexadecimal(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

template <size_t count>
bool is_one_of(std::string_view text, const std::array<std::string_view, count>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

constexpr std::array<std::string_view, 9> true_words{"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"};
constexpr std::array<std::string_view, 9> false_words{"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"};
constexpr std::array<std::string_view, 4> null_words{"~", "null", "Null", "NULL"};

/// Digits with `_` anywhere between and after them; at least one digit.
bool is_digits(std::string_view text, bool (*digit)(char)) {
  return std::any_of(text.begin(), text.end(), digit) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return c == '_' || digit(c); });
}

std::string_view without_sign(std::string_view text) {
  return text.starts_with('-') || text.starts_with('+') ? text.substr(1) : text;
}

bool is_integer(std::string_view text) {
  text = without_sign(text);
  if (text.empty() || !is_digit(text[0])) return false;
  if (text.starts_with("0b")) return is_digits(text.substr(2), is_binary);
  if (text.starts_with("0x")) return is_digits(text.substr(2), is_hexadecimal);
  if (text[0] == '0' && text.size() > 1) return is_digits(text.substr(1), is_octal);
  return is_digits(text, is_digit);
}

/// `e3`, `E-10` to the end.
bool is_exponent(std::string_view text) {
  if (text.empty() || (text[0] != 'e' && text[0] != 'E')) return false;
  text = without_sign(text.substr(1));
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

bool is_decimal(std::string_view text) {
  text = without_sign(text);
  size_t digits = 0;
  while (digits < text.size() && (is_digit(text[digits]) || (digits > 0 && text[digits] == '_'))) ++digits;
  if (digits == text.size()) return false;
  if (text[digits] != '.') return digits > 0 && is_exponent(text.substr(digits));
  size_t end = digits + 1;
  bool any_digit = digits > 0;
  for (; end < text.size() && (is_digit(text[end]) || text[end] == '_'); ++end) any_digit |= text[end] != '_';
  return any_digit && (end == text.size() || is_exponent(text.substr(end)));
}

/// Infinity, not a number, and base 60 with a fraction.
bool is_refused_number(std::string_view text) {
  if (text == ".nan" || text == ".NaN" || text == ".NAN") return true;
  text = without_sign(text);
  if (text == ".inf" || text == ".Inf" || text == ".INF") return true;
  size_t colon = text.find(':');
  size_t point = text.find('.');
  if (colon == std::string_view::npos || point == std::string_view::npos || point < colon) return false;
  std::string_view first = text.substr(0, colon);
  if (first.empty() || !is_digit(first[0]) || !is_digits(first, is_digit)) return false;
  std::string_view places = text.substr(colon, point - colon);
  while (!places.empty()) {
    // Each place is `:` and a number below 60.
    size_t digits = places.find(':', 1) == std::string_view::npos ? places.size() - 1 : places.find(':', 1) - 1;
    std::string_view place = places.substr(1, digits);
    bool below_sixty = digits == 1 || (digits == 2 && place[0] <= '5');
    if (!below_sixty || !std::all_of(place.begin(), place.end(), is_digit)) return false;
    places.remove_prefix(digits + 1);
  }
  std::string_view fraction = text.substr(point + 1);
  return std::all_of(fraction.begin(), fraction.end(), [](char c) { return is_digit(c) || c == '_'; });
}

std::string without_underscores(std::string_view text) {
  std::string digits(text);
  std::erase(digits, '_');
  return digits;
}

/// Digits of a base that is a power of two, as decimal digits.
std::string to_decimal(std::string_view digits, uint32_t base) {
  constexpr uint64_t limb_base = 1'000'000'000;
  std::vector<uint64_t> limbs{0};  // the least first
  for (char c : digits) {
    uint64_t carry = is_digit(c) ? static_cast<uint64_t>(c - '0') : static_cast<uint64_t>((c | 0x20) - 'a' + 10);
    for (uint64_t& limb : limbs) {
      carry += limb * base;
      limb = carry % limb_base;
      carry /= limb_base;
    }
    if (carry != 0) limbs.push_back(carry);
  }
  std::string text = fmt::format("{}", limbs.back());
  for (size_t i = limbs.size() - 1; i-- > 0;) text += fmt::format("{:09}", limbs[i]);
  return text;
}

Resolved resolve_integer(std::string_view text) {
  std::string digits = without_underscores(without_sign(text));
  if (digits.size() > max_json_integer) {
    return std::unexpected(fmt::format("an integer has more than {} digits", max_json_integer));
  }
  uint32_t base = digits.starts_with("0x") ? 16 : digits.starts_with("0b") ? 2 : digits.starts_with('0') ? 8 : 10;
  if (base == 16 || base == 2) digits.erase(0, 2);
  if (base != 10) digits = to_decimal(digits, base);
  if (text.starts_with('-')) digits.insert(0, 1, '-');
  return integer_value(digits);
}

std::string malformed_number(std::string_view text) {
  return fmt::format("Malformed numeric value '{}'", excerpt(text));
}

Resolved resolve_as_number(std::string_view text) {
  std::string plain = without_underscores(text);
  std::string_view digits = without_sign(plain);
  bool whole = !digits.empty() && std::all_of(digits.begin(), digits.end(), is_digit);
  if (!whole && !is_decimal(plain)) return std::unexpected(malformed_number(text));
  // from_chars requires at least one digit next to the point, which is_decimal has checked.
  const auto number = decimal_to_double(plain);
  if (!number) return std::unexpected(fmt::format("{}: it {}", malformed_number(text), out_of_range));
  return base::Value::number(*number);
}

Resolved resolve_as_boolean(std::string_view text) {
  std::string word = base::to_lower_ascii(text);
  if (word == "true" || word == "yes" || word == "on" || word == "y") return base::Value::boolean(true);
  if (word == "false" || word == "no" || word == "off" || word == "n") return base::Value::boolean(false);
  return base::Value::string(text);
}

Resolved resolve_as_bytes(std::string_view text) {
  auto bytes = base::base64_decode(text, true);
  if (!bytes) return std::unexpected("the text of a !!binary scalar is not valid Base64");
  return base::Value::string(base::base64_encode(*bytes));
}

}  // namespace

ScalarShape shape_of_plain(std::string_view text) {
  if (text.empty()) return ScalarShape::text;
  char first = text[0];
  if (is_digit(first) || first == '+' || first == '-' || first == '.') {
    if (is_integer(text)) return ScalarShape::integer;
    if (is_decimal(text)) return ScalarShape::number;
    return is_refused_number(text) ? ScalarShape::malformed_number : ScalarShape::text;
  }
  switch (first) {
    case '~':
    case 'n':
    case 'N':
      if (is_one_of(text, null_words)) return ScalarShape::null;
      [[fallthrough]];
    case 't':
    case 'T':
    case 'f':
    case 'F':
    case 'y':
    case 'Y':
    case 'o':
    case 'O':
      return is_one_of(text, true_words) || is_one_of(text, false_words) ? ScalarShape::boolean : ScalarShape::text;
    default: return ScalarShape::text;
  }
}

Resolved resolve_plain(std::string_view text) {
  switch (shape_of_plain(text)) {
    case ScalarShape::null: return base::Value::null();
    case ScalarShape::boolean: return base::Value::boolean(is_one_of(text, true_words));
    case ScalarShape::integer: return resolve_integer(text);
    case ScalarShape::number:
      // What no number can hold keeps its text: a short commit id such as 12e4567 is one, and no number is meant.
      return resolve_as_number(text).value_or(base::Value::string(text));
    case ScalarShape::malformed_number: return std::unexpected(malformed_number(text));
    case ScalarShape::text: break;
  }
  return base::Value::string(text);
}

Resolved resolve_tagged(std::string_view tag, std::string_view text) {
  if (text.empty()) return base::Value::string(text);
  if (tag == "!") return resolve_plain(text);
  if (!tag.starts_with(core_tag)) return base::Value::string(text);
  tag.remove_prefix(core_tag.size());
  if (tag == "int") return is_integer(text) ? resolve_integer(text) : base::Value::string(text);
  if (tag == "float") return resolve_as_number(text);
  if (tag == "bool") return resolve_as_boolean(text);
  if (tag == "null") return base::Value::null();
  if (tag == "binary") return resolve_as_bytes(text);
  return base::Value::string(text);
}

}  // namespace gyr::syntax
