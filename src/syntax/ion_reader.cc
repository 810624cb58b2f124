#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/limits.h"
#include "base/text.h"
#include "syntax/calendar.h"
#include "syntax/characters.h"
#include "syntax/excerpt.h"
#include "syntax/ion.h"
#include "syntax/json_reader.h"
#include "syntax/source_text.h"

namespace gyr::syntax {
namespace {

using base::Value;

/// The exponent of a decimal moves its point by at most this many places, because the plain text is stored.
constexpr int64_t max_decimal_exponent = 1000;

bool is_ion_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_operator(char c) {
  return c != '\0' && std::string_view("!#%&*+-./;<=>?@^`|~").find(c) != std::string_view::npos;
}

std::string describe_ion(std::string_view text, size_t at) {
  if (at >= text.size()) return "the end of the text";
  size_t end = at + 1;
  if (is_symbol_letter(text[at]) || is_digit(text[at])) {
    while (end < text.size() && end - at < 24 && (is_symbol_letter(text[end]) || is_digit(text[end]))) ++end;
  } else {
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
  }
  return fmt::format("'{}'", excerpt(text.substr(at, end - at)));
}

/// `$ion_1_0` and its like.
bool is_version_marker(std::string_view symbol) {
  if (!symbol.starts_with("$ion_")) return false;
  symbol.remove_prefix(5);
  size_t bar = symbol.find('_');
  if (bar == std::string_view::npos || bar == 0 || bar + 1 == symbol.size()) return false;
  return std::all_of(symbol.begin(), symbol.end(), [](char c) { return is_digit(c) || c == '_'; }) &&
         symbol.rfind('_') == bar;
}

/// The plain text of digits with `fraction` digits after the point, moved by an exponent.
std::string plain_decimal(std::string_view digits, int64_t fraction, int64_t exponent) {
  int64_t point = static_cast<int64_t>(digits.size()) - fraction + exponent;
  std::string plain;
  if (point <= 0) {
    plain = "0." + std::string(static_cast<size_t>(-point), '0') + std::string(digits);
  } else if (point >= static_cast<int64_t>(digits.size())) {
    plain = std::string(digits) + std::string(static_cast<size_t>(point) - digits.size(), '0');
  } else {
    plain =
        fmt::format("{}.{}", digits.substr(0, static_cast<size_t>(point)), digits.substr(static_cast<size_t>(point)));
  }
  size_t first = plain.find_first_not_of('0');
  if (first == std::string::npos || plain[first] == '.') first = std::min(first, plain.size()) - 1;
  return plain.substr(first);
}

}  // namespace

IonReader::IonReader(std::string_view text, const IonLimits& limits) : text_(text), limits_(limits) {
  if (text.size() > limits.bytes) {
    fail(0, fmt::format("the text has {} bytes; the limit is {}", text.size(), limits.bytes));
  } else if (auto invalid = base::find_invalid_utf8(text)) {
    fail(*invalid, "bytes that are not valid UTF-8");
  }
  at_ = byte_order_mark_size(text);
}

base::Result<std::optional<Value>> IonReader::next() {
  while (!failed_ && skip_space() && !at_end()) {
    size_t start = at_;
    std::string_view symbol = read_identifier();
    bool skipped = is_version_marker(symbol) && !starts_with("::");
    if (skipped) continue;
    at_ = start;
    Value value;
    if (!read_value(0, value)) break;
    if (symbol == "$ion_symbol_table" && value.is_map()) continue;
    return std::optional(std::move(value));
  }
  if (failed_) return base::fail(error());
  return std::optional<Value>();
}

bool IonReader::read_value(uint32_t depth, Value& out) {
  if (depth > std::min(limits_.depth, base::limits::value_depth)) {
    return fail(at_, fmt::format("values are nested more than {} deep", limits_.depth));
  }
  bool annotated = false;
  if (!skip_annotations(annotated)) return false;
  char c = peek();
  if (c == '{') return peek(1) == '{' ? read_lob(out) : read_struct(depth, out);
  if (c == '[') return read_sequence(depth, ']', out);
  if (c == '(') return read_sequence(depth, ')', out);
  if (is_digit(c) || (c == '-' && is_digit(peek(1)))) return read_number(out);
  if (starts_with("+inf") || starts_with("-inf")) {
    out = Value::number(c == '+' ? std::numeric_limits<double>::infinity() : -std::numeric_limits<double>::infinity());
    at_ += 4;
    return ends_value() || unexpected("the end of the number");
  }
  if (c == '"' || c == '\'') {
    std::string text;
    if (!(starts_with("'''") ? read_long_string(text) : read_quoted(c, text))) return false;
    out = Value::string(text);
    return true;
  }
  std::string_view word = read_identifier();
  if (word.empty()) return unexpected(annotated ? "a value after the annotation" : "a value");
  if (word == "null") return read_null(out);
  if (word == "true" || word == "false") {
    out = Value::boolean(word == "true");
  } else if (word == "nan") {
    out = Value::number(std::numeric_limits<double>::quiet_NaN());
  } else {
    out = Value::string(word);
  }
  return true;
}

bool IonReader::skip_annotations(bool& annotated) {
  for (;;) {
    size_t start = at_;
    if (peek() == '\'' && !starts_with("'''")) {
      std::string name;
      if (!read_quoted('\'', name)) return false;
    } else if (read_identifier().empty()) {
      return true;
    }
    if (!skip_space()) return false;
    if (!starts_with("::")) {
      at_ = start;
      return true;
    }
    at_ += 2;
    annotated = true;
    if (!skip_space()) return false;
  }
}

/// Behind `null`: a type may follow its point.
bool IonReader::read_null(Value& out) {
  out = Value();
  if (peek() != '.' || !is_symbol_letter(peek(1))) return true;
  size_t start = at_++;
  constexpr std::string_view types[] = {"null",   "bool", "int",  "float", "decimal", "timestamp", "symbol",
                                        "string", "clob", "blob", "list",  "sexp",    "struct"};
  std::string_view type = read_identifier();
  if (std::find(std::begin(types), std::end(types), type) != std::end(types)) return true;
  return fail(start + 1, fmt::format("'{}' is not a type of a null", excerpt(type)));
}

bool IonReader::read_number(Value& out) {
  size_t start = at_;
  bool negative = accept('-');
  if (peek() == '0' && (peek(1) == 'x' || peek(1) == 'X' || peek(1) == 'b' || peek(1) == 'B'))
    return read_based_integer(negative, out);
  if (!negative && is_digit(peek(1)) && is_digit(peek(2)) && is_digit(peek(3)) && (peek(4) == '-' || peek(4) == 'T')) {
    return read_timestamp(out);
  }
  if (peek() == '0' && (is_digit(peek(1)) || (peek(1) == '_' && is_digit(peek(2)))))
    return fail(start, "a number cannot have leading zeros");
  std::string digits;
  auto read_digits = [&] {
    while (is_digit(peek()) || (peek() == '_' && is_digit(peek(1)) && !digits.empty() && is_digit(text_[at_ - 1]))) {
      if (peek() != '_') digits += peek();
      ++at_;
    }
  };
  read_digits();
  size_t whole = digits.size();
  bool has_point = accept('.');
  if (has_point) read_digits();
  char mark = static_cast<char>(peek() | 0x20);
  int64_t exponent = 0;
  if (mark == 'e' || mark == 'd') {
    ++at_;
    size_t exponent_start = at_;
    if (peek() == '+')
      exponent_start = ++at_;
    else if (peek() == '-')
      ++at_;
    if (!is_digit(peek())) return unexpected("a digit of the exponent");
    while (is_digit(peek())) ++at_;
    auto read = std::from_chars(text_.data() + exponent_start, text_.data() + at_, exponent);
    if (read.ec != std::errc()) exponent = text_[exponent_start] == '-' ? -1'000'000'000 : 1'000'000'000;
  } else {
    mark = has_point ? 'd' : 'i';
  }
  if (!ends_value()) return unexpected("the end of the number");
  auto too_long = [&] { return fail(start, fmt::format("a number has more than {} digits", max_json_integer)); };
  if (digits.size() > max_json_integer) return too_long();
  std::string sign = negative ? "-" : "";
  if (mark == 'i') {
    out = integer_value(sign + digits);
  } else if (mark == 'e') {
    exponent = std::clamp<int64_t>(exponent, -1'000'000, 1'000'000);
    const auto number =
        decimal_to_double(fmt::format("{}{}.{}e{}", sign, digits.substr(0, whole), digits.substr(whole), exponent));
    if (!number) return fail(start, fmt::format("the number {}", out_of_range));
    out = Value::number(*number);
  } else {
    if (std::abs(exponent) > max_decimal_exponent)
      return fail(start, fmt::format("the exponent of a decimal is greater than {}", max_decimal_exponent));
    if (digits.find_first_not_of('0') == std::string::npos) sign.clear();  // decimals have no negative zero
    std::string plain = plain_decimal(digits, static_cast<int64_t>(digits.size() - whole), exponent);
    const size_t point = plain.contains('.') ? 1 : 0;
    if (plain.size() - point > max_json_integer)
      return too_long();  // in its written form, because it must be readable again
    out = Value::decimal(sign + plain);
  }
  return true;
}

/// `0xff` and `0b101`, at the 0.
bool IonReader::read_based_integer(bool negative, Value& out) {
  size_t start = at_;
  int base = (peek(1) | 0x20) == 'x' ? 16 : 2;
  at_ += 2;
  std::string digits = negative ? "-" : "";
  while (is_symbol_letter(peek()) || is_digit(peek())) {
    if (peek() != '_') digits += peek();
    ++at_;
  }
  int64_t value = 0;
  auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (read.ec == std::errc::result_out_of_range)
    return fail(start, "a binary or hexadecimal number has more than 64 bits");
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size() || !ends_value()) {
    return fail(start, fmt::format("expected digits of base {}, found {}", base, describe_ion(text_, start)));
  }
  out = Value::fitting_integer(value);
  return true;
}

