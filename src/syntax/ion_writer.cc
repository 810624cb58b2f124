#include <fmt/format.h>

#include <cmath>

#include "base/text.h"
#include "syntax/characters.h"
#include "syntax/ion.h"
#include "syntax/java_number.h"
#include "syntax/json.h"
#include "syntax/time.h"

namespace gyr::syntax {
namespace {

using base::Value;

/// A symbol that needs no quotes: an identifier that is neither a keyword nor a symbol number (`$10`).
bool is_bare(std::string_view name) {
  if (name.empty() || !is_symbol_letter(name[0])) return false;
  bool is_number = name[0] == '$' && name.size() > 1;
  for (char c : name.substr(1)) {
    if (!is_symbol_letter(c) && !is_digit(c)) return false;
    if (!is_digit(c)) is_number = false;
  }
  return !is_number && name != "null" && name != "true" && name != "false" && name != "nan";
}

void append_quoted(std::string& out, std::string_view text, char quote) {
  out += quote;
  for (char c : text) {
    switch (c) {
      case '\\': out += "\\\\"; break;
      case '\0': out += "\\0"; break;
      case '\a': out += "\\a"; break;
      case '\b': out += "\\b"; break;
      case '\t': out += "\\t"; break;
      case '\n': out += "\\n"; break;
      case '\v': out += "\\v"; break;
      case '\f': out += "\\f"; break;
      case '\r': out += "\\r"; break;
      default:
        if (c == quote) {
          out += '\\';
          out += c;
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
          fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(c));
        } else {
          out += c;
        }
    }
  }
  out += quote;
}

void append_float(std::string& out, const Value& value) {
  double number = value.as_number();
  if (std::isnan(number)) {
    out += "nan";
  } else if (std::isinf(number)) {
    out += number > 0 ? "+inf" : "-inf";
  } else {
    std::string text = value.is_narrow() ? java_float_text(static_cast<float>(number)) : java_double_text(number);
    if (text.ends_with(".0")) text.resize(text.size() - 2);
    if (text.find('E') == std::string::npos) text += "e0";
    out += text;
  }
}

/// Ion does not support years before 1 and after 9999; such an instant becomes a string.
void append_timestamp(std::string& out, base::Instant instant) {
  constexpr int64_t first_second = -62'135'596'800;  // 0001-01-01
  constexpr int64_t end_second = 253'402'300'800;    // 10000-01-01
  if (instant.seconds < first_second || instant.seconds >= end_second) {
    append_quoted(out, format_instant(instant), '"');
    return;
  }
  // The text has whole milliseconds: none, or three digits or more of them.
  std::string text = format_instant(base::Instant::of_millis(instant.to_millis()));
  out += std::string_view(text).substr(0, text.size() - 1);
  if (text.find('.') == std::string::npos) out += ".000";
  out += 'Z';
}

}  // namespace

void append_ion(std::string& out, const Value& value) {
  using Kind = Value::Kind;
  switch (value.kind()) {
    case Kind::number: return append_float(out, value);
    case Kind::string: return append_quoted(out, value.text(), '"');
    case Kind::instant: return append_timestamp(out, value.as_instant());
    case Kind::list: {
      out += '[';
      std::string_view separator;
      for (const auto& item : value.items()) {
        out += std::exchange(separator, ",");
        append_ion(out, item);
      }
      out += ']';
      return;
    }
    case Kind::map: {
      out += '{';
      std::string_view separator;
      for (const auto& entry : value.entries()) {
        out += std::exchange(separator, ",");
        if (is_bare(entry.name())) {
          out += entry.name();
        } else {
          append_quoted(out, entry.name(), '\'');
        }
        out += ':';
        append_ion(out, entry.value);
      }
      out += '}';
      return;
    }
    default: append_json(out, value);
  }
}

std::string write_ion(const Value& value) {
  std::string out;
  append_ion(out, value);
  return out;
}

}  // namespace gyr::syntax
