// Terms and their suffixes.
#include <charconv>
#include <limits>

#include "jq/parser.h"

namespace gyr::jq {

namespace {

constexpr std::string_view keywords[] = {"def", "if",    "then",  "elif",   "else",    "end", "as", "reduce", "foreach",
                                         "try", "catch", "label", "import", "include", "and", "or", "__loc__"};

bool is_keyword(std::string_view name) { return std::ranges::find(keywords, name) != std::end(keywords); }

}  // namespace

const Node* Parser::index(const Node* term, const Node* key) {
  Node& node = make(Kind::index);
  node.a = term;
  node.b = key;
  return done(node);
}

const Node* Parser::postfix() {
  const Node* node = term();
  while (!error_) {
    const Node* const before = node;
    if (peek().kind == TokenKind::field) {
      const Node* key = literal(Value::string(take().text));
      node = index(node, key);
    } else if (at_symbol(".") && peek(1).kind == TokenKind::string_begin) {
      take();
      const Node* key = string(Value());
      if (!error_) node = index(node, key);
    } else if (at_symbol(".") && at_symbol("[", 1)) {
      take();
      node = brackets(node);
    } else if (at_symbol("[")) {
      node = brackets(node);
    } else if (at_symbol("?")) {
      take();
      node = attempt_of(node);
    } else {
      break;
    }
    if (!error_ && node->a == before && at_symbol("?") && is_fixed_step(*node)) {
      take();
      node = optional_step(*node);
    }
  }
  return error_ ? nullptr : node;
}

const Node* Parser::attempt_of(const Node* body) {
  Node& attempt = make(Kind::attempt);
  attempt.a = body;
  return done(attempt);
}

/// Whether a step of a path is the same for every input.
bool Parser::is_fixed_step(const Node& step) {
  const auto is_literal = [](const Node* node) { return node == nullptr || node->kind == Kind::literal; };
  const bool is_step = step.kind == Kind::index || step.kind == Kind::slice || step.kind == Kind::iterate;
  return is_step && is_literal(step.b) && is_literal(step.c);
}

/// The question mark of `.a.b?` is about `.b` alone: `.a | (.b)?`.
const Node* Parser::optional_step(const Node& step) {
  if (step.a->kind == Kind::identity) return attempt_of(&step);
  Node& alone = make(step.kind);
  alone.a = done(make(Kind::identity));
  alone.b = step.b;
  alone.c = step.c;
  Node& pipe = make(Kind::pipe);
  pipe.a = step.a;
  pipe.b = attempt_of(done(alone));
  return done(pipe);
}

const Node* Parser::brackets(const Node* term) {
  take();
  if (at_symbol("]")) {
    take();
    Node& node = make(Kind::iterate);
    node.a = term;
    return done(node);
  }
  const Node* from = at_symbol(":") ? nullptr : pipe();
  if (error_) return nullptr;
  if (!at_symbol(":")) return expect_symbol("]") ? index(term, from) : nullptr;
  take();
  const Node* to = at_symbol("]") ? nullptr : pipe();
  if (!expect_symbol("]")) return nullptr;
  if (from == nullptr && to == nullptr) return fail("a slice requires a bound");
  Node& node = make(Kind::slice);
  node.a = term;
  node.b = from;
  node.c = to;
  return done(node);
}

const Node* Parser::number(std::string_view text) {
  int64_t integer = 0;
  const char* last = text.data() + text.size();
  auto [end, problem] = std::from_chars(text.data(), last, integer);
  if (problem == std::errc() && end == last) return literal(Value::fitting_integer(integer));
  double real = 0;
  auto [real_end, real_problem] = std::from_chars(text.data(), last, real);
  if (real_problem == std::errc::result_out_of_range) {
    bool small = text.find("e-") != std::string_view::npos || text.find("E-") != std::string_view::npos;
    real = small ? 0 : std::numeric_limits<double>::infinity();
  }
  return literal(Value::number(real));
}

const Node* Parser::term() {
  Nested nested(*this);
  if (error_) return nullptr;
  Token token = peek();
  switch (token.kind) {
    case TokenKind::number: take(); return number(token.text);
    case TokenKind::string_begin: return string(Value());
    case TokenKind::format: take(); return format(token.text);
    case TokenKind::field: {
      take();
      const Node* base = identity();
      const Node* key = literal(Value::string(token.text));
      return index(base, key);
    }
    case TokenKind::variable: take(); return variable(token);
    case TokenKind::name: return named(token);
    case TokenKind::symbol: return bracketed(token);
    default: return unexpected("a value");
  }
}

const Node* Parser::bracketed(const Token& token) {
  if (token.text == ".") {
    take();
    if (peek().kind == TokenKind::string_begin) {
      const Node* base = identity();
      const Node* key = string(Value());
      return error_ ? nullptr : index(base, key);
    }
    return identity();
  }
  if (token.text == "..") {
    take();
    return done(make(Kind::recurse));
  }
  if (token.text == "(") {
    take();
    const Node* inner = pipe();
    return expect_symbol(")") ? inner : nullptr;
  }
  if (token.text == "[") {
    take();
    const Node* content = at_symbol("]") ? nullptr : pipe();
    if (!expect_symbol("]")) return nullptr;
    Node& node = make(Kind::array);
    node.a = content;
    return done(node);
  }
  if (token.text == "{") return object();
  return unexpected("a value");
}

const Node* Parser::variable(const Token& token) {
  if (token.text == "ENV") return literal(Value::empty_map());
  if (token.text == "__loc__") {
    auto line = std::ranges::count(text_.substr(0, token.offset), '\n') + 1;
    return literal(Value::map({{"file", Value::string("<top-level>")}, {"line", Value::fitting_integer(line)}}));
  }
  for (size_t i = variables_.size(); i-- > 0;) {
    if (variables_[i].name != token.text) continue;
    Node& node = make(Kind::variable);
    node.id = variables_[i].id;
    return done(node);
  }
  return fail(fmt::format("${} is not defined", token.text));
}

/// A string, its pieces joined; `format` applies to what is inserted.
const Node* Parser::string(Value format) {
  take();
  std::vector<const Node*> parts;
  while (!error_ && peek().kind != TokenKind::string_end) {
    if (peek().kind == TokenKind::text) {
      parts.push_back(literal(Value::string(take().text)));
      continue;
    }
    take();
    const Node* inserted = pipe();
    if (error_) return nullptr;
    if (peek().kind != TokenKind::insert_end) return unexpected("`)`");
    take();
    Node& part = make(Kind::insert);
    part.value = format;
    part.a = inserted;
    parts.push_back(done(part));
  }
  if (error_) return nullptr;
  take();
  if (parts.empty()) return literal(Value::string(""));
  if (parts.size() == 1 && parts[0]->kind == Kind::literal) return parts[0];
  Node& node = make(Kind::text);
  node.parts = std::move(parts);
  return done(node);
}

const Node* Parser::format(const std::string& name) {
  if (!is_format(name)) return fail(fmt::format("{} is not a valid format", name.substr(1)));
  if (peek().kind == TokenKind::string_begin) return string(Value::string(name));
  Node& node = make(Kind::format);
  node.value = Value::string(name);
  return done(node);
}

const Node* Parser::object() {
  take();
  std::vector<const Node*> parts;
  while (!error_ && !at_symbol("}")) {
    if (!parts.empty() && !expect_symbol(",")) return nullptr;
    object_entry(parts);
  }
  if (error_) return nullptr;
  take();
  Node& node = make(Kind::object);
  node.parts = std::move(parts);
  return done(node);
}

void Parser::object_entry(std::vector<const Node*>& parts) {
  const Node* key = nullptr;
  const Node* shorthand = nullptr;
  Token token = peek();
  if (token.kind == TokenKind::variable) {
    take();
    key = literal(Value::string(token.text));
    shorthand = variable(token);
  } else if (token.kind == TokenKind::name) {
    take();
    key = literal(Value::string(token.text));
    const Node* base = identity();
    shorthand = index(base, key);
  } else if (token.kind == TokenKind::number) {
    take();
    key = literal(Value::string(token.text));
  } else if (token.kind == TokenKind::string_begin || token.kind == TokenKind::format) {
    if (token.kind == TokenKind::format) take();
    key = token.kind == TokenKind::format ? format(token.text) : string(Value());
    if (error_) return;
    const Node* base = identity();
    shorthand = index(base, key);
  } else if (at_symbol("(")) {
    take();
    key = pipe();
    expect_symbol(")");
  } else {
    unexpected("a key");
  }
  if (error_) return;
  const Node* value = shorthand;
  if (value == nullptr || at_symbol(":")) {
    if (!expect_symbol(":")) return;
    value = object_value();
  }
  if (error_) return;
  parts.push_back(key);
  parts.push_back(value);
}

/// Anything without a comma.
const Node* Parser::object_value() {
  const Node* value = binary(0);
  if (error_ || !at_symbol("|")) return value;
  take();
  const Node* right = object_value();
  if (error_) return nullptr;
  Node& node = make(Kind::pipe);
  node.a = value;
  node.b = right;
  return done(node);
}

const Node* Parser::named(const Token& token) {
  if (token.text == "if") return branch();
  if (token.text == "try") return attempt();
  if (token.text == "reduce" || token.text == "foreach") return fold(token.text == "reduce");
  if (token.text == "def") return after_definition();
  if (token.text == "label") return label();
  if (token.text == "break") return leave();
  if (token.text == "import" || token.text == "include") return fail("modules are not available");
  if (is_keyword(token.text)) return unexpected("a value");
  bool is_constant = token.text == "null" || token.text == "true" || token.text == "false";
  if (!is_constant || at_symbol("(", 1)) return call();
  take();
  return literal(token.text == "null" ? Value() : Value::boolean(token.text == "true"));
}

}  // namespace gyr::jq
