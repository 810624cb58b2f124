#include "jq/parser.h"

#include "base/assert.h"

namespace gyr::jq {

struct BinaryOperator {
  std::string_view symbol;
  int precedence;
  enum class Associates : uint8_t { left, right, none } associates;
  Kind kind;
  Operator op = Operator::add;
};

namespace {

using Associates = BinaryOperator::Associates;
constexpr BinaryOperator binary_operators[] = {
    {"//", 1, Associates::right, Kind::alternative},
    {"=", 2, Associates::none, Kind::assign},
    {"|=", 2, Associates::none, Kind::update},
    {"+=", 2, Associates::none, Kind::update_with, Operator::add},
    {"-=", 2, Associates::none, Kind::update_with, Operator::subtract},
    {"*=", 2, Associates::none, Kind::update_with, Operator::multiply},
    {"/=", 2, Associates::none, Kind::update_with, Operator::divide},
    {"%=", 2, Associates::none, Kind::update_with, Operator::modulo},
    {"//=", 2, Associates::none, Kind::update_with, Operator::alternative},
    {"or", 3, Associates::left, Kind::logical_or},
    {"and", 4, Associates::left, Kind::logical_and},
    {"==", 5, Associates::none, Kind::binary, Operator::equal},
    {"!=", 5, Associates::none, Kind::binary, Operator::not_equal},
    {"<", 5, Associates::none, Kind::binary, Operator::less},
    {"<=", 5, Associates::none, Kind::binary, Operator::less_equal},
    {">", 5, Associates::none, Kind::binary, Operator::greater},
    {">=", 5, Associates::none, Kind::binary, Operator::greater_equal},
    {"+", 6, Associates::left, Kind::binary, Operator::add},
    {"-", 6, Associates::left, Kind::binary, Operator::subtract},
    {"*", 7, Associates::left, Kind::binary, Operator::multiply},
    {"/", 7, Associates::left, Kind::binary, Operator::divide},
    {"%", 7, Associates::left, Kind::binary, Operator::modulo},
};
constexpr int after_minus = 7;  // a prefix minus takes products, not sums

}  // namespace

base::Result<void> Parser::run() {
  if (is_prelude_) {
    while (!error_ && at_name("def")) definition();
  } else {
    program_.root = pipe();
  }
  if (!error_ && peek().kind != TokenKind::end) unexpected("the end");
  if (error_) return base::fail(std::move(*error_));
  return {};
}

/// Depth and singleness follow from the parts.
const Node* Parser::done(Node& node) {
  if (error_) return nullptr;
  uint32_t depth = 0;
  for (const Node* part : {node.a, node.b, node.c, node.d}) {
    if (part != nullptr) depth = std::max(depth, part->depth);
  }
  for (const Node* part : node.parts) depth = std::max(depth, part->depth);
  node.depth = depth + 1;
  if (node.depth > depth_limit) return fail("the jq program is nested too deeply");
  node.single = is_single(node);
  return &node;
}

bool Parser::all_single(const std::vector<const Node*>& parts) {
  return std::ranges::all_of(parts, [](const Node* part) { return part->single; });
}

bool Parser::is_single(const Node& node) {
  auto single = [](const Node* part) { return part == nullptr || part->single; };
  switch (node.kind) {
    case Kind::identity:
    case Kind::literal:
    case Kind::format:
    case Kind::variable:
    case Kind::array:
    case Kind::reduce:
    case Kind::update: return true;
    case Kind::index:
    case Kind::slice:
    case Kind::insert:
    case Kind::negate:
    case Kind::pipe:
    case Kind::binary:
    case Kind::logical_and:
    case Kind::logical_or:
    case Kind::alternative:
    case Kind::branch: return single(node.a) && single(node.b) && single(node.c);
    case Kind::text:
    case Kind::object: return all_single(node.parts);
    case Kind::assign:
    case Kind::update_with: return single(node.b);
    case Kind::attempt: return node.b != nullptr && node.a->single && node.b->single;
    case Kind::define: return node.a->single;
    case Kind::call: return is_single_call(node);
    default: return false;
  }
}

bool Parser::is_single_call(const Node& node) {
  if (node.builtin != nullptr) return node.builtin->value != nullptr && all_single(node.parts);
  if (node.is_closure || node.function == nullptr || node.function->body == nullptr) return false;
  if (!node.function->body->single) return false;
  for (size_t i = 0; i < node.parts.size(); ++i) {
    if (node.function->parameters[i].variable != 0 && !node.parts[i]->single) return false;
  }
  return true;
}

const Node* Parser::pipe() {
  Nested nested(*this);
  if (error_) return nullptr;
  if (at_name("def")) return after_definition();
  const Node* left = comma();
  if (error_ || !at_symbol("|")) return left;
  take();
  const Node* right = pipe();
  if (error_) return nullptr;
  Node& node = make(Kind::pipe);
  node.a = left;
  node.b = right;
  return done(node);
}

const Node* Parser::after_definition() {
  size_t functions = functions_.size();
  const Function* function = definition();
  if (error_) return nullptr;
  const Node* rest = pipe();
  functions_.resize(functions);
  if (error_) return nullptr;
  Node& node = make(Kind::define);
  node.function = function;
  node.a = rest;
  return done(node);
}

const Node* Parser::comma() {
  const Node* first = binary(0);
  if (error_ || !at_symbol(",")) return first;
  std::vector<const Node*> parts{first};
  while (!error_ && at_symbol(",")) {
    take();
    parts.push_back(binary(0));
  }
  if (error_) return nullptr;
  Node& node = make(Kind::comma);
  node.parts = std::move(parts);
  return done(node);
}

const BinaryOperator* Parser::binary_operator() const {
  bool fits = peek().kind == TokenKind::symbol || peek().kind == TokenKind::name;
  for (const BinaryOperator& known : binary_operators) {
    if (fits && known.symbol == peek().text) return &known;
  }
  return nullptr;
}

const Node* Parser::binary(int least) {
  Nested nested(*this);
  const Node* left = operand();
  int forbidden = 0;  // a precedence that does not chain
  while (!error_) {
    const BinaryOperator* found = binary_operator();
    if (found == nullptr || found->precedence < least) break;
    if (found->precedence == forbidden) return fail(fmt::format("`{}` does not chain; use parentheses", found->symbol));
    take();
    const Node* right = binary(found->associates == Associates::right ? found->precedence : found->precedence + 1);
    if (error_) return nullptr;
    Node& node = make(found->kind);
    node.op = found->op;
    node.a = left;
    node.b = right;
    left = done(node);
    forbidden = found->associates == Associates::none ? found->precedence : 0;
  }
  return error_ ? nullptr : left;
}

const Node* Parser::operand() {
  if (error_) return nullptr;
  if (at_symbol("-")) {
    take();
    const Node* value = binary(after_minus);
    if (error_) return nullptr;
    Node& node = make(Kind::negate);
    node.a = value;
    return done(node);
  }
  if (at_name("def")) return after_definition();
  if (at_name("label")) return label();
  const Node* value = postfix();
  if (error_ || !at_name("as")) return value;
  return bind(value);
}

const Node* Parser::label() {
  take();
  if (peek().kind != TokenKind::variable) return unexpected("a name such as `$out`");
  labels_.push_back({take().text, new_id()});
  uint32_t id = labels_.back().id;
  if (!expect_symbol("|")) return nullptr;
  const Node* body = pipe();
  labels_.pop_back();
  if (error_) return nullptr;
  Node& node = make(Kind::label);
  node.id = id;
  node.a = body;
  return done(node);
}

const Node* Parser::bind(const Node* source) {
  take();
  size_t variables = variables_.size();
  std::vector<Pattern> patterns;
  if (!read_patterns(patterns) || !expect_symbol("|")) return nullptr;
  const Node* body = pipe();
  variables_.resize(variables);
  if (error_) return nullptr;
  Node& node = make(Kind::bind);
  node.a = source;
  node.b = body;
  node.patterns = std::move(patterns);
  return done(node);
}

base::Result<std::shared_ptr<const Program>> parse(std::string_view text) {
  GYR_TRY(std::vector<Token> tokens, tokenize(text));
  auto program = std::make_shared<Program>();
  GYR_CHECK(Parser(text, std::move(tokens), *program, false).run());
  return std::shared_ptr<const Program>(std::move(program));
}

const Program& prelude() {
  static const Program* program = [] {
    static Program definitions;
    auto tokens = tokenize(prelude_text);
    GYR_ASSERT(tokens.has_value());
    auto parsed = Parser(prelude_text, std::move(*tokens), definitions, true).run();
    GYR_ASSERT(parsed.has_value());
    return &definitions;
  }();
  return *program;
}

}  // namespace gyr::jq
