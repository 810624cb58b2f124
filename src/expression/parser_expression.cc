#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "expression/parser.h"
#include "expression/parser_nested.h"
#include "expression/registry.h"
#include "text/characters.h"

namespace gyr::expression {
namespace {

struct Binary {
  int precedence = 0;  // 0: not a binary operator
  Op op = Op::literal;
};

// EXPR-50
Binary binary_of(Operator op) {
  switch (op) {
    case Operator::logical_or: return {10, Op::logical_or};
    case Operator::logical_and: return {15, Op::logical_and};
    case Operator::is: return {20, Op::test};
    case Operator::contains: return {20, Op::contains};
    case Operator::equals: return {30, Op::equals};
    case Operator::not_equals: return {30, Op::not_equals};
    case Operator::greater: return {30, Op::greater};
    case Operator::less: return {30, Op::less};
    case Operator::greater_equal: return {30, Op::greater_equal};
    case Operator::less_equal: return {30, Op::less_equal};
    case Operator::plus: return {40, Op::add};
    case Operator::minus: return {40, Op::subtract};
    case Operator::multiply: return {60, Op::multiply};
    case Operator::divide: return {60, Op::divide};
    case Operator::remainder: return {60, Op::remainder};
    case Operator::pipe: return {100, Op::filter};
    case Operator::concat: return {110, Op::concat};
    case Operator::range: return {120, Op::range};
    case Operator::coalesce: return {120, Op::coalesce};
    case Operator::coalesce_undefined: return {120, Op::coalesce_undefined};
    case Operator::is_in: return {120, Op::is_in};
    case Operator::logical_not:
    case Operator::none_of_them: return {};
  }
  return {};
}
constexpr int not_in_precedence = 120;  // like isIn, which it negates (EXPR-60)

std::optional<base::Value> keyword(std::string_view name) {
  if (name == "true" || name == "TRUE") return base::Value::boolean(true);
  if (name == "false" || name == "FALSE") return base::Value::boolean(false);
  if (name == "null" || name == "NULL" || name == "none" || name == "NONE") return base::Value();
  return std::nullopt;
}

}  // namespace

ExprId Parser::parse_expression() {
  Nested nested(*this, peek().begin);
  if (!nested) return none;
  ExprId condition = parse_binary(0);
  if (error_ || !at_punctuation('?')) return condition;
  uint32_t offset = take().begin;
  ExprId yes = parse_expression();
  if (error_ || !expect_punctuation(':')) return none;
  ExprId no = parse_expression();
  if (error_) return none;
  return add({.op = Op::ternary, .offset = offset, .a = condition, .b = yes, .c = no});
}

/// Precedence climbing: everything read so far is the left operand (EXPR-53).
ExprId Parser::parse_binary(int minimum) {
  ExprId left = parse_prefix();
  while (!error_ && peek().kind == TokenKind::op) {
    const Token& token = peek();
    bool is_not_in = token.op == Operator::logical_not && peek(1).kind == TokenKind::name && text(peek(1)) == "in";
    Binary binary = is_not_in ? Binary{not_in_precedence, Op::not_in} : binary_of(token.op);
    if (binary.precedence == 0 || binary.precedence < minimum) break;
    uint32_t offset = token.begin;
    take();
    if (is_not_in) take();
    if (binary.op == Op::filter) {
      left = parse_filter(left);
    } else if (binary.op == Op::test) {
      left = parse_test(left);
    } else {
      ExprId right = parse_binary(binary.precedence + 1);
      if (error_) return none;
      left = add({.op = binary.op, .offset = offset, .a = left, .b = right});
    }
  }
  return error_ ? none : left;
}

ExprId Parser::parse_prefix() {
  if (peek().kind != TokenKind::op) return parse_primary();
  Op op = Op::literal;
  switch (peek().op) {
    case Operator::logical_not: op = Op::logical_not; break;
    case Operator::minus: op = Op::negate; break;
    case Operator::plus: op = Op::plus; break;
    default: return fail(fmt::format("Unexpected {}, expected a value", describe(peek())), peek().begin);
  }
  uint32_t offset = take().begin;
  Nested nested(*this, offset);
  if (!nested) return none;
  ExprId operand = parse_prefix();
  if (error_) return none;
  return add({.op = op, .offset = offset, .a = operand});
}

ExprId Parser::parse_primary() {
  Token token = peek();
  switch (token.kind) {
    case TokenKind::name: return parse_literal_or_name(token);
    case TokenKind::number: return parse_postfix(parse_number(token), false);
    case TokenKind::string:
      take();
      return parse_postfix(literal(base::Value::string(string_content(token)), token.begin), false);
    case TokenKind::interpolation_begin: return parse_postfix(parse_interpolation(), false);
    case TokenKind::punctuation:
      if (token.punctuation == '[') return parse_list();
      if (token.punctuation == '{') return parse_map();
      if (token.punctuation == '(') {
        take();
        ExprId inner = parse_expression();
        if (error_ || !expect_punctuation(')')) return none;
        return parse_postfix(inner, false);
      }
      break;
    default: break;
  }
  return fail(fmt::format("Unexpected {}, expected a value", describe(token)), token.begin);
}

ExprId Parser::parse_literal_or_name(const Token& token) {
  take();
  std::string_view name = text(token);
  if (at_punctuation('(')) {
    ExprId call = parse_call(token);
    return error_ ? none : parse_postfix(call, false);
  }
  if (auto value = keyword(name)) return literal(std::move(*value), token.begin);
  Path path{static_cast<uint32_t>(program_.segments.size()), 1};
  program_.segments.push_back({base::Value::string(name), token.begin});
  program_.paths.push_back(path);
  ExprId id = add({.op = Op::path, .offset = token.begin, .a = static_cast<uint32_t>(program_.paths.size() - 1)});
  return parse_postfix(id, true);
}

/// `.name`, `.name(…)` and `[…]` after a value (EXPR-51). While a path consists of names known from the text, it stays
/// one node.
ExprId Parser::parse_postfix(ExprId object, bool is_path) {
  uint32_t path = is_path ? program_.exprs[object].a : none;
  auto path_ends = [&] {
    if (path != none) refer_to(program_.paths[path]);
    path = none;
  };
  while (!error_) {
    if (at_punctuation('.')) {
      if (peek(1).kind == TokenKind::name && path != none && !at_punctuation('(', 2)) {
        take();
        const Token& member = take();
        program_.segments.push_back({base::Value::string(text(member)), member.begin});
        program_.paths[path].count += 1;
        continue;
      }
      path_ends();
      object = parse_member(object);
    } else if (at_punctuation('[')) {
      bool known = peek(1).kind == TokenKind::string && at_punctuation(']', 2);
      if (known && path != none) {
        take();
        const Token& member = take();
        take();
        program_.segments.push_back({base::Value::string(string_content(member)), member.begin});
        program_.paths[path].count += 1;
        continue;
      }
      path_ends();
      object = parse_subscript(object);
    } else {
      break;
    }
  }
  if (error_) return none;
  path_ends();
  return object;
}

void Parser::refer_to(const Path& path) {
  const auto& segments = program_.segments;
  refer(segments[path.first].name.text(), path.count > 1 ? segments[path.first + 1].name.text() : std::string_view());
  // `_context` shows every variable (EXPR-108).
  if (segments[path.first].name.text() == "_context") refer({}, {});
}

ExprId Parser::parse_member(ExprId object) {
  take();
  Token member = peek();
  // A word operator is none where it is called: `name.contains("d")` (EXPR-85).
  bool is_word = member.kind == TokenKind::op && name_character_size(text(member), 0, true) != 0;
  if (member.kind != TokenKind::name && !(is_word && at_punctuation('(', 1))) {
    return fail(fmt::format("Unexpected {}, expected a name after the dot", describe(member)), member.begin);
  }
  take();
  base::Value name = base::Value::string(text(member));
  if (!at_punctuation('(')) {
    return add({.op = Op::attribute, .offset = member.begin, .a = object, .b = add_constant(std::move(name))});
  }
  Call call;
  call.name = std::move(name);
  if (!parse_arguments(call)) return none;
  if (call.named != 0) return fail("a method cannot have named arguments", member.begin);
  return add({.op = Op::method, .offset = member.begin, .a = object, .b = add_call(std::move(call))});
}

ExprId Parser::parse_subscript(ExprId object) {
  take();
  uint32_t offset = peek().begin;
  ExprId index = parse_expression();
  if (error_ || !expect_punctuation(']')) return none;
  return add({.op = Op::subscript, .offset = offset, .a = object, .b = index});
}

ExprId Parser::parse_number(const Token& token) {
  take();
  std::string_view digits = text(token);
  if (digits.find('.') != std::string_view::npos) {
    double value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return literal(base::Value::number(value), token.begin);
  }
  if (digits.back() == 'L' || digits.back() == 'l') digits.remove_suffix(1);
  int64_t value = 0;
  auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (problem != std::errc()) {
    return fail(fmt::format("the number {} does not fit 64 bits", text::shown_text(digits)), token.begin);
  }
  return literal(base::Value::integer(value), token.begin);
}

/// The text of a string literal: only the escape of its own quote is taken out (EXPR-35).
std::string Parser::string_content(const Token& token) const {
  std::string_view raw = text(token);
  // The parts of an interpolated string are always in double quotes.
  char quote = token.begin > 0 && lexer_.source()[token.begin - 1] == '\'' ? '\'' : '"';
  std::string out;
  out.reserve(raw.size());
  for (size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\\' && i + 1 < raw.size()) {
      if (raw[i + 1] != quote) out.push_back('\\');
      out.push_back(raw[++i]);
      continue;
    }
    out.push_back(raw[i]);
  }
  return out;
}