bool IonReader::two_digits(int64_t least, int64_t most, int64_t& out) {
  if (!is_digit(peek()) || !is_digit(peek(1))) return unexpected("two digits of the timestamp");
  out = (peek() - '0') * 10 + (peek(1) - '0');
  if (out < least || out > most)
    return fail(at_, fmt::format("expected {} to {} in the timestamp, found {}", least, most, out));
  at_ += 2;
  return true;
}

/// `2024T`, `2024-02T`, `2024-02-29`, `2024-02-29T12:00:00.000Z`: what is missing counts as its least.
bool IonReader::read_timestamp(Value& out) {
  CivilDate date;
  std::from_chars(text_.data() + at_, text_.data() + at_ + 4, date.year);
  if (date.year == 0) return fail(at_, "a timestamp has a year of 1 or later");
  at_ += 4;
  int64_t month = 1, day = 1;
  bool has_day = false;
  if (accept('-')) {
    if (!two_digits(1, 12, month)) return false;
    has_day = accept('-');
    if (has_day && !two_digits(1, days_in_month(date.year, static_cast<uint32_t>(month)), day)) return false;
  }
  date.month = static_cast<uint32_t>(month);
  date.day = static_cast<uint32_t>(day);
  int64_t days = days_from_civil(date);
  bool has_mark = accept('T');
  if (!has_day && !has_mark) return unexpected("`T` after a year or a month");
  if (has_mark && has_day && is_digit(peek())) return read_timestamp_time(days, out);
  out = Value::instant({.seconds = days * 86'400, .nanos = 0});
  return ends_value() || unexpected("the end of the timestamp");
}

/// Behind the `T`.
bool IonReader::read_timestamp_time(int64_t days, Value& out) {
  int64_t hour = 0, minute = 0, second = 0, nanos = 0;
  if (!two_digits(0, 23, hour)) return false;
  if (!accept(':')) return unexpected("':' and the minute");
  if (!two_digits(0, 59, minute)) return false;
  if (accept(':')) {
    if (!two_digits(0, 59, second)) return false;
    if (accept('.')) {
      if (!is_digit(peek())) return unexpected("a digit of the second's fraction");
      for (int64_t unit = base::nanos_per_second / 10; is_digit(peek()); ++at_, unit /= 10)
        nanos += (peek() - '0') * unit;
    }
  }
  int64_t offset = 0;
  if (!accept('Z')) {
    if (peek() != '+' && peek() != '-') return unexpected("'Z' or an offset such as +02:00");
    int64_t sign = text_[at_++] == '+' ? 1 : -1;
    int64_t hours = 0, minutes = 0;
    if (!two_digits(0, 23, hours)) return false;
    if (!accept(':')) return unexpected("':' in the offset");
    if (!two_digits(0, 59, minutes)) return false;
    offset = sign * (hours * 3600 + minutes * 60);
  }
  out = Value::instant(
      {.seconds = days * 86'400 + hour * 3600 + minute * 60 + second - offset, .nanos = static_cast<uint32_t>(nanos)});
  return ends_value() || unexpected("the end of the timestamp");
}

/// `{{ base64 }}`, `{{ "text" }}`.
bool IonReader::read_lob(Value& out) {
  size_t start = at_;
  at_ += 2;
  while (is_ion_space(peek())) ++at_;  // comments are part of neither
  std::string text;
  if (peek() == '"' || starts_with("'''")) {
    if (!(peek() == '"' ? read_quoted('"', text) : read_long_string(text))) return false;
    while (is_ion_space(peek())) ++at_;
  } else {
    while (!at_end() && peek() != '}') {
      if (!is_ion_space(peek())) text += peek();
      ++at_;
    }
    if (text.size() % 4 != 0 || !base::base64_decode(text))
      return fail(start, "the text between {{ and }} is not Base64");
  }
  if (!starts_with("}}")) return unexpected("}}");
  at_ += 2;
  out = Value::string(text);
  return true;
}

/// `[a, b]`, `(a b)`.
bool IonReader::read_sequence(uint32_t depth, char close, Value& out) {
  size_t start = at_++;
  base::ListBuilder list;
  for (;;) {
    if (!skip_space()) return false;
    if (at_end()) return fail(start, fmt::format("'{}' has no '{}'", text_[start], close));
    if (accept(close)) break;
    Value item;
    bool is_symbol = close == ')' && is_operator(peek()) && !(peek() == '-' && is_digit(peek(1))) &&
                     !starts_with("+inf") && !starts_with("-inf");
    if (!(is_symbol ? read_operator(item) : read_value(depth + 1, item))) return false;
    list.push(std::move(item));
    if (close == ')') continue;
    if (!skip_space()) return false;
    if (!accept(',') && peek() != close) return unexpected(fmt::format("',' or '{}'", close));
  }
  out = list.build();
  return true;
}

bool IonReader::read_operator(Value& out) {
  size_t start = at_;
  while (is_operator(peek())) ++at_;
  out = Value::string(text_.substr(start, at_ - start));
  return true;
}

bool IonReader::read_struct(uint32_t depth, Value& out) {
  size_t start = at_++;
  base::MapBuilder map;
  for (;;) {
    if (!skip_space()) return false;
    if (at_end()) return fail(start, "'{' has no '}'");
    if (accept('}')) break;
    std::string name;
    if (!read_field_name(name) || !skip_space()) return false;
    if (!accept(':')) return unexpected("':' after the name of a field");
    Value value;
    if (!skip_space() || !read_value(depth + 1, value)) return false;
    map.set(name, std::move(value));
    if (!skip_space()) return false;
    if (!accept(',') && peek() != '}') return unexpected("',' or '}'");
  }
  out = map.build();
  return true;
}

bool IonReader::read_field_name(std::string& out) {
  if (starts_with("'''")) return read_long_string(out);
  if (peek() == '"' || peek() == '\'') return read_quoted(peek(), out);
  size_t start = at_;
  out = read_identifier();
  if (out.empty()) return unexpected("the name of a field or '}'");
  if (out != "null" && out != "true" && out != "false" && out != "nan") return true;
  return fail(start, fmt::format("'{}' is a keyword; put the name of the field in quotes", out));
}

bool IonReader::read_quoted(char quote, std::string& out) {
  size_t start = at_++;
  for (;;) {
    size_t plain = at_;
    while (at_ < text_.size() && text_[at_] != quote && text_[at_] != '\\' &&
           static_cast<unsigned char>(text_[at_]) >= 0x20)
      ++at_;
    out += text_.substr(plain, at_ - plain);
    if (at_end()) return fail(start, fmt::format("{} has no end", quote == '"' ? "a string" : "a symbol"));
    char c = text_[at_];
    if (c == quote) {
      ++at_;
      return true;
    }
    if (c == '\\') {
      if (!read_escape(out)) return false;
    } else if (c == '\t') {
      out += c;
      ++at_;
    } else {
      return fail(at_, c == '\n' || c == '\r' ? "a string contains a line break; use \\n or '''…'''"
                                              : "a control character in a string");
    }
  }
}

/// `'''…'''`, any number of them one after another.
bool IonReader::read_long_string(std::string& out) {
  for (;;) {
    size_t start = at_;
    at_ += 3;
    for (;;) {
      if (at_end()) return fail(start, "''' has no end");
      if (starts_with("'''")) break;
      if (peek() == '\\') {
        if (!read_escape(out)) return false;
      } else if (peek() == '\r') {
        out += '\n';
        at_ += peek(1) == '\n' ? 2 : 1;
      } else {
        out += text_[at_++];
      }
    }
    at_ += 3;
    size_t end = at_;
    if (!skip_space()) return false;
    if (starts_with("'''")) continue;
    at_ = end;
    return true;
  }
}

bool IonReader::read_escape(std::string& out) {
  size_t start = at_++;
  char c = peek();
  ++at_;
  uint32_t code = 0;
  switch (c) {
    case '0': out += '\0'; return true;
    case 'a': out += '\a'; return true;
    case 'b': out += '\b'; return true;
    case 't': out += '\t'; return true;
    case 'n': out += '\n'; return true;
    case 'f': out += '\f'; return true;
    case 'r': out += '\r'; return true;
    case 'v': out += '\v'; return true;
    case '"':
    case '\'':
    case '?':
    case '\\':
    case '/': out += c; return true;
    case '\n': return true;
    case '\r': accept('\n'); return true;
    case 'x':
      if (!read_hex(2, code)) return false;
      break;
    case 'u': {
      if (!read_hex(4, code)) return false;
      size_t behind = at_;
      uint32_t low = 0;
      if (code >= 0xD800 && code < 0xDC00 && starts_with("\\u")) {
        at_ += 2;
        if (!read_hex(4, low)) return false;
        if (low >= 0xDC00 && low < 0xE000) {
          code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        } else {
          at_ = behind;
        }
      }
      break;
    }
    case 'U':
      if (!read_hex(8, code)) return false;
      break;
    default:
      at_ = start;
      return fail(start, fmt::format("'\\{}' is not an escape sequence",
                                     start + 1 < text_.size() ? excerpt(text_.substr(start + 1, 1)) : ""));
  }
  if (code > 0x10FFFF) return fail(start, "an escape beyond U+10FFFF");
  base::append_utf8(out, code >= 0xD800 && code < 0xE000 ? 0xFFFD : code);
  return true;
}

bool IonReader::read_hex(size_t digits, uint32_t& out) {
  std::string_view text = text_.substr(std::min(at_, text_.size()), digits);
  auto read = std::from_chars(text.data(), text.data() + text.size(), out, 16);
  if (text.size() < digits || read.ec != std::errc() || read.ptr != text.data() + digits) {
    return unexpected(fmt::format("{} hexadecimal digits", digits));
  }
  at_ += digits;
  return true;
}

std::string_view IonReader::read_identifier() {
  size_t start = at_;
  if (!is_symbol_letter(peek())) return {};
  while (is_symbol_letter(peek()) || is_digit(peek())) ++at_;
  return text_.substr(start, at_ - start);
}

bool IonReader::skip_space() {
  for (;;) {
    while (at_ < text_.size() && is_ion_space(text_[at_])) ++at_;
    if (starts_with("//")) {
      at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
    } else if (starts_with("/*")) {
      size_t end = text_.find("*/", at_ + 2);
      if (end == std::string_view::npos) return fail(at_, "a comment has no end");
      at_ = end + 2;
    } else {
      return true;
    }
  }
}

bool IonReader::accept(char c) {
  if (at_end() || text_[at_] != c) return false;
  ++at_;
  return true;
}

bool IonReader::ends_value() const {
  if (at_end() || is_ion_space(text_[at_])) return true;
  return std::string_view("{}[](),\"':/").find(text_[at_]) != std::string_view::npos;
}

bool IonReader::fail(size_t offset, std::string message) {
  if (!failed_) {
    problem_offset_ = std::min(offset, text_.size());
    problem_ = std::move(message);
  }
  failed_ = true;
  return false;
}

bool IonReader::unexpected(std::string_view expected) {
  return fail(at_, fmt::format("expected {}, found {}", expected, describe_ion(text_, at_)));
}

base::Error IonReader::error() const {
  Position place = position_at(text_, problem_offset_);
  base::Error error(ion_malformed, fmt::format("{} at line {}, column {}", problem_, place.line, place.column));
  return error.with_place({.file = {}, .line = place.line, .column = place.column});
}

}  // namespace gyr::syntax
