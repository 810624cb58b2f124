// The parser of jq programs.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "jq/builtins.h"
#include "jq/lexer.h"
#include "jq/program.h"

namespace gyr::jq {

using base::Value;

// Nodes nested deeper are refused: the interpreter walks them recursively.
inline constexpr uint32_t depth_limit = 400;

struct BinaryOperator;

/// Parses one text. Every function returns a null pointer after an error; the first one is kept.
class Parser {
 public:
  Parser(std::string_view text, std::vector<Token> tokens, Program& program, bool is_prelude)
      : text_(text), tokens_(std::move(tokens)), program_(program), is_prelude_(is_prelude) {}

  base::Result<void> run();

 private:
  struct NamedFunction {
    std::string_view name;
    size_t arity = 0;
    const Function* function = nullptr;  // null for a closure
    uint32_t id = 0;
  };
  struct NamedVariable {
    std::string_view name;
    uint32_t id = 0;
  };
  class Nested {
   public:
    explicit Nested(Parser& parser) : parser_(parser) {
      if (++parser_.depth_ > depth_limit) parser_.fail("the jq program is nested too deeply");
    }
    ~Nested() { --parser_.depth_; }
    Nested(const Nested&) = delete;
    Nested& operator=(const Nested&) = delete;

   private:
    Parser& parser_;
  };

  // Tokens and building blocks
  const Token& peek(size_t ahead = 0) const { return tokens_[std::min(next_ + ahead, tokens_.size() - 1)]; }
  const Token& take() {
    const Token& token = peek();
    if (next_ + 1 < tokens_.size()) ++next_;
    return token;
  }
  bool at_symbol(std::string_view symbol, size_t ahead = 0) const {
    return peek(ahead).kind == TokenKind::symbol && peek(ahead).text == symbol;
  }
  bool at_name(std::string_view name, size_t ahead = 0) const {
    return peek(ahead).kind == TokenKind::name && peek(ahead).text == name;
  }
  const Node* fail(std::string message) {
    if (!error_) error_ = base::Error(jq_failed, std::move(message));
    return nullptr;
  }
  const Node* unexpected(std::string_view wanted) {
    std::string found = peek().kind == TokenKind::end ? "the end" : fmt::format("`{}`", peek().text);
    return fail(fmt::format("unexpected {}, expected {}, at character {} of the jq program", found, wanted,
                            base::code_points(text_.substr(0, peek().offset)) + 1));
  }
  bool expect_symbol(std::string_view symbol) {
    if (error_) return false;
    if (!at_symbol(symbol)) {
      unexpected(fmt::format("`{}`", symbol));
      return false;
    }
    take();
    return true;
  }
  bool expect_name(std::string_view name) {
    if (error_) return false;
    if (!at_name(name)) {
      unexpected(fmt::format("`{}`", name));
      return false;
    }
    take();
    return true;
  }
  Node& make(Kind kind) {
    program_.nodes.emplace_back();
    program_.nodes.back().kind = kind;
    return program_.nodes.back();
  }
  const Node* literal(Value value) {
    Node& node = make(Kind::literal);
    node.value = std::move(value);
    return done(node);
  }
  const Node* identity() { return done(make(Kind::identity)); }

  uint32_t new_id() { return ++last_id_; }

  // parser.cc: expressions, from the weakest binding to the strongest
  /// Depth and singleness follow from the parts.
  const Node* done(Node& node);
  static bool all_single(const std::vector<const Node*>& parts);
  static bool is_single(const Node& node);
  static bool is_single_call(const Node& node);
  const Node* pipe();
  const Node* after_definition();
  const Node* comma();
  const BinaryOperator* binary_operator() const;
  const Node* binary(int least);
  const Node* operand();
  const Node* label();
  const Node* bind(const Node* source);

  // parser_definitions.cc: what binds names, and control
  /// Alternatives share their variables: a name is one variable in all of them.
  bool read_patterns(std::vector<Pattern>& out);
  uint32_t declare(std::string_view name, size_t shared);
  Pattern pattern(size_t shared);
  Pattern::Entry pattern_entry(size_t shared);
  const Function* definition();
  const Node* leave();
  const Node* branch();
  const Node* attempt();
  const Node* fold(bool is_reduce);
  const Node* call();

  // parser_terms.cc
  const Node* object();
  const Node* format(const std::string& name);
  const Node* string(Value format);
  const Node* variable(const Token& token);
  const Node* index(const Node* term, const Node* key);
  const Node* postfix();
  const Node* attempt_of(const Node* body);
  static bool is_fixed_step(const Node& step);
  const Node* optional_step(const Node& step);
  const Node* brackets(const Node* term);
  const Node* number(std::string_view text);
  const Node* term();
  const Node* bracketed(const Token& token);
  void object_entry(std::vector<const Node*>& parts);
  /// Anything without a comma.
  const Node* object_value();
  const Node* named(const Token& token);

  std::string_view text_;
  std::vector<Token> tokens_;
  Program& program_;
  bool is_prelude_;
  size_t next_ = 0;
  uint32_t depth_ = 0;
  uint32_t last_id_ = 0;
  std::vector<NamedFunction> functions_;
  std::vector<NamedVariable> variables_;
  std::vector<NamedVariable> labels_;
  std::optional<base::Error> error_;
};

}  // namespace gyr::jq