ExprId Parser::parse_interpolation() {
  uint32_t offset = take().begin;
  std::vector<ExprId> parts;
  while (!error_ && peek().kind != TokenKind::interpolation_end) {
    Token token = take();
    if (token.kind == TokenKind::string) {
      parts.push_back(literal(base::Value::string(string_content(token)), token.begin));
      continue;
    }
    ExprId part = parse_expression();
    if (error_) return none;
    if (peek().kind != TokenKind::expression_end) {
      return fail(fmt::format("Unexpected {}, expected `}}`", describe(peek())), peek().begin);
    }
    take();
    parts.push_back(part);
  }
  take();
  auto first = static_cast<uint32_t>(program_.children.size());
  program_.children.insert(program_.children.end(), parts.begin(), parts.end());
  return add({.op = Op::join, .offset = offset, .a = first, .b = static_cast<uint32_t>(parts.size())});
}

ExprId Parser::parse_list() {
  uint32_t offset = take().begin;
  std::vector<ExprId> items;
  while (!error_ && !at_punctuation(']')) {
    if (!items.empty() && !expect_punctuation(',')) return none;
    items.push_back(parse_expression());
  }
  if (error_) return none;
  take();
  auto first = static_cast<uint32_t>(program_.children.size());
  program_.children.insert(program_.children.end(), items.begin(), items.end());
  return add({.op = Op::list, .offset = offset, .a = first, .b = static_cast<uint32_t>(items.size())});
}

