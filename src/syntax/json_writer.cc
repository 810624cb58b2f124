#include <array>
#include <cmath>

#include "base/text.h"
#include "syntax/java_number.h"
#include "syntax/json.h"
#include "syntax/time.h"

namespace gyr::syntax {
namespace {

// One character for each byte: 0 needs no escape, `u` the long form, otherwise the letter after the backslash.
constexpr std::array<char, 256> escapes = [] {
  std::array<char, 256> table{};
  for (size_t c = 0; c < 0x20; ++c) table[c] = 'u';
  table['\b'] = 'b';
  table['\f'] = 'f';
  table['\n'] = 'n';
  table['\r'] = 'r';
  table['\t'] = 't';
  table['"'] = '"';
  table['\\'] = '\\';
  return table;
}();

/// Walks one value and appends its text. Recursive: values are at most limits::value_depth deep.
class JsonWriter {
 public:
  JsonWriter(std::string& out, const JsonOptions& options) : out_(out), options_(options) {}

  void write(const base::Value& value) {
    using Kind = base::Value::Kind;
    switch (value.kind()) {
      case Kind::null: out_ += "null"; break;
      case Kind::boolean: out_ += value.as_boolean() ? "true" : "false"; break;
      case Kind::integer:
      case Kind::decimal: append_number(out_, value); break;
      case Kind::number: write_number(value); break;
      case Kind::string: append_json_string(out_, value.text()); break;
      case Kind::list: write_list(value); break;
      case Kind::map: write_map(value); break;
      case Kind::duration:
        if (!options_.duration_as_iso) {
          append_seconds(out_, value.as_duration());
          break;
        }
        [[fallthrough]];
      default:
        out_ += '"';
        append_temporal(out_, value, TemporalStyle::document);
        out_ += '"';
    }
  }

 private:
  void write_number(const base::Value& value) {
    bool finite = std::isfinite(value.as_number());
    if (!finite) out_ += '"';
    append_number(out_, value);
    if (!finite) out_ += '"';
  }

  void write_list(const base::Value& list) {
    out_ += '[';
    ++level_;
    bool first = true;
    for (const auto& item : list.items()) {
      separate(first);
      write(item);
    }
    close(first, ']');
  }

  void write_map(const base::Value& map) {
    out_ += '{';
    ++level_;
    bool first = true;
    for (const auto& entry : map.entries()) {
      if (options_.omit_null_entries && entry.value.is_null()) continue;
      separate(first);
      append_json_string(out_, entry.name());
      out_ += options_.pretty ? ": " : ":";
      write(entry.value);
    }
    close(first, '}');
  }

  void separate(bool& first) {
    if (!first) out_ += ',';
    first = false;
    if (options_.pretty) break_line();
  }

  void close(bool empty, char bracket) {
    --level_;
    if (options_.pretty && !empty) break_line();
    out_ += bracket;
  }

  void break_line() {
    out_ += '\n';
    out_.append(level_ * 2, ' ');
  }

  std::string& out_;
  const JsonOptions& options_;
  size_t level_ = 0;
};

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  size_t start = out.size();
  out += '"';
  size_t plain = 0;  // start of what is not yet appended
  unsigned char seen = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    auto c = static_cast<unsigned char>(text[i]);
    seen |= c;
    char escape = escapes[c];
    if (escape == 0) [[likely]]
      continue;
    out.append(text, plain, i - plain);
    plain = i + 1;
    out += '\\';
    out += escape;
    if (escape != 'u') continue;
    constexpr std::string_view hex = "0123456789ABCDEF";
    out += "00";
    out += hex[c >> 4];
    out += hex[c & 15];
  }
  out.append(text, plain);
  out += '"';
  // Values hold UTF-8; should one not, the document is still JSON.
  if (seen >= 0x80 && base::find_invalid_utf8(text)) {
    out.resize(start);
    append_json_string(out, base::repair_utf8(text));
  }
}

void append_json(std::string& out, const base::Value& value, const JsonOptions& options) {
  JsonWriter(out, options).write(value);
}

std::string write_json(const base::Value& value, const JsonOptions& options) {
  std::string out;
  // Its weight is an estimate of the size. A huge result grows as needed, because shared parts may make the estimate
  // much too large.
  constexpr uint64_t max_reserve = 1 << 20;
  out.reserve(static_cast<size_t>(std::min(value.weight() + 16, max_reserve)));
  append_json(out, value, options);
  return out;
}

}  // namespace gyr::syntax
