#include "expression/parser.h"

#include <fmt/format.h>

#include <algorithm>

#include "expression/parser_nested.h"
#include "expression/registry.h"

namespace gyr::expression {

// ---------------------------------------------------------------------------------------------- building blocks

const Token& Parser::peek(size_t ahead) const { return tokens_[std::min(next_ + ahead, tokens_.size() - 1)]; }

const Token& Parser::take() {
  const Token& token = peek();
  if (next_ + 1 < tokens_.size()) ++next_;
  return token;
}

bool Parser::at_punctuation(char c, size_t ahead) const {
  const Token& token = peek(ahead);
  return token.kind == TokenKind::punctuation && token.punctuation == c;
}

bool Parser::at_operator(Operator op) const { return peek().kind == TokenKind::op && peek().op == op; }

std::string_view Parser::text(const Token& token) const {
  return lexer_.source().substr(token.begin, token.end - token.begin);
}

std::string Parser::describe(const Token& token) const {
  switch (token.kind) {
    case TokenKind::name: return fmt::format("the name `{}`", text(token));
    case TokenKind::number: return fmt::format("the number {}", text(token));
    case TokenKind::string:
    case TokenKind::interpolation_begin: return "a string";
    case TokenKind::op: return fmt::format("the operator `{}`", text(token));
    case TokenKind::end: return fmt::format("the end `{}`", text(token));
    default: return fmt::format("`{}`", text(token));
  }
}

uint32_t Parser::fail(std::string_view message, uint32_t offset) {
  if (!error_) error_ = template_error(template_syntax, message, program_, offset);
  return none;
}

uint32_t Parser::fail_limit(std::string_view message, uint32_t offset) {
  if (!error_) error_ = template_error(limit_exceeded, message, program_, offset);
  return none;
}

bool Parser::expect_punctuation(char c) {
  if (!at_punctuation(c)) {
    fail(fmt::format("Unexpected {}, expected `{}`", describe(peek()), c), peek().begin);
    return false;
  }
  take();
  return true;
}

bool Parser::expect_end() {
  if (error_) return false;
  if (peek().kind != TokenKind::end) {
    fail(fmt::format("Unexpected {}, expected `{}`", describe(peek()), text(tokens_.back())), peek().begin);
    return false;
  }
  return true;
}

ExprId Parser::add(Expr expr) {
  program_.exprs.push_back(expr);
  return static_cast<ExprId>(program_.exprs.size() - 1);
}

StmtId Parser::add(Stmt stmt) {
  program_.stmts.push_back(stmt);
  return static_cast<StmtId>(program_.stmts.size() - 1);
}

uint32_t Parser::add_constant(base::Value value) {
  program_.constants.push_back(std::move(value));
  return static_cast<uint32_t>(program_.constants.size() - 1);
}

ExprId Parser::literal(base::Value value, uint32_t offset) {
  return add({.op = Op::literal, .offset = offset, .a = add_constant(std::move(value))});
}

uint32_t Parser::add_call(Call call) {
  program_.calls.push_back(std::move(call));
  return static_cast<uint32_t>(program_.calls.size() - 1);
}

void Parser::refer(std::string_view root, std::string_view member) {
  program_.references.push_back({std::string(root), std::string(member)});
}

bool Parser::begin_tokens() {
  tokens_ = lexer_.tokens();
  next_ = 0;
  return true;
}

// ---------------------------------------------------------------------------------------------- statements

base::Result<void> Parser::parse() {
  program_.root = parse_body({}, {});
  if (!error_) resolve_macros();
  if (error_) return base::fail(*error_);
  auto& references = program_.references;
  std::ranges::sort(references);
  references.erase(std::unique(references.begin(), references.end()), references.end());
  program_.exprs.shrink_to_fit();
  program_.constants.shrink_to_fit();
  return {};
}

/// Statements up to one of the tags in `stop`; the name of that tag is then in stopped_at_ and its tokens are next.
uint32_t Parser::parse_body(StopTags stop, std::string_view wanted_end) {
  Nested nested(*this, lexer_.chunk_offset());
  if (!nested) return none;
  std::vector<StmtId> statements;
  for (;;) {
    Lexer::Chunk chunk = lexer_.next();
    uint32_t offset = lexer_.chunk_offset();
    if (chunk == Lexer::Chunk::failed) {
      if (!error_) error_ = lexer_.error();
      return none;
    }
    if (chunk == Lexer::Chunk::end) {
      if (wanted_end.empty()) break;
      return fail(fmt::format("Unexpected end of template. Pebble was looking for the \"{}\" tag", wanted_end),
                  static_cast<uint32_t>(program_.source.size()));
    }
    if (chunk == Lexer::Chunk::text) {
      statements.push_back(add({.tag = Tag::text, .offset = offset, .a = lexer_.text_begin(), .b = lexer_.text_end()}));
      continue;
    }
    begin_tokens();
    if (chunk == Lexer::Chunk::print) {
      ExprId expr = parse_expression();
      if (!expect_end()) return none;
      statements.push_back(add({.tag = Tag::print, .offset = offset, .a = expr}));
      continue;
    }
    if (peek().kind != TokenKind::name) return fail("A block must start with a tag name.", offset);
    Token token = take();
    std::string_view name = text(token);
    if (std::ranges::find(stop, name) != stop.end()) {
      stopped_at_ = name;
      break;
    }
    if (!parse_tag(name, token.begin, statements)) return none;
  }
  Body body{static_cast<uint32_t>(program_.statement_lists.size()), static_cast<uint32_t>(statements.size())};
  program_.statement_lists.insert(program_.statement_lists.end(), statements.begin(), statements.end());
  program_.bodies.push_back(body);
  return static_cast<uint32_t>(program_.bodies.size() - 1);
}

bool Parser::parse_tag(std::string_view name, uint32_t offset, std::vector<StmtId>& out) {
  StmtId statement = none;
  if (name == "if") {
    statement = parse_if(offset);
  } else if (name == "for") {
    statement = parse_for(offset);
  } else if (name == "set") {
    statement = parse_set(offset);
  } else if (name == "macro") {
    return parse_macro(offset);
  } else if (name == "block") {
    statement = parse_block(offset);
  } else if (name == "filter") {
    statement = parse_filter_tag(offset);
  } else {
    fail(fmt::format("Unexpected tag name \"{}\"", name), offset);
    std::vector<std::string> names;
    for (const TagEntry& tag : all_tags()) names.emplace_back(tag.name);
    std::string hint = suggest(name, names);
    if (!hint.empty() && hint.find(fmt::format("`{}`", name)) == std::string::npos) error_ = error_->with_hint(hint);
  }
  if (error_) return false;
  out.push_back(statement);
  return true;
}

StmtId Parser::parse_if(uint32_t offset) {
  std::vector<uint32_t> pairs;
  bool has_else = false;
  for (;;) {
    ExprId condition = none;
    if (!has_else) condition = parse_expression();
    if (!expect_end()) return none;
    uint32_t body = has_else ? parse_body({"endif"}, "endif") : parse_body({"else", "elseif", "endif"}, "endif");
    if (error_) return none;
    pairs.push_back(condition);
    pairs.push_back(body);
    if (stopped_at_ == "endif") break;
    has_else = stopped_at_ == "else";
  }
  if (!expect_end()) return none;
  auto first = static_cast<uint32_t>(program_.children.size());
  program_.children.insert(program_.children.end(), pairs.begin(), pairs.end());
  return add({.tag = Tag::branch, .offset = offset, .a = first, .b = static_cast<uint32_t>(pairs.size() / 2)});
}

StmtId Parser::parse_for(uint32_t offset) {
  if (peek().kind != TokenKind::name) {
    return fail(fmt::format("Unexpected {}, expected the name of a loop variable", describe(peek())), peek().begin);
  }
  uint32_t variable = add_constant(base::Value::string(text(take())));
  if (peek().kind != TokenKind::name || text(peek()) != "in") {
    return fail(fmt::format("Unexpected {}, expected `in`", describe(peek())), peek().begin);
  }
  take();
  ExprId iterated = parse_expression();
  if (!expect_end()) return none;
  uint32_t body = parse_body({"else", "endfor"}, "endfor");
  if (error_ || !expect_end()) return none;
  uint32_t otherwise = none;
  if (stopped_at_ == "else") {
    otherwise = parse_body({"endfor"}, "endfor");
    if (error_ || !expect_end()) return none;
  }
  return add({.tag = Tag::loop, .offset = offset, .a = iterated, .b = body, .c = otherwise, .extra = variable});
}

StmtId Parser::parse_set(uint32_t offset) {
  if (peek().kind != TokenKind::name) {
    return fail(fmt::format("Unexpected {}, expected the name of a variable", describe(peek())), peek().begin);
  }
  uint32_t variable = add_constant(base::Value::string(text(take())));
  if (!expect_punctuation('=')) return none;
  ExprId value = parse_expression();
  if (!expect_end()) return none;
  return add({.tag = Tag::assign, .offset = offset, .a = value, .extra = variable});
}

bool Parser::parse_macro(uint32_t offset) {
  if (peek().kind != TokenKind::name) {
    fail(fmt::format("Unexpected {}, expected the name of the macro", describe(peek())), peek().begin);
    return false;
  }
  Macro macro;
  macro.name = base::Value::string(text(take()));
  for (const Macro& other : program_.macros) {
    if (other.name == macro.name) {
      fail(fmt::format("More than one macro can not share the same name: {}", macro.name.text()), offset);
      return false;
    }
  }
  if (!expect_punctuation('(')) return false;
  while (!at_punctuation(')')) {
    if (!macro.parameters.empty() && !expect_punctuation(',')) return false;
    if (peek().kind != TokenKind::name) {
      fail(fmt::format("Unexpected {}, expected the name of a parameter", describe(peek())), peek().begin);
      return false;
    }
    macro.parameters.push_back(base::Value::string(text(take())));
    ExprId value = none;
    if (at_punctuation('=')) {
      take();
      value = parse_expression();
      if (error_) return false;
    }
    macro.defaults.push_back(value);
  }
  take();
  if (!expect_end()) return false;
  // Registered before its body is read, so that a second one of the name inside is noticed too.
  size_t index = program_.macros.size();
  program_.macros.push_back(std::move(macro));
  uint32_t body = parse_body({"endmacro"}, "endmacro");
  if (error_) return false;
  program_.macros[index].body = body;
  if (peek().kind == TokenKind::name) take();  // `{% endmacro name %}`
  return expect_end();
}

StmtId Parser::parse_block(uint32_t offset) {
  if (peek().kind != TokenKind::name && peek().kind != TokenKind::string) {
    return fail(fmt::format("Unexpected {}, expected the name of the block", describe(peek())), peek().begin);
  }
  base::Value name = base::Value::string(text(take()));
  if (!expect_end()) return none;
  uint32_t body = parse_body({"endblock"}, "endblock");
  if (error_) return none;
  if (peek().kind == TokenKind::name) take();  // `{% endblock name %}`
  if (!expect_end()) return none;
  uint32_t constant = add_constant(name);
  program_.blocks.emplace_back(std::move(name), body);
  return add({.tag = Tag::block, .offset = offset, .a = body, .extra = constant});
}

StmtId Parser::parse_filter_tag(uint32_t offset) {
  // The filters apply to a literal that the evaluator replaces by the captured content.
  ExprId chain = literal({}, offset);
  program_.exprs[chain].flag = true;
  for (;;) {
    chain = parse_filter(chain);
    if (error_) return none;
    if (!at_operator(Operator::pipe)) break;
    take();
  }
  if (!expect_end()) return none;
  uint32_t body = parse_body({"endfilter"}, "endfilter");
  if (error_ || !expect_end()) return none;
  return add({.tag = Tag::filter, .offset = offset, .a = chain, .b = body});
}

// ---------------------------------------------------------------------------------------------- macros

/// Calls of names that are not functions become calls of macros, which may be defined later (EXPR-104).
bool Parser::resolve_macros() {
  std::vector<std::string> names;
  for (const Macro& macro : program_.macros) names.emplace_back(macro.name.text());
  for (Expr& expr : program_.exprs) {
    if (expr.op != Op::call || program_.calls[expr.b].entry != nullptr) continue;
    Call& call = program_.calls[expr.b];
    auto found = std::ranges::find(program_.macros, call.name, &Macro::name);
    if (found != program_.macros.end()) {
      resolve_macro_call(call, static_cast<uint32_t>(found - program_.macros.begin()));
      expr.c = static_cast<uint32_t>(found - program_.macros.begin());
      continue;
    }
    call.problem = fmt::format("Function or Macro [{}] does not exist.", call.name.text());
    call.hint = suggest(call.name.text(), names);
    if (call.hint.empty()) call.hint = suggest(call.name.text(), all_functions());
  }
  return true;
}

void Parser::resolve_macro_call(Call& call, uint32_t macro_index) {
  const Macro& macro = program_.macros[macro_index];
  size_t positional = call.count - call.named;
  if (positional > macro.parameters.size()) {
    call.problem = fmt::format("The argument at position {} is not allowed. Only {} argument(s) are allowed.",
                               macro.parameters.size() + 1, macro.parameters.size());
    return;
  }
  std::vector<uint32_t> slots(macro.parameters.size(), none);
  for (size_t i = 0; i < positional; ++i) slots[i] = program_.children[call.first + i];
  for (size_t i = 0; i < call.named; ++i) {
    const base::Value& name = program_.names[call.first_name + i];
    auto found = std::ranges::find(macro.parameters, name);
    if (found == macro.parameters.end()) {
      call.problem = fmt::format("The following named argument does not exist: {}", name.text());
      return;
    }
    slots[static_cast<size_t>(found - macro.parameters.begin())] = program_.children[call.first + positional + i];
  }
  call.first = static_cast<uint32_t>(program_.children.size());
  call.count = static_cast<uint32_t>(slots.size());
  program_.children.insert(program_.children.end(), slots.begin(), slots.end());
}

}  // namespace gyr::expression