ExprId Parser::parse_map() {
  uint32_t offset = take().begin;
  std::vector<ExprId> items;
  while (!error_ && !at_punctuation('}')) {
    if (!items.empty() && !expect_punctuation(',')) return none;
    items.push_back(parse_expression());
    if (error_ || !expect_punctuation(':')) return none;
    items.push_back(parse_expression());
  }
  if (error_) return none;
  take();
  auto first = static_cast<uint32_t>(program_.children.size());
  program_.children.insert(program_.children.end(), items.begin(), items.end());
  return add({.op = Op::map, .offset = offset, .a = first, .b = static_cast<uint32_t>(items.size() / 2)});
}

ExprId Parser::parse_filter(ExprId input) {
  Token token = peek();
  if (token.kind != TokenKind::name) {
    return fail(fmt::format("Unexpected {}, expected the name of a filter", describe(token)), token.begin);
  }
  take();
  Call call;
  call.name = base::Value::string(text(token));
  call.entry = find_filter(text(token));
  if (!parse_arguments(call)) return none;
  if (call.entry == nullptr) {
    call.problem = fmt::format("Filter [{}] does not exist.", text(token));
    call.hint = suggest(text(token), all_filters());
  } else {
    place_arguments(call, *call.entry);
  }
  return add({.op = Op::filter, .offset = token.begin, .a = input, .b = add_call(std::move(call))});
}

