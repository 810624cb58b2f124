// Scalars: plain, quoted, block.
#include "base/text.h"
#include "syntax/yaml_characters.h"
#include "syntax/yaml_scanner.h"

namespace gyr::syntax {
namespace {

constexpr std::string_view quoted_context = "while scanning a quoted scalar";
constexpr std::string_view escape_context = "while scanning a double-quoted scalar";
constexpr std::string_view block_context = "while scanning a block scalar";

/// What folding makes of line breaks: one is a blank, of several the first is lost.
void append_folded(std::string& out, size_t breaks) {
  if (breaks == 1) {
    out += ' ';
  } else {
    out.append(breaks - 1, '\n');
  }
}

/// The character of a one-letter escape, 0 for none.
uint32_t simple_escape(char c) {
  switch (c) {
    case 'a': return '\a';
    case 'b': return '\b';
    case 't':
    case '\t': return '\t';
    case 'n': return '\n';
    case 'v': return '\v';
    case 'f': return '\f';
    case 'r': return '\r';
    case 'e': return 0x1B;
    case ' ':
    case '"':
    case '/':
    case '\\': return static_cast<uint32_t>(c);
    case 'N': return 0x85;
    case '_': return 0xA0;
    case 'L': return 0x2028;
    case 'P': return 0x2029;
    default: return 0;
  }
}

}  // namespace

bool YamlScanner::fetch_plain() {
  if (!save_candidate()) return false;
  key_allowed_ = false;
  add(YamlTokenType::scalar, position_, position_);
  scan_plain(tokens_.back());
  return true;
}

bool YamlScanner::ends_plain(size_t ahead) const {
  char c = at(ahead);
  if (is_space_or_end(c)) return true;
  if (c == ':') return is_space_or_end(at(ahead + 1)) || (in_flow() && is_flow_indicator(at(ahead + 1)));
  return in_flow() && is_flow_indicator(c);
}

/// A plain scalar of one line is a view; one of several lines is folded together.
void YamlScanner::scan_plain(YamlToken& token) {
  size_t gap_start = position_.offset;  // after the last word
  size_t breaks = 0;
  while (true) {
    if (at() == '#' && gap_start != position_.offset) break;
    size_t length = 0;
    while (!ends_plain(length)) ++length;
    if (length == 0) break;
    if (breaks > 0) {
      if (!token.built) token.composed = token.source;
      token.built = true;
      append_folded(token.composed, breaks);
      token.composed.append(text_, position_.offset, length);
    } else if (token.built) {
      token.composed.append(text_, gap_start, position_.offset + length - gap_start);
    } else {
      token.source = text_.substr(token.begin.offset, position_.offset + length - token.begin.offset);
    }
    skip(length);
    key_allowed_ = false;
    token.end = position_;
    gap_start = position_.offset;
    breaks = 0;
    while (is_blank(at())) skip(1);
    if (!is_break(at())) {
      if (gap_start == position_.offset) break;
      continue;
    }
    key_allowed_ = true;
    for (; is_break(at()); ++breaks) {
      skip_break();
      if (at_document_indicator()) return;
      while (at() == ' ') skip(1);
      // Tabs after the indentation are white space; tabs before it are left for the message.
      if (column() > indentation_) {
        while (is_blank(at())) skip(1);
      }
    }
    if (!in_flow() && column() <= indentation_) break;
  }
}

bool YamlScanner::fetch_quoted(char quote) {
  if (!save_candidate()) return false;
  key_allowed_ = false;
  add(YamlTokenType::scalar, position_, position_);
  YamlToken& token = tokens_.back();
  token.style = quote == '"' ? ScalarStyle::double_quoted : ScalarStyle::single_quoted;
  if (!scan_quoted(token, quote)) return false;
  token.end = position_;
  follows_json_key_ = true;
  return true;
}

bool YamlScanner::scan_quoted(YamlToken& token, char quote) {
  skip(1);
  size_t plain = position_.offset;  // start of what is not yet copied
  auto copy = [&](size_t end) {
    token.built = true;
    token.composed.append(text_, plain, end - plain);
  };
  while (true) {
    size_t length = 0;
    while (at(length) != quote && !is_space_or_end(at(length)) && !(quote == '"' && at(length) == '\\')) ++length;
    skip(length);
    if (at() == quote && quote == '\'' && at(1) == quote) {
      copy(position_.offset + 1);
      skip(2);
      plain = position_.offset;
    } else if (at() == quote) {
      if (token.built) {
        copy(position_.offset);
      } else {
        token.source = text_.substr(plain, position_.offset - plain);
      }
      skip(1);
      return true;
    } else if (at() == '\\' && quote == '"') {
      copy(position_.offset);
      if (!scan_escape(token.composed)) return false;
      plain = position_.offset;
    } else if (at() == '\0') {
      fail(quoted_context, "found unexpected end of stream", token.begin,
           "the quoted text that starts here is not closed");
      return false;
    } else {
      size_t blanks = position_.offset;
      while (is_blank(at())) skip(1);
      if (!is_break(at())) continue;
      copy(blanks);
      if (!scan_quoted_break(token.composed)) return false;
      plain = position_.offset;
    }
  }
}

/// Line breaks inside of quotes, with the blanks around them.
bool YamlScanner::scan_quoted_break(std::string& out) {
  size_t breaks = 0;
  for (; is_break(at()); ++breaks) {
    skip_break();
    if (at_document_indicator()) {
      fail(quoted_context, "found unexpected document separator", position_, "close the quote before the separator");
      return false;
    }
    while (is_blank(at())) skip(1);
  }
  append_folded(out, breaks);
  return true;
}

bool YamlScanner::scan_escape(std::string& out) {
  YamlMark escape = position_;
  char c = at(1);
  if (is_break(c)) {
    // An escaped line break joins the lines; empty lines after it stay.
    skip(1);
    skip_break();
    while (is_blank(at())) skip(1);
    while (is_break(at())) {
      out += '\n';
      skip_break();
      while (is_blank(at())) skip(1);
    }
    return true;
  }
  if (c == 'x') return scan_code_escape(out, 2);
  if (c == 'u') return scan_code_escape(out, 4);
  if (c == 'U') return scan_code_escape(out, 8);
  uint32_t code_point = simple_escape(c);
  if (code_point == 0 && c != '0') {
    skip(1);
    fail(escape_context, fmt::format("found unknown escape character {}", found_at(position_)), escape,
         "write a backslash as `\\\\`, or put the text in single quotes");
    return false;
  }
  skip(2);
  base::append_utf8(out, code_point);
  return true;
}

/// `\x41`, `\u0041`, `\U00000041`; halves of a surrogate pair join, a lone one becomes U+FFFD.
bool YamlScanner::scan_code_escape(std::string& out, size_t digits) {
  YamlMark escape = position_;
  auto read = [&](size_t from, uint32_t& code) {
    code = 0;
    for (size_t i = 0; i < digits; ++i) {
      char c = at(from + i);
      bool digit = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
      if (!digit) return false;
      code = code << 4 | static_cast<uint32_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return true;
  };
  uint32_t code = 0;
  if (!read(2, code)) {
    skip(2);
    fail(escape_context,
         fmt::format("expected escape sequence of {} hexadecimal numbers, but found: {}", digits, found_at(position_)),
         escape, "write 2, 4 or 8 digits, such as `\\x41`, `\\u0041` or `\\U00000041`");
    return false;
  }
  if (code > 0x10FFFF) {
    fail(escape_context, "the escape sequence is not a valid character", escape,
         "the highest code point is `\\U0010FFFF`");
    return false;
  }
  size_t length = 2 + digits;
  uint32_t second = 0;
  bool high = code >= 0xD800 && code < 0xDC00;
  bool pair = high && digits == 4 && at(length) == '\\' && at(length + 1) == 'u' && read(length + 2, second) &&
              second >= 0xDC00 && second < 0xE000;
  if (pair) {
    code = 0x10000 + ((code - 0xD800) << 10) + (second - 0xDC00);
    length *= 2;
  } else if (code >= 0xD800 && code < 0xE000) {
    code = 0xFFFD;
  }
  skip(length);
  base::append_utf8(out, code);
  return true;
}

bool YamlScanner::fetch_block_scalar(ScalarStyle style) {
  key_allowed_ = true;
  if (!drop_candidate()) return false;
  add(YamlTokenType::scalar, position_, position_);
  YamlToken& token = tokens_.back();
  token.style = style;
  token.built = true;
  char chomping = ' ';
  int32_t indicator = 0;
  if (!scan_block_header(chomping, indicator)) return false;
  token.end = position_;
  scan_block_text(token, chomping, indicator);
  return true;
}

/// `|`, then `+` or `-` and a digit in either order, then blanks, a comment and the end of the line.
bool YamlScanner::scan_block_header(char& chomping, int32_t& indicator) {
  skip(1);
  while (true) {
    if ((at() == '+' || at() == '-') && chomping == ' ') {
      chomping = at();
    } else if (at() >= '0' && at() <= '9' && indicator == 0) {
      if (at() == '0') {
        fail(block_context, "expected indentation indicator in the range 1-9, but found 0", position_);
        return false;
      }
      indicator = at() - '0';
    } else {
      break;
    }
    skip(1);
  }
  if (!is_space_or_end(at())) {
    fail(block_context, fmt::format("expected chomping or indentation indicators, but found {}", found_at(position_)),
         position_, "start the text on the next line");
    return false;
  }
  YamlMark end = position_;
  while (is_blank(at())) skip(1);
  if (at() == '#') skip(std::min(text_.find_first_of("\r\n", position_.offset), text_.size()) - position_.offset);
  if (!is_break(at()) && at() != '\0') {
    fail(block_context, fmt::format("expected a comment or a line break, but found {}", found_at(position_)), position_,
         "start the text on the next line");
    return false;
  }
  // The span of a scalar without text is its header.
  tokens_.back().end = end;
  return true;
}

void YamlScanner::scan_block_text(YamlToken& token, char chomping, int32_t indicator) {
  if (is_break(at())) skip_break();
  std::string breaks;  // empty lines that may or may not belong to the text
  int32_t indentation = 0;
  if (indicator == 0) {
    indentation = find_block_indentation(breaks);
  } else {
    indentation = std::max(indentation_ + 1, 1) + indicator - 1;
    skip_block_breaks(breaks, indentation);
  }
  std::string& out = token.composed;
  bool ended = false;  // the last line has a line break
  while (column() == indentation && at() != '\0') {
    out += breaks;
    bool starts_blank = is_blank(at());
    size_t line = position_.offset;
    size_t end = std::min(text_.find_first_of("\r\n", line), text_.size());
    out.append(text_, line, end - line);
    skip(end - line);
    token.end = position_;
    breaks.clear();
    ended = is_break(at());
    if (!ended) break;
    skip_break();
    skip_block_breaks(breaks, indentation);
    if (column() != indentation || at() == '\0') break;
    // Folding joins lines that do not start with a blank.
    if (token.style == ScalarStyle::folded && !starts_blank && !is_blank(at())) {
      if (breaks.empty()) out += ' ';
    } else {
      out += '\n';
    }
  }
  if (ended && chomping != '-') out += '\n';
  if (chomping == '+') out += breaks;
}

/// The column of the first line that is not empty, or of the widest empty line before it.
int32_t YamlScanner::find_block_indentation(std::string& breaks) {
  int32_t widest = 0;
  while (at() == ' ' || is_break(at())) {
    if (is_break(at())) {
      breaks += '\n';
      skip_break();
    } else {
      skip(1);
      widest = std::max(widest, column());
    }
  }
  return std::max({indentation_ + 1, 1, widest});
}

void YamlScanner::skip_block_breaks(std::string& breaks, int32_t indentation) {
  auto indent = [&] {
    while (column() < indentation && at() == ' ') skip(1);
  };
  indent();
  while (is_break(at())) {
    breaks += '\n';
    skip_break();
    indent();
  }
}

}  // namespace gyr::syntax
