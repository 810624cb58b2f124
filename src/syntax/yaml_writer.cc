// Values as block YAML, in the form of Jackson's writer with MINIMIZE_QUOTES, INDENT_ARRAYS and without SPLIT_LINES.
#include <algorithm>
#include <array>

#include "base/text.h"
#include "syntax/display.h"
#include "syntax/java_number.h"
#include "syntax/time.h"
#include "syntax/yaml.h"
#include "syntax/yaml_characters.h"
#include "syntax/yaml_scalar.h"

namespace gyr::syntax {
namespace {

constexpr size_t max_simple_key = 127;  // UTF-16 units; longer keys are written with `? `

enum class Quotes { none, single, double_, literal };

/// The properties of a text that decide how it may be written.
struct Analysis {
  bool line_breaks = false;
  bool special = false;      // needs escapes
  bool outer_blank = false;  // at the start or the end
  bool ends_blank = false;
  bool blank_break = false;  // a blank before a line break
  bool indicators = false;   // would mean something if it were plain
  size_t utf16_units = 0;
};

bool needs_escape(uint32_t c) {
  if (c == '\n') return false;
  bool printable =
      (c >= 0x20 && c < 0x7F) || (c >= 0xA0 && c != 0x2028 && c != 0x2029 && c != 0xFEFF && c != 0xFFFE && c != 0xFFFF);
  return !printable;
}

bool starts_with_indicator(std::string_view text) {
  if (std::string_view("#,[]{}&*!|>'\"%@`").find(text[0]) != std::string_view::npos) return true;
  bool alone = text.size() == 1 || text[1] == ' ' || text[1] == '\n' || text[1] == '\t';
  return (text[0] == '?' || text[0] == ':' || text[0] == '-') && alone;
}

Analysis analyse(std::string_view text) {
  Analysis out;
  if (text.empty()) return out;
  out.outer_blank = text.front() == ' ' || text.back() == ' ';
  out.ends_blank = text.back() == ' ';
  out.indicators = starts_with_indicator(text) || text.starts_with("---") || text.starts_with("...");
  for (size_t i = 0; i < text.size();) {
    char c = text[i];
    if (c == '\n') {
      out.line_breaks = true;
      out.blank_break |= i > 0 && text[i - 1] == ' ';
    }
    if (c == ':') out.indicators |= i + 1 == text.size() || text[i + 1] == ' ';
    if (c == '#') out.indicators |= i > 0 && text[i - 1] == ' ';
    uint32_t code_point = next_code_point(text, i);
    out.special |= needs_escape(code_point);
    out.utf16_units += code_point > 0xFFFF ? 2 : 1;
  }
  return out;
}

/// Texts that YAML 1.1 may take for booleans or null; and every one that starts with `~`.
bool is_reserved(std::string_view text) {
  constexpr std::array<std::string_view, 25> words{"false", "False", "FALSE", "n",  "N",   "no",  "No",  "NO",  "null",
                                                   "Null",  "NULL",  "on",    "On", "ON",  "off", "Off", "OFF", "true",
                                                   "True",  "TRUE",  "y",     "Y",  "yes", "Yes", "YES"};
  return text.empty() || text.front() == '~' || std::find(words.begin(), words.end(), text) != words.end();
}

/// Numbers that the parser refuses (`.inf`, `1:30.5`) are quoted, too; the reference writes them plain and cannot read
/// them.
bool value_wants_quotes(std::string_view text) {
  if (shape_of_plain(text) == ScalarShape::malformed_number) return true;
  if (is_reserved(text) || text.find_first_of("[]{},") != std::string_view::npos) return true;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '#' && (i == 0 || is_blank(text[i - 1]))) return true;
    if (text[i] == ':' && (i + 1 == text.size() || is_blank(text[i + 1]))) return true;
  }
  return false;
}

/// `<<` would merge when it is read again; the reference, which does not merge, writes it plain.
bool key_wants_quotes(std::string_view text) {
  char first = text.empty() ? '\0' : text.front();
  return is_reserved(text) || text == "<<" || (first >= '0' && first <= '9') || first == '-' || first == '+' ||
         first == '.';
}