ExprId Parser::parse_test(ExprId input) {
  bool negated = at_operator(Operator::logical_not);
  if (negated) take();
  Token token = peek();
  if (token.kind != TokenKind::name) {
    return fail(fmt::format("Unexpected {}, expected the name of a test", describe(token)), token.begin);
  }
  take();
  Call call;
  call.name = base::Value::string(text(token));
  call.entry = find_test(text(token));
  if (!parse_arguments(call)) return none;
  if (call.entry == nullptr) {
    call.problem = fmt::format("Test [{}] does not exist.", text(token));
    call.hint = suggest(text(token), all_tests());
  } else {
    place_arguments(call, *call.entry);
  }
  return add({.op = Op::test, .flag = negated, .offset = token.begin, .a = input, .b = add_call(std::move(call))});
}

ExprId Parser::parse_call(const Token& name) {
  Call call;
  call.name = base::Value::string(text(name));
  call.entry = find_function(text(name));
  if (!parse_arguments(call)) return none;
  if (call.entry != nullptr) {
    place_arguments(call, *call.entry);
    program_.calls_host |= call.entry->has(asks_host);
    if (call.entry->has(reads_everything)) refer({}, {});
    for (std::string_view part : call.entry->reads) {
      size_t dot = part.find('.');
      refer(part.substr(0, dot), dot == std::string_view::npos ? std::string_view() : part.substr(dot + 1));
    }
  }
  return add({.op = Op::call, .offset = name.begin, .b = add_call(std::move(call))});
}

bool Parser::parse_arguments(Call& call) {
  if (!at_punctuation('(')) return true;
  take();
  std::vector<ExprId> values;
  std::vector<base::Value> names;
  while (!error_ && !at_punctuation(')')) {
    if (!values.empty() && !expect_punctuation(',')) return false;
    bool is_named = peek().kind == TokenKind::name && at_punctuation('=', 1);
    if (is_named) {
      names.push_back(base::Value::string(text(take())));
      take();
    } else if (!names.empty()) {
      fail("Positional arguments must be declared before any named arguments.", peek().begin);
      return false;
    }
    values.push_back(parse_expression());
  }
  if (error_) return false;
  take();
  call.first = static_cast<uint32_t>(program_.children.size());
  call.count = static_cast<uint32_t>(values.size());
  call.named = static_cast<uint32_t>(names.size());
  call.first_name = static_cast<uint32_t>(program_.names.size());
  program_.children.insert(program_.children.end(), values.begin(), values.end());
  program_.names.insert(program_.names.end(), names.begin(), names.end());
  return true;
}

/// Brings the arguments into the order of the declared parameters (EXPR-68). An error is reported when the call is
/// reached, as in the reference: `{{ false and x() }}` never reaches it.
void Parser::place_arguments(Call& call, const Entry& entry) {
  if (entry.has(variadic) || entry.parameters.empty()) return;
  size_t positional = call.count - call.named;
  if (positional > entry.parameters.size()) {
    call.problem = fmt::format("The argument at position {} is not allowed. Only {} argument(s) are allowed.",
                               entry.parameters.size() + 1, entry.parameters.size());
    return;
  }
  std::vector<uint32_t> slots(entry.parameters.size(), none);
  for (size_t i = 0; i < positional; ++i) slots[i] = program_.children[call.first + i];
  for (size_t i = 0; i < call.named; ++i) {
    std::string_view name = program_.names[call.first_name + i].text();
    auto found = std::ranges::find(entry.parameters, name, &Parameter::name);
    if (found == entry.parameters.end()) {
      call.problem = fmt::format("The following named argument does not exist: {}", name);
      std::vector<std::string> names;
      for (const Parameter& parameter : entry.parameters) names.emplace_back(parameter.name);
      call.hint = suggest(name, names);
      if (call.hint.empty()) call.hint = fmt::format("the arguments are: {}", fmt::join(names, ", "));
      return;
    }
    slots[static_cast<size_t>(found - entry.parameters.begin())] = program_.children[call.first + positional + i];
  }
  call.first = static_cast<uint32_t>(program_.children.size());
  call.count = static_cast<uint32_t>(slots.size());
  program_.children.insert(program_.children.end(), slots.begin(), slots.end());
}

}  // namespace gyr::expression
