#include "syntax/json_reader.h"

#include <charconv>
#include <limits>

#include "base/limits.h"
#include "base/text.h"
#include "syntax/characters.h"
#include "syntax/excerpt.h"
#include "syntax/source_text.h"

namespace gyr::syntax {
namespace {

constexpr size_t max_shared_key = 32;  // longer ones are seldom keys that come again

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '.' || c == '+' ||
         c == '-';
}

/// The text at a position, for messages.
std::string describe(std::string_view text, size_t at) {
  if (at >= text.size()) return "the end of the text";
  size_t end = at + 1;
  if (is_word(text[at])) {
    while (end < text.size() && end - at < 24 && is_word(text[end])) ++end;
  } else {
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
  }
  return fmt::format("'{}'", excerpt(text.substr(at, end - at)));
}

/// Advice for typical mistakes of JavaScript and Python authors.
std::string value_hint(std::string_view rest) {
  if (rest.starts_with('\'')) return "put strings in double quotes";
  if (rest.starts_with("//") || rest.starts_with("/*") || rest.starts_with('#')) return "JSON has no comments";
  if (rest.starts_with("NaN") || rest.starts_with("Infinity") || rest.starts_with("-Infinity")) {
    return "JSON does not support this number; use null or a string";
  }
  if (rest.starts_with("True") || rest.starts_with("False") || rest.starts_with("None")) {
    return "write true, false or null in lower case";
  }
  if (rest.starts_with(']') || rest.starts_with('}')) return "remove the comma before it";
  if (rest.starts_with("\xEF\xBB\xBF")) return "remove the byte order mark";
  return {};
}

/// The power of ten of the first nonzero digit of a decimal, to distinguish numbers that are too large from numbers
/// that are too small.
int64_t magnitude_of(std::string_view text) {
  constexpr int64_t beyond_any_text = 1'000'000'000'000;
  size_t exponent_at = text.find_first_of("eE");
  std::string_view mantissa = text.substr(0, exponent_at);
  int64_t exponent = 0;
  if (exponent_at != std::string_view::npos) {
    std::string_view digits = text.substr(exponent_at + 1);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    auto read = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    if (read.ec != std::errc()) exponent = digits.starts_with('-') ? -beyond_any_text : beyond_any_text;
    exponent = std::clamp(exponent, -beyond_any_text, beyond_any_text);
  }
  size_t point = std::min(mantissa.find('.'), mantissa.size());
  size_t first = mantissa.find_first_of("123456789");
  if (first == std::string_view::npos) return -beyond_any_text;
  auto place = static_cast<int64_t>(point) - static_cast<int64_t>(first);
  return exponent + place;
}

}  // namespace

std::optional<double> decimal_to_double(std::string_view text) {
  bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec == std::errc::result_out_of_range) {
    if (magnitude_of(text) > 0) return std::nullopt;
    value = 0.0;
  }
  return negative ? -value : value;
}

base::Value integer_value(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  int64_t value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc()) {
    return base::Value::fitting_integer(value);
  }
  return base::Value::decimal(text);
}

JsonBuilders::Level& JsonBuilders::level(uint32_t depth) {
  while (levels_.size() <= depth) levels_.emplace_back();
  return levels_[depth];
}

const base::Value& JsonBuilders::key(std::string_view text) {
  size_t mix = text.size();
  if (!text.empty()) {
    mix = mix * 31 + static_cast<unsigned char>(text.front());
    mix = mix * 31 + static_cast<unsigned char>(text[text.size() / 2]);
    mix = mix * 31 + static_cast<unsigned char>(text.back());
  }
  base::Value& kept = keys_[mix % keys_.size()];
  bool same = kept.is_string() && kept.text() == text;
  if (!same) kept = base::Value::string(text);
  return kept;
}

JsonReader::JsonReader(std::string_view text, const JsonLimits& limits) : text_(text), limits_(limits) {}

base::Result<base::Value> JsonReader::read(bool prefix) {
  skip_space();
  base::Value value;
  if (at_end()) {
    fail(at_, "No content to map due to end-of-input");
  } else if (read_value(0, value)) {
    // `12x` is an invalid number, while `[1]x` is a list with text after it.
    bool ends = value.is_container() || value.is_string() || at_end() || is_space(peek());
    if (!prefix) {
      skip_space();
      ends = at_end();
    }
    if (ends) return value;
    unexpected("white space or the end of the text after the value");
  }
  return base::fail(error());
}

bool JsonReader::read_value(uint32_t depth, base::Value& out) {
  switch (peek()) {
    case '{': return read_map(depth, out);
    case '[': return read_list(depth, out);
    case '"': {
      std::string_view text;
      if (!read_string(text)) return false;
      out = base::Value::string(text);
      return true;
    }
    case '-': return read_number(out);
    default: return is_digit(peek()) ? read_number(out) : read_word(out);
  }
}