/// `0123`: digits that YAML 1.1 reads as octal.
bool looks_octal(std::string_view text) {
  return text.size() > 1 && text.front() == '0' &&
         std::all_of(text.begin() + 1, text.end(), [](char c) { return c == '_' || (c >= '0' && c <= '9'); });
}

Quotes quotes_of_plain(const Analysis& text) {
  if (text.special || text.line_breaks) return Quotes::double_;
  return text.outer_blank || text.indicators ? Quotes::single : Quotes::none;
}

Quotes quotes_of_value(std::string_view text, const Analysis& analysis) {
  if (analysis.line_breaks) {
    bool block = !analysis.special && !analysis.blank_break && !analysis.ends_blank;
    return block ? Quotes::literal : Quotes::double_;
  }
  if (value_wants_quotes(text)) return Quotes::double_;
  return looks_octal(text) ? Quotes::single : quotes_of_plain(analysis);
}

Quotes quotes_of_key(std::string_view text, const Analysis& analysis) {
  return key_wants_quotes(text) ? Quotes::double_ : quotes_of_plain(analysis);
}

void append_escape(std::string& out, uint32_t c) {
  constexpr std::array<std::pair<uint32_t, char>, 11> letters{{{0x00, '0'},
                                                               {0x07, 'a'},
                                                               {0x08, 'b'},
                                                               {0x09, 't'},
                                                               {0x0A, 'n'},
                                                               {0x0B, 'v'},
                                                               {0x0C, 'f'},
                                                               {0x0D, 'r'},
                                                               {0x1B, 'e'},
                                                               {'"', '"'},
                                                               {'\\', '\\'}}};
  for (auto [code_point, letter] : letters) {
    if (code_point != c) continue;
    out += '\\';
    out += letter;
    return;
  }
  auto back = std::back_inserter(out);
  if (c == 0xA0) {
    out += "\\_";
  } else if (c == 0x85) {
    out += "\\N";
  } else if (c == 0x2028) {
    out += "\\L";
  } else if (c == 0x2029) {
    out += "\\P";
  } else if (c <= 0xFF) {
    fmt::format_to(back, "\\x{:02x}", c);
  } else {
    fmt::format_to(back, "\\u{:04x}", c);
  }
}

/// Writes one value. Recursive: values are at most limits::value_depth deep.
class YamlWriter {
 public:
  std::string write(const base::Value& value) {
    if (value.is_null()) return "null";
    if (value.is_string() && value.text().empty()) return "--- \"\"\n";  // else the document would be nothing
    if (value.is_list() && value.size() > 0) {
      write_list(value, 0, false);
    } else if (value.is_map() && value.size() > 0) {
      write_map(value, 0, false);
    } else {
      write_scalar(value, 2, 2);
    }
    return std::move(out_);
  }

 private:
  /// Dashes are one column inside the indentation, collections below them two. `inline_first`: the first dash follows
  /// on the line, in the column of the indentation.
  void write_list(const base::Value& list, size_t indentation, bool inline_first) {
    for (const auto& item : list.items()) {
      out_.append(inline_first ? 1 : indentation + 1, ' ');
      inline_first = false;
      out_ += '-';
      if (item.is_list() && item.size() > 0) {
        out_ += '\n';
        write_list(item, indentation + 2, false);
      } else if (item.is_map() && item.size() > 0) {
        out_ += '\n';
        write_map(item, indentation + 2, false);
      } else {
        out_ += ' ';
        write_scalar(item, indentation + 2, 1);
      }
    }
  }

  void write_map(const base::Value& map, size_t indentation, bool inline_first) {
    for (const auto& entry : map.entries()) {
      if (!inline_first) out_.append(indentation, ' ');
      inline_first = false;
      std::string_view key = entry.name();
      Analysis analysis = analyse(key);
      bool simple = !key.empty() && !analysis.line_breaks && analysis.utf16_units <= max_simple_key;
      if (!simple) out_ += "? ";
      write_text(key, quotes_of_key(key, analysis), 0, 0);
      if (simple) {
        out_ += ':';
        write_entry_value(entry.value, indentation);
      } else {
        out_ += '\n';
        out_.append(indentation, ' ');
        out_ += ": ";
        write_explicit_value(entry.value, indentation + 2);
      }
    }
  }

