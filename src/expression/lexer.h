// Splits a template into text, print nodes, tags and comments, and what is inside delimiters into tokens.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "expression/program.h"

namespace gyr::expression {

enum class TokenKind : uint8_t {
  name,
  number,
  string,               ///< begin..end is the content without quotes, escapes not yet taken out
  interpolation_begin,  ///< `"` of a string with `#{ … }` in it; its parts follow as `string` and expressions
  expression_begin,     ///< `#{`
  expression_end,       ///< its `}`
  interpolation_end,
  op,
  punctuation,  ///< one of ( ) [ ] { } ? : , . =
  end,          ///< the closing delimiter
};

enum class Operator : uint8_t {
  none_of_them,
  logical_or,
  logical_and,
  logical_not,
  is,
  contains,
  equals,
  not_equals,
  greater,
  less,
  greater_equal,
  less_equal,
  plus,
  minus,
  multiply,
  divide,
  remainder,
  pipe,
  concat,
  range,
  coalesce,
  coalesce_undefined,
  is_in,
};

/// One token of a template: its kind and its position in the source, in bytes.
struct Token {
  TokenKind kind = TokenKind::end;
  Operator op = Operator::none_of_them;
  char punctuation = 0;
  uint32_t begin = 0;
  uint32_t end = 0;
};

/// The lexer of one template (EXPR-30 to EXPR-41). Returns one chunk at a time. All tokens of a print node or tag are
/// read before the parser sees the first one, so that an unclosed bracket is reported before any other error (EXPR-39).
class Lexer {
 public:
  enum class Chunk : uint8_t { text, print, execute, end, failed };

  explicit Lexer(const Program& program) : program_(program), source_(program.source) {}

  Chunk next();

  // Of the last chunk.
  uint32_t text_begin() const { return text_begin_; }
  uint32_t text_end() const { return text_end_; }
  uint32_t chunk_offset() const { return chunk_offset_; }
  const std::vector<Token>& tokens() const { return tokens_; }
  const base::Error& error() const { return *error_; }

  std::string_view source() const { return source_; }

 private:
  struct Bracket {
    char closing = 0;         // `"` for an interpolated string
    bool expression = false;  // the `}` of `#{`
  };

  Chunk fail(std::string message, size_t offset);
  Chunk fail_limit(std::string message, size_t offset);
  Chunk next_text();
  Chunk open_delimiter();
  Chunk skip_comment(size_t opening_size);
  bool at_verbatim(size_t& content_begin, bool& trims_content) const;
  Chunk verbatim(size_t content_begin, bool trims_content);
  Chunk emit_text(size_t begin, size_t end);
  bool tokenize(char closing);
  bool at_closing(char closing, size_t& size, bool& trims) const;
  bool lex_token();
  bool lex_string();
  bool lex_string_part();
  bool lex_bracket(char c);
  bool lex_operator();
  void lex_number();
  bool push(TokenKind kind, size_t begin, size_t end, Operator op = Operator::none_of_them, char punctuation = 0);
  size_t skip_blanks(size_t at) const;

  const Program& program_;
  std::string_view source_;
  size_t position_ = 0;
  bool trim_next_ = false;  // the delimiter before ended in `-`
  uint32_t text_begin_ = 0;
  uint32_t text_end_ = 0;
  uint32_t chunk_offset_ = 0;
  std::vector<Token> tokens_;
  std::vector<Bracket> brackets_;
  std::optional<base::Error> error_;
};

/// Length in bytes of the letter, digit or `_` that a name may have at `at`; 0 if there is none (EXPR-33).
size_t name_character_size(std::string_view text, size_t at, bool first);

}  // namespace gyr::expression
