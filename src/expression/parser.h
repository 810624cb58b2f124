// Tokens into a program (EXPR-50 to EXPR-71, EXPR-100 to EXPR-107).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "expression/lexer.h"
#include "expression/program.h"

namespace gyr::expression {

/// Parses one template. Used once; no state outlives it. Every parse function returns `none` after an error; the first
/// error is kept.
class Parser {
 public:
  Parser(Program& program, const Limits& limits) : program_(program), limits_(limits), lexer_(program) {}

  /// Fills the program, or returns the error.
  base::Result<void> parse();

 private:
  // parser.cc: statements
  using StopTags = std::initializer_list<std::string_view>;
  uint32_t parse_body(StopTags stop, std::string_view wanted_end);
  bool parse_tag(std::string_view name, uint32_t offset, std::vector<StmtId>& out);
  StmtId parse_if(uint32_t offset);
  StmtId parse_for(uint32_t offset);
  StmtId parse_set(uint32_t offset);
  bool parse_macro(uint32_t offset);
  StmtId parse_block(uint32_t offset);
  StmtId parse_filter_tag(uint32_t offset);
  bool resolve_macros();
  void resolve_macro_call(Call& call, uint32_t macro);

  // parser_expression.cc
  ExprId parse_expression();
  ExprId parse_binary(int minimum);
  ExprId parse_prefix();
  ExprId parse_primary();
  ExprId parse_postfix(ExprId object, bool is_path);
  ExprId parse_member(ExprId object);
  ExprId parse_subscript(ExprId object);
  ExprId parse_literal_or_name(const Token& token);
  ExprId parse_number(const Token& token);
  ExprId parse_list();
  ExprId parse_map();
  ExprId parse_interpolation();
  ExprId parse_filter(ExprId input);
  ExprId parse_test(ExprId input);
  ExprId parse_call(const Token& name);
  /// Arguments in parentheses if there are some, into `call`.
  bool parse_arguments(Call& call);
  void place_arguments(Call& call, const Entry& entry);

  // Building blocks
  const Token& peek(size_t ahead = 0) const;
  const Token& take();
  bool at_punctuation(char c, size_t ahead = 0) const;
  bool at_operator(Operator op) const;
  bool expect_punctuation(char c);
  bool expect_end();
  std::string_view text(const Token& token) const;
  std::string describe(const Token& token) const;
  uint32_t fail(std::string_view message, uint32_t offset);
  uint32_t fail_limit(std::string_view message, uint32_t offset);
  ExprId add(Expr expr);
  StmtId add(Stmt stmt);
  uint32_t add_constant(base::Value value);
  ExprId literal(base::Value value, uint32_t offset);
  uint32_t add_call(Call call);
  void refer(std::string_view root, std::string_view member);
  void refer_to(const Path& path);
  std::string string_content(const Token& token) const;
  bool begin_tokens();

  /// Counts the nesting of a scope.
  class Nested;

  Program& program_;
  const Limits& limits_;
  Lexer lexer_;
  std::vector<Token> tokens_;
  size_t next_ = 0;
  uint32_t depth_ = 0;
  std::string_view stopped_at_;  // the tag that ended the last body
  std::optional<base::Error> error_;
};

}  // namespace gyr::expression