  void write_entry_value(const base::Value& value, size_t indentation) {
    if (value.is_list() && value.size() > 0) {
      out_ += '\n';
      write_list(value, indentation, false);
    } else if (value.is_map() && value.size() > 0) {
      out_ += '\n';
      write_map(value, indentation + 2, false);
    } else {
      out_ += ' ';
      write_scalar(value, indentation + 2, 2);
    }
  }

  void write_explicit_value(const base::Value& value, size_t indentation) {
    if (value.is_list() && value.size() > 0) {
      write_list(value, indentation, true);
    } else if (value.is_map() && value.size() > 0) {
      write_map(value, indentation, true);
    } else {
      write_scalar(value, indentation, 2);
    }
  }

  /// Anything on the rest of the line. A block scalar goes into the column `indentation`, `deeper` than its parent.
  void write_scalar(const base::Value& value, size_t indentation, size_t deeper) {
    using Kind = base::Value::Kind;
    switch (value.kind()) {
      case Kind::string: {
        std::string_view text = value.text();
        write_text(text, quotes_of_value(text, analyse(text)), indentation, deeper);
        break;
      }
      case Kind::null: out_ += "null"; break;
      case Kind::boolean: out_ += value.as_boolean() ? "true" : "false"; break;
      case Kind::list: out_ += "[]"; break;
      case Kind::map: out_ += "{}"; break;
      case Kind::duration: append_seconds(out_, value.as_duration()); break;
      default:
        if (value.is_numeric()) {
          append_number(out_, value);
        } else {
          append_temporal(out_, value, TemporalStyle::document);
        }
    }
    if (out_.empty() || out_.back() != '\n') out_ += '\n';
  }

  void write_text(std::string_view text, Quotes quotes, size_t indentation, size_t deeper) {
    // Values hold UTF-8; should one not, the document is still YAML.
    if (base::find_invalid_utf8(text)) {
      write_double_quoted(base::repair_utf8(text));
      return;
    }
    switch (quotes) {
      case Quotes::none: out_ += text; break;
      case Quotes::single:
        out_ += '\'';
        for (char c : text) out_.append(c == '\'' ? 2 : 1, c);
        out_ += '\'';
        break;
      case Quotes::double_: write_double_quoted(text); break;
      case Quotes::literal: write_literal(text, indentation, deeper); break;
    }
  }

  void write_double_quoted(std::string_view text) {
    out_ += '"';
    for (size_t i = 0; i < text.size();) {
      size_t start = i;
      uint32_t c = next_code_point(text, i);
      if (c == '"' || c == '\\' || c == '\n' || c == 0xA0 || needs_escape(c)) {
        append_escape(out_, c);
      } else {
        out_.append(text, start, i - start);
      }
    }
    out_ += '"';
  }

  void write_literal(std::string_view text, size_t indentation, size_t deeper) {
    out_ += '|';
    // A reader could not determine the indentation from the first line.
    if (text.front() == ' ' || text.front() == '\n') fmt::format_to(std::back_inserter(out_), "{}", deeper);
    bool ended = text.ends_with('\n');
    bool keeps = ended && (text.size() == 1 || text[text.size() - 2] == '\n');
    if (keeps) out_ += '+';
    if (!ended) out_ += '-';
    out_ += '\n';
    while (!text.empty()) {
      std::string_view line = text.substr(0, text.find('\n'));
      if (!line.empty()) out_.append(indentation, ' ');
      out_ += line;
      out_ += '\n';
      text.remove_prefix(std::min(text.size(), line.size() + 1));
    }
  }

  std::string out_;
};

}  // namespace

std::string write_yaml(const base::Value& value) { return YamlWriter().write(value); }

}  // namespace gyr::syntax