bool JsonReader::read_list(uint32_t depth, base::Value& out) {
  if (!check_depth(depth + 1)) return false;
  base::ListBuilder& list = builders_.level(depth).list;
  ++at_;
  skip_space();
  if (accept(']')) {
    out = base::Value::empty_list();
    return true;
  }
  while (true) {
    base::Value item;
    if (!read_value(depth + 1, item)) return fail_below(fmt::format("[{}]", list.size()));
    list.push(std::move(item));
    skip_space();
    if (accept(']')) break;
    if (!accept(',')) return unexpected("',' or ']'");
    skip_space();
  }
  out = list.build();
  return true;
}

bool JsonReader::read_map(uint32_t depth, base::Value& out) {
  if (!check_depth(depth + 1)) return false;
  base::MapBuilder& map = builders_.level(depth).map;
  ++at_;
  skip_space();
  if (accept('}')) {
    out = base::Value::empty_map();
    return true;
  }
  while (true) {
    std::string_view name;
    if (!read_key(name)) return false;
    base::Value key = name.size() <= max_shared_key ? builders_.key(name) : base::Value::string(name);
    skip_space();
    if (!accept(':')) return unexpected("':' after the key");
    skip_space();
    base::Value value;
    if (!read_value(depth + 1, value)) return fail_below(fmt::format(".{}", excerpt(key.text())));
    map.set(key, std::move(value));
    skip_space();
    if (accept('}')) break;
    if (!accept(',')) return unexpected("',' or '}'");
    skip_space();
  }
  out = map.build();
  return true;
}

bool JsonReader::read_key(std::string_view& out) {
  if (peek() == '"') return read_string(out);
  std::string hint =
      is_word(peek()) ? "put keys in double quotes" : value_hint(text_.substr(std::min(at_, text_.size())));
  return unexpected("a key in double quotes", std::move(hint));
}

bool JsonReader::read_string(std::string_view& out) {
  size_t start = ++at_;
  unsigned char seen = 0;
  for (; at_ < text_.size(); ++at_) {
    auto c = static_cast<unsigned char>(text_[at_]);
    if (c == '"' || c == '\\' || c < 0x20) break;
    seen |= c;
  }
  if (peek() == '\\' && !at_end()) return read_escaped_string(start, out);
  if (at_end()) return fail(start - 1, "the string that starts here is not closed");
  if (text_[at_] != '"') {
    return fail(at_,
                fmt::format("a string contains an unescaped control character (code {})", static_cast<int>(text_[at_])),
                "write it as an escape such as `\\n` or `\\t`");
  }
  out = text_.substr(start, at_ - start);
  if (seen >= 0x80) {
    if (auto wrong = base::find_invalid_utf8(out)) return fail(start + *wrong, "the bytes here are not valid UTF-8");
  }
  ++at_;
  return true;
}

bool JsonReader::read_escaped_string(size_t start, std::string_view& out) {
  unescaped_.assign(text_, start, at_ - start);
  size_t plain = at_;
  auto take_plain = [&] { unescaped_.append(text_, plain, at_ - plain); };
  for (; at_ < text_.size();) {
    auto c = static_cast<unsigned char>(text_[at_]);
    if (c == '"') {
      take_plain();
      if (auto wrong = base::find_invalid_utf8(text_.substr(start, at_ - start))) {
        return fail(start + *wrong, "the bytes here are not valid UTF-8");
      }
      ++at_;
      out = unescaped_;
      return true;
    }
    if (c < 0x20) {
      return fail(at_, fmt::format("a string contains an unescaped control character (code {})", c),
                  "write it as an escape such as `\\n` or `\\t`");
    }
    if (c != '\\') {
      ++at_;
      continue;
    }
    take_plain();
    if (!read_escape()) return false;
    plain = at_;
  }
  return fail(start - 1, "the string that starts here is not closed");
}

bool JsonReader::read_escape() {
  size_t start = at_++;
  char c = peek();
  ++at_;
  switch (c) {
    case '"':
    case '\\':
    case '/': unescaped_ += c; return true;
    case 'b': unescaped_ += '\b'; return true;
    case 'f': unescaped_ += '\f'; return true;
    case 'n': unescaped_ += '\n'; return true;
    case 'r': unescaped_ += '\r'; return true;
    case 't': unescaped_ += '\t'; return true;
    case 'u': return read_unicode_escape();
    default:
      return fail(start, fmt::format("{} is not a JSON escape sequence", describe(text_, start + 1)),
                  "write a backslash as `\\\\`");
  }
}

