// Texts, JSON and the formats of `@`.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "jq/builtins.h"
#include "jq/interpreter_frame.h"
#include "syntax/json.h"
#include "text/characters.h"

namespace gyr::jq {
namespace {

using base::Value;
using Arguments = std::span<const Value>;

bool wants_text(Interpreter& jq, const Value& input, std::string_view what) {
  return input.is_string() || jq.fail(fmt::format("{} cannot be {}, as it is not a string", type_name(input), what));
}

bool tojson(Interpreter& jq, const Value& input, Arguments, Value& out) {
  std::string text;
  append_json(text, input);
  return jq.make_string(text, out);
}

bool tostring(Interpreter& jq, const Value& input, Arguments arguments, Value& out) {
  if (!input.is_string()) return tojson(jq, input, arguments, out);
  out = input;
  return true;
}

bool fromjson(Interpreter& jq, const Value& input, Arguments, Value& out) {
  if (!wants_text(jq, input, "parsed as JSON")) return false;
  if (base::trim(input.text()) == "nan") {
    out = Value::number(std::nan(""));
    return true;
  }
  if (!jq.charge(input.size() / items_per_step)) return false;
  auto parsed = syntax::parse_json(input.text());
  if (!parsed) return jq.fail(fmt::format("{} (while parsing the text of fromjson)", parsed.error().message()));
  out = std::move(*parsed);
  return jq.check_part(out);
}

bool tonumber(Interpreter& jq, const Value& input, Arguments, Value& out) {
  if (input.is_numeric()) {
    out = input;
    return true;
  }
  if (!input.is_string()) return jq.fail(fmt::format("{} cannot be parsed as a number", type_name(input)));
  std::string_view text = base::trim(input.text());
  int64_t integer = 0;
  const char* last = text.data() + text.size();
  auto [end, problem] = std::from_chars(text.data(), last, integer);
  if (problem == std::errc() && end == last && !text.empty()) {
    out = Value::fitting_integer(integer);
    return true;
  }
  double real = 0;
  auto [real_end, real_problem] = std::from_chars(text.data(), last, real);
  bool fits = real_problem == std::errc() && real_end == last && std::isfinite(real);
  if (!fits) return jq.fail(fmt::format("Cannot be parsed as a number: {}", text.substr(0, 60)));
  out = whole_or_real(real);
  return true;
}

bool explode(Interpreter& jq, const Value& input, Arguments, Value& out) {
  if (!wants_text(jq, input, "exploded")) return false;
  base::ListBuilder list;
  std::string_view text = input.text();
  for (size_t at = 0, size = 0; at < text.size(); at += size) {
    list.push(Value::fitting_integer(text::decode_utf8(text, at, size)));
  }
  return jq.make_list(list, out);
}

bool implode(Interpreter& jq, const Value& input, Arguments, Value& out) {
  if (!input.is_list()) return jq.fail("implode input must be an array");
  std::string text;
  for (const Value& item : input.items()) {
    double number = item.is_numeric() ? to_double(item) : -1;
    bool is_character = number >= 0 && number < 0x110000 && !(number >= 0xD800 && number < 0xE000);
    if (!is_character) return jq.fail("Unicode codepoint must be numeric");
    base::append_utf8(text, static_cast<uint32_t>(number));
  }
  return jq.make_string(text, out);
}

bool split(Interpreter& jq, const Value& input, Arguments arguments, Value& out) {
  if (!input.is_string() || !arguments[0].is_string()) return jq.fail("split input and separator must be strings");
  return jq.split_text(input.text(), arguments[0].text(), out);
}

bool join(Interpreter& jq, const Value& input, Arguments arguments, Value& out) {
  if (!input.is_container()) return jq.fail(fmt::format("Cannot iterate over {}", type_name(input)));
  if (input.size() > 1 && !arguments[0].is_string()) return jq.fail("the separator of join must be a string");
  std::string text;
  for (size_t i = 0; i < input.size(); ++i) {
    const Value& item = input.is_list() ? input.items()[i] : input.entries()[i].value;
    if (i > 0) text.append(arguments[0].text());
    if (item.is_container()) return jq.fail(fmt::format("{} cannot be joined", type_name(item)));
    if (item.is_string()) {
      text.append(item.text());
    } else if (!item.is_null()) {
      append_json(text, item);
    }
    if (!jq.check_size(text.size())) return false;
  }
  return jq.make_string(text, out);
}

bool ascii_case(Interpreter& jq, const Value& input, bool upper, Value& out) {
  if (!input.is_string()) return jq.fail(fmt::format("explode input must be a string, not {}", type_name(input)));
  std::string text(input.text());
  for (char& c : text) {
    bool changes = upper ? c >= 'a' && c <= 'z' : c >= 'A' && c <= 'Z';
    if (changes) c = static_cast<char>(c ^ 0x20);
  }
  return jq.make_string(text, out);
}
bool ascii_downcase(Interpreter& jq, const Value& input, Arguments, Value& out) {
  return ascii_case(jq, input, false, out);
}
bool ascii_upcase(Interpreter& jq, const Value& input, Arguments, Value& out) {
  return ascii_case(jq, input, true, out);
}

bool startswith(Interpreter& jq, const Value& input, Arguments arguments, Value& out) {
  if (!input.is_string() || !arguments[0].is_string()) return jq.fail("startswith() requires string inputs");
  out = Value::boolean(input.text().starts_with(arguments[0].text()));
  return true;
}
bool endswith(Interpreter& jq, const Value& input, Arguments arguments, Value& out) {
  if (!input.is_string() || !arguments[0].is_string()) return jq.fail("endswith() requires string inputs");
  out = Value::boolean(input.text().ends_with(arguments[0].text()));
  return true;
}

bool ltrimstr(Interpreter&, const Value& input, Arguments arguments, Value& out) {
  bool fits = input.is_string() && arguments[0].is_string() && input.text().starts_with(arguments[0].text());
  out = fits ? Value::string(input.text().substr(arguments[0].size())) : input;
  return true;
}
bool rtrimstr(Interpreter&, const Value& input, Arguments arguments, Value& out) {
  bool fits = input.is_string() && arguments[0].is_string() && input.text().ends_with(arguments[0].text());
  out = fits ? Value::string(input.text().substr(0, input.size() - arguments[0].size())) : input;
  return true;
}

bool utf8bytelength(Interpreter& jq, const Value& input, Arguments, Value& out) {
  if (!input.is_string()) return jq.fail(fmt::format("{} only strings have UTF-8 byte length", type_name(input)));
  out = Value::fitting_integer(static_cast<int64_t>(input.size()));
  return true;
}

/// `format("csv")` is `@csv`.
bool format(Interpreter& jq, const Value& input, Arguments arguments, Value& out) {
  if (!arguments[0].is_string()) return jq.fail(fmt::format("{} is not a valid format", type_name(arguments[0])));
  const std::string name = fmt::format("@{}", arguments[0].text());
  if (!is_format(name)) return jq.fail(fmt::format("{} is not a valid format", arguments[0].text()));
  std::string text;
  return apply_format(jq, name, input, text) && jq.make_string(text, out);
}

constexpr Builtin texts_table[] = {
    {"format", 1, format},
    {"tojson", 0, tojson},
    {"tostring", 0, tostring},
    {"fromjson", 0, fromjson},
    {"tonumber", 0, tonumber},
    {"explode", 0, explode},
    {"implode", 0, implode},
    {"split", 1, split},
    {"join", 1, join},
    {"ascii_downcase", 0, ascii_downcase},
    {"ascii_upcase", 0, ascii_upcase},
    {"startswith", 1, startswith},
    {"endswith", 1, endswith},
    {"ltrimstr", 1, ltrimstr},
    {"rtrimstr", 1, rtrimstr},
    {"utf8bytelength", 0, utf8bytelength},
};

// ---------------------------------------------------------------------------------------------- formats

std::string text_of(const Value& value) {
  if (value.is_string()) return std::string(value.text());
  std::string text;
  append_json(text, value);
  return text;
}

void append_replaced(std::string& out, std::string_view text,
                     std::initializer_list<std::pair<char, std::string_view>> replacements) {
  for (char c : text) {
    std::string_view by;
    for (const auto& [from, to] : replacements) {
      if (from == c) by = to;
    }
    if (by.empty()) {
      out.push_back(c);
    } else {
      out.append(by);
    }
  }
}

bool append_row(Interpreter& jq, const Value& row, bool csv, std::string& out) {
  if (!row.is_list())
    return jq.fail(fmt::format("{} cannot be {}-formatted, only an array can be", type_name(row), csv ? "csv" : "tsv"));
  bool first = true;
  for (const Value& item : row.items()) {
    if (!first) out.push_back(csv ? ',' : '\t');
    first = false;
    if (item.is_container())
      return jq.fail(fmt::format("{} is not valid in a {} row", type_name(item), csv ? "csv" : "tsv"));
    if (item.is_null()) continue;
    if (!item.is_string()) {
      append_json(out, item);
    } else if (csv) {
      out.push_back('"');
      append_replaced(out, item.text(), {{'"', "\"\""}});
      out.push_back('"');
    } else {
      append_replaced(out, item.text(), {{'\\', "\\\\"}, {'\t', "\\t"}, {'\n', "\\n"}, {'\r', "\\r"}});
    }
  }
  return true;
}

bool append_shell(Interpreter& jq, const Value& value, std::string& out) {
  if (value.is_container()) return jq.fail(fmt::format("{} can not be escaped for shell", type_name(value)));
  if (!value.is_string()) {
    append_json(out, value);
    return true;
  }
  out.push_back('\'');
  append_replaced(out, value.text(), {{'\'', "'\\''"}});
  out.push_back('\'');
  return true;
}

void append_uri(std::string& out, std::string_view text) {
  for (char c : text) {
    bool kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                std::string_view("-_.!~*()'").find(c) != std::string_view::npos;
    if (kept) {
      out.push_back(c);
    } else {
      fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(c));
    }
  }
}

constexpr std::string_view base32_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

void append_base32(std::string& out, std::string_view bytes) {
  for (size_t i = 0; i < bytes.size(); i += 5) {
    uint64_t group = 0;
    size_t count = std::min<size_t>(5, bytes.size() - i);
    for (size_t j = 0; j < 5; ++j) group = (group << 8) | (j < count ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    size_t digits = (count * 8 + 4) / 5;
    for (size_t j = 0; j < 8; ++j) out.push_back(j < digits ? base32_digits[(group >> (35 - 5 * j)) & 31] : '=');
  }
}

bool decode_base32(std::string_view text, std::string& out) {
  uint64_t bits = 0;
  int count = 0;
  for (char c : text) {
    if (c == '=') break;
    size_t digit = base32_digits.find(c);
    if (digit == std::string_view::npos) return false;
    bits = (bits << 5) | digit;
    count += 5;
    if (count >= 8) {
      count -= 8;
      out.push_back(static_cast<char>((bits >> count) & 0xFF));
    }
  }
  return true;
}

bool append_decoded(Interpreter& jq, std::string_view text, bool base64, std::string& out) {
  std::string bytes;
  bool ok = false;
  if (base64) {
    // Padding may be missing, and what follows it does not count.
    auto decoded = base::base64_decode(text.substr(0, text.find('=')));
    ok = decoded.has_value();
    if (ok) bytes = std::move(*decoded);
  } else {
    ok = decode_base32(text, bytes);
  }
  if (!ok) return jq.fail(fmt::format("string is not valid {} data", base64 ? "base64" : "base32"));
  out.append(base::find_invalid_utf8(bytes) ? base::repair_utf8(bytes) : bytes);
  return true;
}

constexpr std::string_view formats[] = {"@text", "@json",   "@csv",     "@tsv",    "@html",   "@uri",
                                        "@sh",   "@base64", "@base64d", "@base32", "@base32d"};

}  // namespace

std::span<const Builtin> text_builtins() { return texts_table; }

bool is_format(std::string_view name) { return std::ranges::find(formats, name) != std::end(formats); }

bool apply_format(Interpreter& jq, std::string_view name, const Value& value, std::string& out) {
  bool ok = true;
  if (name == "@text") {
    out.append(text_of(value));
  } else if (name == "@json") {
    append_json(out, value);
  } else if (name == "@csv" || name == "@tsv") {
    ok = append_row(jq, value, name == "@csv", out);
  } else if (name == "@html") {
    append_replaced(out, text_of(value),
                    {{'<', "&lt;"}, {'>', "&gt;"}, {'&', "&amp;"}, {'\'', "&apos;"}, {'"', "&quot;"}});
  } else if (name == "@uri") {
    append_uri(out, text_of(value));
  } else if (name == "@sh") {
    auto items = value.is_list() ? value.items() : std::span(&value, 1);
    for (size_t i = 0; i < items.size() && ok; ++i) {
      if (i > 0) out.push_back(' ');
      ok = append_shell(jq, items[i], out);
    }
  } else if (name == "@base64") {
    out.append(base::base64_encode(text_of(value)));
  } else if (name == "@base32") {
    append_base32(out, text_of(value));
  } else {
    ok = append_decoded(jq, text_of(value), name == "@base64d", out);
  }
  return ok && jq.check_size(out.size());
}

}  // namespace gyr::jq
