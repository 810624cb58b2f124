#include "expression/lexer.h"

#include <fmt/format.h>
#include <unicode/uchar.h>

#include "text/characters.h"

namespace gyr::expression {
namespace {

// A tag or print node with more tokens than this was not written by a person; 12 bytes each.
constexpr size_t tokens_limit = 2'000'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct WordOperator {
  std::string_view word;
  Operator op;
};
// EXPR-50; names that merely begin so are names (EXPR-38).
constexpr WordOperator word_operators[] = {
    {"or", Operator::logical_or}, {"and", Operator::logical_and}, {"not", Operator::logical_not},
    {"is", Operator::is},         {"isIn", Operator::is_in},      {"contains", Operator::contains},
    {"equals", Operator::equals},
};

struct SymbolOperator {
  std::string_view symbol;
  Operator op;
};
// Longer ones first.
constexpr SymbolOperator symbol_operators[] = {
    {"???", Operator::coalesce_undefined},
    {"??", Operator::coalesce},
    {"..", Operator::range},
    {"==", Operator::equals},
    {"!=", Operator::not_equals},
    {">=", Operator::greater_equal},
    {"<=", Operator::less_equal},
    {">", Operator::greater},
    {"<", Operator::less},
    {"+", Operator::plus},
    {"-", Operator::minus},
    {"*", Operator::multiply},
    {"/", Operator::divide},
    {"%", Operator::remainder},
    {"|", Operator::pipe},
    {"~", Operator::concat},
};

}  // namespace

size_t name_character_size(std::string_view text, size_t at, bool first) {
  if (at >= text.size()) return 0;
  auto c = static_cast<unsigned char>(text[at]);
  if (c < 0x80) {
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    return letter || (!first && c >= '0' && c <= '9') ? 1 : 0;
  }
  size_t size = 0;
  auto code_point = static_cast<UChar32>(text::decode_utf8(text, at, size));
  bool fits = first ? u_isalpha(code_point) : u_isalnum(code_point);
  return fits ? size : 0;
}

Lexer::Chunk Lexer::fail(std::string message, size_t offset) {
  error_ = template_error(template_syntax, message, program_, static_cast<uint32_t>(offset));
  return Chunk::failed;
}

Lexer::Chunk Lexer::fail_limit(std::string message, size_t offset) {
  error_ = template_error(limit_exceeded, message, program_, static_cast<uint32_t>(offset));
  return Chunk::failed;
}

size_t Lexer::skip_blanks(size_t at) const {
  for (;;) {
    size_t size = text::white_space_size(source_, at);
    if (size == 0) return at;
    at += size;
  }
}

Lexer::Chunk Lexer::next() {
  for (;;) {
    if (error_) return Chunk::failed;
    if (position_ >= source_.size()) return Chunk::end;
    char next = position_ + 1 < source_.size() && source_[position_] == '{' ? source_[position_ + 1] : 0;
    Chunk chunk = next == '{' || next == '%' || next == '#' ? open_delimiter() : next_text();
    // An empty text and a comment leave nothing.
    if (chunk != Chunk::text || text_begin_ != text_end_) return chunk;
  }
}

/// Trims the text from begin to end as the delimiters around it ask (EXPR-31).
Lexer::Chunk Lexer::emit_text(size_t begin, size_t end) {
  if (trim_next_) {
    for (size_t size = 0; begin < end && (size = text::white_space_size(source_, begin)) != 0;) begin += size;
  }
  trim_next_ = false;
  bool trims_end = end + 2 < source_.size() && source_[end] == '{' && source_[end + 2] == '-';
  if (trims_end) {
    // In a print node a dash before anything but a blank is a sign: `{{-2}}`.
    bool is_sign = source_[end + 1] == '{' && text::white_space_size(source_, end + 3) == 0;
    if (!is_sign) end = text::trimmed_end(source_, begin, end);
  }
  text_begin_ = static_cast<uint32_t>(begin);
  text_end_ = static_cast<uint32_t>(std::max(begin, end));
  return Chunk::text;
}

Lexer::Chunk Lexer::next_text() {
  size_t begin = position_;
  size_t at = begin;
  for (;;) {
    at = source_.find('{', at);
    if (at == std::string_view::npos || at + 1 >= source_.size()) {
      at = source_.size();
      break;
    }
    char next = source_[at + 1];
    if (next == '{' || next == '%' || next == '#') break;
    ++at;
  }
  position_ = at;
  return emit_text(begin, at);
}

Lexer::Chunk Lexer::open_delimiter() {
  chunk_offset_ = static_cast<uint32_t>(position_);
  char kind = source_[position_ + 1];
  size_t after = position_ + 2;
  bool dash = after < source_.size() && source_[after] == '-';
  if (kind == '#') return skip_comment(dash ? 3 : 2);
  if (kind == '%') {
    size_t content = 0;
    bool trims = false;
    if (at_verbatim(content, trims)) return verbatim(content, trims);
    position_ = after + (dash ? 1 : 0);
    return tokenize('%') ? Chunk::execute : Chunk::failed;
  }
  position_ = after + (dash && text::white_space_size(source_, after + 1) != 0 ? 1 : 0);
  return tokenize('}') ? Chunk::print : Chunk::failed;
}

Lexer::Chunk Lexer::skip_comment(size_t opening_size) {
  size_t close = source_.find("#}", position_ + opening_size);
  // `{#-#}`: the dash belongs to both ends.
  if (close == std::string_view::npos && opening_size == 3) close = source_.find("#}", position_ + 2);
  if (close == std::string_view::npos) return fail("Unclosed comment.", position_);
  trim_next_ = close > position_ + 2 && source_[close - 1] == '-';
  position_ = close + 2;
  text_begin_ = text_end_ = static_cast<uint32_t>(position_);
  return Chunk::text;
}

/// Whether `{% verbatim %}` begins at the position (EXPR-40).
bool Lexer::at_verbatim(size_t& content_begin, bool& trims_content) const {
  constexpr std::string_view word = "verbatim";
  size_t at = position_ + 2;
  if (at < source_.size() && source_[at] == '-') ++at;
  at = skip_blanks(at);
  if (source_.substr(at, word.size()) != word) return false;
  at = skip_blanks(at + word.size());
  trims_content = source_.substr(at, 3) == "-%}";
  if (!trims_content && source_.substr(at, 2) != "%}") return false;
  content_begin = at + (trims_content ? 3 : 2);
  return true;
}

Lexer::Chunk Lexer::verbatim(size_t content_begin, bool trims_content) {
  constexpr std::string_view word = "endverbatim";
  for (size_t open = source_.find("{%", content_begin); open != std::string_view::npos;
       open = source_.find("{%", open + 2)) {
    size_t at = open + 2;
    bool trims_end = at < source_.size() && source_[at] == '-';
    at = skip_blanks(at + (trims_end ? 1 : 0));
    if (source_.substr(at, word.size()) != word) continue;
    at = skip_blanks(at + word.size());
    bool trims_after = source_.substr(at, 3) == "-%}";
    if (!trims_after && source_.substr(at, 2) != "%}") continue;
    position_ = at + (trims_after ? 3 : 2);
    size_t begin = content_begin;
    if (trims_content) {
      for (size_t size = 0; begin < open && (size = text::white_space_size(source_, begin)) != 0;) begin += size;
    }
    size_t end = trims_end ? text::trimmed_end(source_, begin, open) : open;
    text_begin_ = static_cast<uint32_t>(begin);
    text_end_ = static_cast<uint32_t>(std::max(begin, end));
    trim_next_ = trims_after;
    return Chunk::text;
  }
  return fail("Unclosed verbatim tag.", position_);
}

bool Lexer::at_closing(char closing, size_t& size, bool& trims) const {
  size_t at = position_;
  trims = at < source_.size() && source_[at] == '-';
  if (trims) ++at;
  if (at + 1 >= source_.size() || source_[at] != closing || source_[at + 1] != '}') return false;
  size = at + 2 - position_;
  return true;
}

bool Lexer::tokenize(char closing) {
  tokens_.clear();
  brackets_.clear();
  for (;;) {
    if (!brackets_.empty() && brackets_.back().closing == '"') {
      if (!lex_string_part()) return false;
      continue;
    }
    position_ = skip_blanks(position_);
    size_t size = 0;
    bool trims = false;
    if (brackets_.empty() && at_closing(closing, size, trims)) {
      push(TokenKind::end, position_, position_ + size);
      position_ += size;
      trim_next_ = trims;
      return true;
    }
    if (position_ >= source_.size()) {
      if (!brackets_.empty()) {
        fail(fmt::format("Unclosed \"{}\"", brackets_.back().closing), position_);
      } else {
        fail(
            closing == '%' ? "the tag is not closed: `%}` is missing" : "the print node is not closed: `}}` is missing",
            chunk_offset_);
      }
      return false;
    }
    if (!lex_token()) return false;
  }
}

bool Lexer::push(TokenKind kind, size_t begin, size_t end, Operator op, char punctuation) {
  if (tokens_.size() >= tokens_limit) {
    fail_limit(fmt::format("more than {} tokens between two delimiters", tokens_limit), begin);
    return false;
  }
  tokens_.push_back({kind, op, punctuation, static_cast<uint32_t>(begin), static_cast<uint32_t>(end)});
  return true;
}

bool Lexer::lex_token() {
  char c = source_[position_];
  if (is_digit(c)) {
    lex_number();
    return !error_;
  }
  if (c == '"' || c == '\'') return lex_string();
  if (size_t size = name_character_size(source_, position_, true); size != 0) {
    size_t end = position_;
    for (; size != 0; size = name_character_size(source_, end, false)) end += size;
    std::string_view word = source_.substr(position_, end - position_);
    size_t begin = position_;
    position_ = end;
    for (const auto& [text, op] : word_operators) {
      if (text == word) return push(TokenKind::op, begin, end, op);
    }
    return push(TokenKind::name, begin, end);
  }
  if (std::string_view("()[]{}").find(c) != std::string_view::npos) return lex_bracket(c);
  if (lex_operator()) return !error_;
  if (std::string_view("?:,.=").find(c) != std::string_view::npos) {
    position_ += 1;
    return push(TokenKind::punctuation, position_ - 1, position_, Operator::none_of_them, c);
  }
  size_t size = 0;
  text::decode_utf8(source_, position_, size);
  std::string_view shown = source_.substr(position_, size);
  fail(fmt::format("Unexpected character [{}]", c < ' ' && c >= 0 ? fmt::format("\\x{:02x}", c) : std::string(shown)),
       position_);
  return false;
}

void Lexer::lex_number() {
  size_t begin = position_;
  size_t end = begin;
  while (end < source_.size() && is_digit(source_[end])) ++end;
  if (end + 1 < source_.size() && source_[end] == '.' && is_digit(source_[end + 1])) {
    ++end;
    while (end < source_.size() && is_digit(source_[end])) ++end;
  } else if (end < source_.size() && (source_[end] == 'L' || source_[end] == 'l') &&
             name_character_size(source_, end + 1, false) == 0) {
    ++end;  // EXPR-34
  }
  position_ = end;
  push(TokenKind::number, begin, end);
}

bool Lexer::lex_operator() {
  for (const auto& [symbol, op] : symbol_operators) {
    if (source_.substr(position_, symbol.size()) != symbol) continue;
    position_ += symbol.size();
    push(TokenKind::op, position_ - symbol.size(), position_, op);
    return true;
  }
  return false;
}

bool Lexer::lex_bracket(char c) {
  size_t begin = position_;
  if (c == '(' || c == '[' || c == '{') {
    char closing = c == '(' ? ')' : (c == '[' ? ']' : '}');
    brackets_.push_back({closing, false});
    position_ += 1;
    return push(TokenKind::punctuation, begin, begin + 1, Operator::none_of_them, c);
  }
  if (brackets_.empty()) {
    fail(fmt::format("Unexpected \"{}\"", c), begin);
    return false;
  }
  Bracket bracket = brackets_.back();
  if (bracket.closing != c) {
    fail(fmt::format("Unclosed \"{}\"", bracket.closing), begin);
    return false;
  }
  brackets_.pop_back();
  position_ += 1;
  if (bracket.expression) return push(TokenKind::expression_end, begin, begin + 1);
  return push(TokenKind::punctuation, begin, begin + 1, Operator::none_of_them, c);
}

/// A string literal; `\` and the character after it belong together, so an escaped quote does not end it (EXPR-35).
bool Lexer::lex_string() {
  char quote = source_[position_];
  size_t at = position_ + 1;
  while (at < source_.size() && source_[at] != quote) {
    if (source_[at] == '\\' && at + 1 < source_.size()) {
      at += 2;
      continue;
    }
    if (quote == '"' && source_[at] == '#' && at + 1 < source_.size() && source_[at + 1] == '{') {
      brackets_.push_back({'"', false});
      position_ += 1;
      return push(TokenKind::interpolation_begin, position_ - 1, position_);
    }
    ++at;
  }
  if (at >= source_.size()) {
    fail(fmt::format("Unclosed \"{}\"", quote), position_);
    return false;
  }
  size_t begin = position_ + 1;
  position_ = at + 1;
  return push(TokenKind::string, begin, at);
}

/// Inside an interpolated string: the text up to `#{` or the closing quote (EXPR-36).
bool Lexer::lex_string_part() {
  size_t begin = position_;
  size_t at = begin;
  for (;; ++at) {
    if (at >= source_.size()) {
      fail("Unclosed \"\"\"", begin);
      return false;
    }
    char c = source_[at];
    if (c == '\\' && at + 1 < source_.size()) {
      ++at;
      continue;
    }
    if (c == '"') break;
    if (c == '#' && at + 1 < source_.size() && source_[at + 1] == '{') break;
  }
  if (at > begin && !push(TokenKind::string, begin, at)) return false;
  if (source_[at] == '"') {
    brackets_.pop_back();
    position_ = at + 1;
    return push(TokenKind::interpolation_end, at, at + 1);
  }
  brackets_.push_back({'}', true});
  position_ = at + 2;
  return push(TokenKind::expression_begin, at, at + 2);
}

}  // namespace gyr::expression
