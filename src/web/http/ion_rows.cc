#include "web/http/ion_rows.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "base/text.h"
#include "syntax/json.h"
#include "web/http/errors.h"

namespace gyr::web {

using base::Value;

namespace {

constexpr uint32_t deepest = 100;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f'; }
/// What ends a token that is not quoted.
bool ends_token(char c) { return is_space(c) || std::string_view(",:]})[{(\"'").find(c) != std::string_view::npos; }

std::optional<uint32_t> hex(std::string_view digits) {
  uint32_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  if (error != std::errc() || end != digits.data() + digits.size() || digits.empty()) return std::nullopt;
  return number;
}

}  // namespace

std::unexpected<base::Error> IonRows::fail(std::string_view what) {
  cut_ = at_ >= text_.size();
  return base::fail(bad_body, fmt::format("Invalid ion: {} at byte {}", what, at_));
}

void IonRows::skip() {
  for (;;) {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    if (at("//")) {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (at("/*")) {
      const size_t end = text_.find("*/", at_ + 2);
      at_ = end == std::string_view::npos ? text_.size() : end + 2;
    } else {
      return;
    }
  }
}

base::Result<std::optional<Value>> IonRows::next() {
  skip();
  if (at_ >= text_.size()) return std::optional<Value>();
  GYR_TRY(Value found, value(0));
  return std::optional(std::move(found));
}

base::Result<Value> IonRows::value(uint32_t depth) {
  if (depth > deepest) return fail("too many levels");
  for (;;) {
    skip();
    if (at_ >= text_.size()) return fail("a value is missing");
    const char c = text_[at_];
    if (c == '[' || c == '(') {
      ++at_;
      return list(c == '[' ? ']' : ')', depth);
    }
    if (at("{{")) return blob();
    if (c == '{') {
      ++at_;
      return structure(depth);
    }
    GYR_TRY(Value found, scalar());
    const size_t behind = at_;
    skip();
    if (!at("::")) {
      at_ = behind;
      return found;
    }
    at_ += 2;  // it was an annotation of the value that follows
  }
}

base::Result<Value> IonRows::scalar() {
  if (text_[at_] == '"') {
    ++at_;
    GYR_TRY(std::string text, quoted('"'));
    return Value::string(text);
  }
  if (at("'''")) {
    GYR_TRY(std::string text, long_text());
    return Value::string(text);
  }
  if (text_[at_] == '\'') {
    ++at_;
    GYR_TRY(std::string text, quoted('\''));
    return Value::string(text);
  }
  const std::string_view word = token();
  if (word.empty()) return fail("something unexpected");
  return number_or_word(word);
}

std::string_view IonRows::token() {
  const size_t begin = at_;
  // Within a token of digits a colon belongs to a timestamp.
  const bool digits = at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9';
  while (at_ < text_.size() && (!ends_token(text_[at_]) || (digits && text_[at_] == ':' && !at("::")))) ++at_;
  return text_.substr(begin, at_ - begin);
}

base::Result<Value> IonRows::number_or_word(std::string_view word) {
  if (word == "null" || word.starts_with("null.")) return Value();
  if (word == "true" || word == "false") return Value::boolean(word == "true");
  if (word == "nan") return Value::number(std::numeric_limits<double>::quiet_NaN());
  if (word == "+inf" || word == "-inf") return Value::number(word[0] == '+' ? HUGE_VAL : -HUGE_VAL);
  const std::string_view unsigned_part = word.starts_with('-') ? word.substr(1) : word;
  if (unsigned_part.empty() || unsigned_part[0] < '0' || unsigned_part[0] > '9') return Value::string(word);
  std::string plain;
  for (char c : word) {
    if (c != '_') plain.push_back(c);
  }
  if (unsigned_part.starts_with("0x") || unsigned_part.starts_with("0b")) {
    const bool negative = word.starts_with('-');
    const size_t prefix = negative ? 1 : 0;
    int64_t number = 0;
    const char* begin = plain.data() + prefix + 2;
    const char* end = plain.data() + plain.size();
    const auto [stop, error] = std::from_chars(begin, end, number, plain[prefix + 1] == 'x' ? 16 : 2);
    if (error != std::errc() || stop != end) return Value::string(word);
    return Value::fitting_integer(negative ? -number : number);
  }
  // `12d-1` is a decimal, `12e0` a float; a number that is not JSON is a timestamp, shown as written.
  const bool decimal = plain.find_first_of("dD") != std::string::npos;
  if (decimal) {
    for (char& c : plain) c = c == 'd' || c == 'D' ? 'e' : c;
  }
  if (plain.ends_with('.')) plain.push_back('0');
  auto number = syntax::parse_json(plain);
  if (!number) return Value::string(word);
  if (number->is_number() && plain.find_first_of("eE") == std::string::npos) return Value::decimal(plain);
  return number;
}

base::Result<std::string> IonRows::quoted(char quote) {
  std::string out;
  while (at_ < text_.size()) {
    const char c = text_[at_++];
    if (c == quote) return out;
    if (c != '\\') {
      out.push_back(c);
      continue;
    }
    if (at_ >= text_.size()) break;
    const char escaped = text_[at_++];
    const size_t digits = escaped == 'x' ? 2 : escaped == 'u' ? 4 : escaped == 'U' ? 8 : 0;
    if (digits > 0) {
      const auto code = hex(text_.substr(at_, digits));
      if (!code || text_.size() - at_ < digits || *code > 0x10FFFF) return fail("a bad escape");
      at_ += digits;
      base::append_utf8(out, *code >= 0xD800 && *code <= 0xDFFF ? 0xFFFD : *code);
      continue;
    }
    constexpr std::string_view names = "abtnfrv0\"'?\\/";
    constexpr std::string_view codes("\a\b\t\n\f\r\v\0\"'?\\/", 13);
    if (escaped == '\n') continue;
    const size_t place = names.find(escaped);
    if (place == std::string_view::npos) return fail("a bad escape");
    out.push_back(codes[place]);
  }
  return fail("a text without end");
}

base::Result<std::string> IonRows::long_text() {
  std::string out;
  // Several in a row are one text.
  while (at("'''")) {
    const size_t end = text_.find("'''", at_ + 3);
    if (end == std::string_view::npos) {
      at_ = text_.size();
      return fail("a text without end");
    }
    out += text_.substr(at_ + 3, end - at_ - 3);
    at_ = end + 3;
    const size_t behind = at_;
    skip();
    if (!at("'''")) at_ = behind;
  }
  return out;
}

base::Result<Value> IonRows::blob() {
  const size_t end = text_.find("}}", at_ + 2);
  if (end == std::string_view::npos) {
    at_ = text_.size();
    return fail("a blob without end");
  }
  Value shown = Value::string(base::trim(text_.substr(at_ + 2, end - at_ - 2)));
  at_ = end + 2;
  return shown;
}

base::Result<Value> IonRows::list(char close, uint32_t depth) {
  base::ListBuilder items;
  for (;;) {
    skip();
    if (at_ >= text_.size()) return fail("a list without end");
    if (text_[at_] == close) {
      ++at_;
      return items.build();
    }
    GYR_TRY(Value item, value(depth + 1));
    items.push(std::move(item));
    skip();
    if (at(",")) ++at_;
  }
}

base::Result<Value> IonRows::structure(uint32_t depth) {
  base::MapBuilder map;
  for (;;) {
    skip();
    if (at_ >= text_.size()) return fail("a struct without end");
    if (text_[at_] == '}') {
      ++at_;
      return map.build();
    }
    std::string name;
    if (text_[at_] == '"' || text_[at_] == '\'') {
      GYR_TRY(Value key, scalar());
      name = key.text();
    } else {
      name = std::string(token());
    }
    skip();
    if (name.empty() || !at(":")) return fail("a field without a name");
    ++at_;
    GYR_TRY(Value item, value(depth + 1));
    map.set(name, std::move(item));
    skip();
    if (at(",")) ++at_;
  }
}

}  // namespace gyr::web
