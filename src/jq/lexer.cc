#include "jq/lexer.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "base/text.h"
#include "jq/program.h"

namespace gyr::jq {
namespace {

// Far beyond what people write; bounds the memory of a hostile program.
constexpr size_t program_limit = 100'000;

// Longer ones first.
constexpr std::string_view symbols[] = {
    "?//=", "?//", "|=", "+=", "-=", "*=", "/=", "%=", "//=", "==", "!=", "<=", ">=", "//", "..", "|", ",", "+",
    "-",    "*",   "/",  "%",  "=",  "<",  ">",  "(",  ")",   "[",  "]",  "{",  "}",  ":",  ";",  ".", "?"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name(char c) { return is_name_start(c) || is_digit(c); }

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  base::Result<std::vector<Token>> run() {
    if (text_.size() > program_limit) return fail("the program is too long");
    while (true) {
      skip_blanks();
      begin_ = at_;
      if (at_ >= text_.size()) break;
      GYR_CHECK(token());
    }
    if (!open_.empty()) return fail("a bracket or string is not closed");
    push(TokenKind::end, {});
    return std::move(tokens_);
  }

 private:
  std::unexpected<base::Error> fail(std::string_view message) const {
    return base::fail(jq_failed, fmt::format("{} at character {} of the jq program", message,
                                             base::code_points(text_.substr(0, std::min(at_, text_.size()))) + 1));
  }

  void push(TokenKind kind, std::string text) {
    tokens_.push_back({kind, std::move(text), static_cast<uint32_t>(std::min(begin_, text_.size()))});
    begin_ = at_;
  }

  void skip_blanks() {
    for (; at_ < text_.size(); ++at_) {
      char c = text_[at_];
      if (c == '#') {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
        --at_;
        if (at_ + 1 >= text_.size()) {
          at_ = text_.size();
          return;
        }
      } else if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
        return;
      }
    }
  }

  std::string read_name() {
    size_t begin = at_;
    while (at_ < text_.size() && is_name(text_[at_])) ++at_;
    // Names of modules: `a::b`.
    while (text_.substr(at_).starts_with("::") && at_ + 2 < text_.size() && is_name_start(text_[at_ + 2])) {
      at_ += 2;
      while (at_ < text_.size() && is_name(text_[at_])) ++at_;
    }
    return std::string(text_.substr(begin, at_ - begin));
  }

  char next(size_t ahead = 1) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  base::Result<void> token() {
    char c = text_[at_];
    if (c == '"') {
      push(TokenKind::string_begin, "\"");
      ++at_;
      open_.push_back('"');
      return read_string();
    }
    if (is_digit(c) || (c == '.' && is_digit(next()))) return read_number();
    if (c == '.' && is_name_start(next())) {
      ++at_;
      std::string name = read_name();
      push(TokenKind::field, std::move(name));
      return {};
    }
    if (c == '$' && is_name_start(next())) {
      ++at_;
      std::string name = read_name();
      push(TokenKind::variable, std::move(name));
      return {};
    }
    if (c == '@' && is_name_start(next())) {
      ++at_;
      std::string name = "@" + read_name();
      push(TokenKind::format, std::move(name));
      return {};
    }
    if (is_name_start(c)) {
      std::string name = read_name();
      push(TokenKind::name, std::move(name));
      return {};
    }
    for (std::string_view symbol : symbols) {
      if (!text_.substr(at_).starts_with(symbol)) continue;
      return read_symbol(symbol);
    }
    return fail(fmt::format("`{}` is not valid jq", c));
  }

  base::Result<void> read_symbol(std::string_view symbol) {
    if (symbol == "?//=") symbol = "?//";
    char c = symbol[0];
    if (symbol.size() == 1 && (c == '(' || c == '[' || c == '{')) open_.push_back(c);
    if (symbol.size() == 1 && (c == ')' || c == ']' || c == '}')) {
      char opening = c == ')' ? '(' : (c == ']' ? '[' : '{');
      bool inserts = !open_.empty() && open_.back() == '\\' && c == ')';
      if (!inserts && (open_.empty() || open_.back() != opening)) return fail(fmt::format("`{}` does not fit", c));
      open_.pop_back();
      if (inserts) {
        push(TokenKind::insert_end, ")");
        ++at_;
        return read_string();
      }
    }
    push(TokenKind::symbol, std::string(symbol));
    at_ += symbol.size();
    return {};
  }

  base::Result<void> read_number() {
    size_t begin = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    if (at_ < text_.size() && text_[at_] == '.' && next() != '.') {
      ++at_;
      while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    }
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      size_t exponent = at_ + 1;
      if (exponent < text_.size() && (text_[exponent] == '+' || text_[exponent] == '-')) ++exponent;
      if (exponent >= text_.size() || !is_digit(text_[exponent])) return fail("an exponent without digits");
      at_ = exponent;
      while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    }
    push(TokenKind::number, std::string(text_.substr(begin, at_ - begin)));
    return {};
  }

  /// From inside a string to its end or to `\(`.
  base::Result<void> read_string() {
    std::string piece;
    for (;;) {
      if (at_ >= text_.size()) return fail("a string is not closed");
      char c = text_[at_];
      if (c == '"') {
        if (!piece.empty()) push(TokenKind::text, std::move(piece));
        push(TokenKind::string_end, "\"");
        open_.pop_back();
        ++at_;
        return {};
      }
      if (c != '\\') {
        piece.push_back(c);
        ++at_;
        continue;
      }
      if (next() == '(') {
        if (!piece.empty()) push(TokenKind::text, std::move(piece));
        push(TokenKind::insert_begin, "\\(");
        open_.push_back('\\');
        at_ += 2;
        return {};
      }
      GYR_CHECK(read_escape(piece));
    }
  }

  std::optional<uint32_t> hex(size_t at) const {
    uint32_t value = 0;
    if (at + 4 > text_.size()) return std::nullopt;
    auto [end, problem] = std::from_chars(text_.data() + at, text_.data() + at + 4, value, 16);
    return problem == std::errc() && end == text_.data() + at + 4 ? std::optional(value) : std::nullopt;
  }

  base::Result<void> read_escape(std::string& piece) {
    char c = next();
    constexpr std::string_view letters = "\"\\/bfnrt";
    constexpr std::string_view characters = "\"\\/\b\f\n\r\t";
    if (size_t found = letters.find(c); c != '\0' && found != std::string_view::npos) {
      piece.push_back(characters[found]);
      at_ += 2;
      return {};
    }
    auto unit = c == 'u' ? hex(at_ + 2) : std::nullopt;
    if (!unit) return fail("an unknown escape in a string");
    at_ += 6;
    uint32_t code_point = *unit;
    if (code_point >= 0xD800 && code_point < 0xDC00 && text_.substr(at_).starts_with("\\u")) {
      auto low = hex(at_ + 2);
      if (low && *low >= 0xDC00 && *low < 0xE000) {
        code_point = 0x10000 + ((code_point - 0xD800) << 10) + (*low - 0xDC00);
        at_ += 6;
      }
    }
    bool half = code_point >= 0xD800 && code_point < 0xE000;
    base::append_utf8(piece, half ? 0xFFFD : code_point);
    return {};
  }

  std::string_view text_;
  size_t at_ = 0;
  size_t begin_ = 0;  // of the token being read
  std::vector<Token> tokens_;
  std::vector<char> open_;  // brackets, `"` for strings and `\` for what is inserted into them
};

}  // namespace

base::Result<std::vector<Token>> tokenize(std::string_view program) { return Lexer(program).run(); }

}  // namespace gyr::jq