bool JsonReader::read_hex(uint32_t& out) {
  out = 0;
  size_t start = at_ - 2;
  for (int i = 0; i < 4; ++i, ++at_) {
    char c = peek();
    uint32_t digit = is_digit(c)              ? static_cast<uint32_t>(c - '0')
                     : (c >= 'a' && c <= 'f') ? static_cast<uint32_t>(c - 'a' + 10)
                     : (c >= 'A' && c <= 'F') ? static_cast<uint32_t>(c - 'A' + 10)
                                              : 16;
    if (digit == 16) return fail(start, "four hexadecimal digits must follow \\u");
    out = out << 4 | digit;
  }
  return true;
}

bool JsonReader::read_unicode_escape() {
  uint32_t unit = 0;
  if (!read_hex(unit)) return false;
  bool high = unit >= 0xD800 && unit < 0xDC00;
  if (high && text_.substr(at_, 2) == "\\u") {
    size_t second_at = at_;
    uint32_t second = 0;
    at_ += 2;
    if (!read_hex(second)) return false;
    if (second >= 0xDC00 && second < 0xE000) {
      base::append_utf8(unescaped_, 0x10000 + ((unit - 0xD800) << 10) + (second - 0xDC00));
      return true;
    }
    at_ = second_at;  // not its other half: a character of its own
  }
  bool surrogate = unit >= 0xD800 && unit < 0xE000;
  base::append_utf8(unescaped_, surrogate ? 0xFFFD : unit);
  return true;
}

bool JsonReader::read_number(base::Value& out) {
  size_t start = at_;
  accept('-');
  size_t digits = at_;
  while (is_digit(peek())) ++at_;
  if (at_ == digits) return unexpected("a digit after '-'", value_hint(text_.substr(start)));
  if (text_[digits] == '0' && at_ - digits > 1) return fail(digits, "a number cannot have leading zeros");
  size_t integer_digits = at_ - digits;
  bool integer = true;
  if (accept('.')) {
    integer = false;
    if (!is_digit(peek())) return unexpected("a digit after the decimal point");
    while (is_digit(peek())) ++at_;
  }
  if (peek() == 'e' || peek() == 'E') {
    integer = false;
    ++at_;
    if (!accept('+')) accept('-');
    if (!is_digit(peek())) return unexpected("a digit of the exponent");
    while (is_digit(peek())) ++at_;
  }
  std::string_view text = text_.substr(start, at_ - start);
  if (!integer) {
    const auto number = decimal_to_double(text);
    tells_path_ = !number;
    if (!number)
      return fail(start, fmt::format("the number {} {}", excerpt(text), out_of_range), "send it as a string");
    out = base::Value::number(*number);
    return true;
  }
  if (integer_digits > max_json_integer) {
    problem_code_ = json_limit_exceeded;
    return fail(start, fmt::format("an integer has more than {} digits", max_json_integer));
  }
  out = integer_value(text);
  return true;
}

bool JsonReader::read_word(base::Value& out) {
  std::string_view rest = text_.substr(std::min(at_, text_.size()));
  size_t length = 0;
  while (length < rest.size() && length < 6 && is_word(rest[length])) ++length;
  std::string_view word = rest.substr(0, length);
  if (word == "true" || word == "false") {
    out = base::Value::boolean(word == "true");
  } else if (word == "null") {
    out = base::Value::null();
  } else {
    return unexpected("a value", value_hint(rest));
  }
  at_ += length;
  return true;
}

void JsonReader::skip_space() {
  while (at_ < text_.size() && is_space(text_[at_])) ++at_;
}

bool JsonReader::accept(char c) {
  if (at_ >= text_.size() || text_[at_] != c) return false;
  ++at_;
  return true;
}

bool JsonReader::fail(size_t offset, std::string message, std::string hint) {
  problem_offset_ = offset;
  problem_ = std::move(message);
  hint_ = std::move(hint);
  return false;
}

bool JsonReader::fail_below(std::string_view step) {
  if (tells_path_) path_.insert(0, step);
  return false;
}

bool JsonReader::unexpected(std::string_view expected, std::string hint) {
  return fail(at_, fmt::format("expected {}, found {}", expected, describe(text_, at_)), std::move(hint));
}

bool JsonReader::check_depth(uint32_t depth) {
  if (depth <= std::min(limits_.depth, base::limits::value_depth)) return true;
  problem_code_ = json_limit_exceeded;
  return fail(at_, fmt::format("lists and objects are nested more than {} deep", limits_.depth));
}

base::Error JsonReader::error() const {
  Position place = position_at(text_, problem_offset_);
  std::string message = fmt::format("{} at line {}, column {}", problem_, place.line, place.column);
  if (tells_path_ && !path_.empty())
    message += fmt::format(" (`{}`)", path_.starts_with('.') ? std::string_view(path_).substr(1) : path_);
  base::Error error(problem_code_, std::move(message));
  error = error.with_place({.file = {}, .line = place.line, .column = place.column});
  return hint_.empty() ? error : error.with_hint(hint_);
}

}  // namespace gyr::syntax
