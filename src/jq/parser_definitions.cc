// Definitions, destructuring, control and calls.
#include "jq/parser.h"

namespace gyr::jq {

/// Alternatives share their variables: a name is one variable in all of them.
bool Parser::read_patterns(std::vector<Pattern>& out) {
  size_t shared = variables_.size();
  for (;;) {
    out.push_back(pattern(shared));
    if (error_) return false;
    if (!at_symbol("?//")) return true;
    take();
  }
}

uint32_t Parser::declare(std::string_view name, size_t shared) {
  for (size_t i = shared; i < variables_.size(); ++i) {
    if (variables_[i].name == name) return variables_[i].id;
  }
  variables_.push_back({name, new_id()});
  return variables_.back().id;
}

Pattern Parser::pattern(size_t shared) {
  Nested nested(*this);
  Pattern result;
  if (error_) return result;
  if (peek().kind == TokenKind::variable) {
    result.id = declare(take().text, shared);
    return result;
  }
  if (at_symbol("[")) {
    take();
    result.form = Pattern::Form::array;
    do {
      if (!result.items.empty()) take();
      result.items.push_back(pattern(shared));
    } while (!error_ && at_symbol(","));
    expect_symbol("]");
    return result;
  }
  if (!expect_symbol("{")) return result;
  result.form = Pattern::Form::object;
  do {
    if (!result.entries.empty()) take();
    result.entries.push_back(pattern_entry(shared));
  } while (!error_ && at_symbol(","));
  expect_symbol("}");
  return result;
}

Pattern::Entry Parser::pattern_entry(size_t shared) {
  Pattern::Entry entry;
  if (peek().kind == TokenKind::variable) {
    const std::string& name = take().text;
    entry.key = literal(Value::string(name));
    entry.id = declare(name, shared);
    entry.has_value = at_symbol(":");
    if (!entry.has_value) return entry;
  } else if (peek().kind == TokenKind::name) {
    entry.key = literal(Value::string(take().text));
  } else if (peek().kind == TokenKind::string_begin) {
    entry.key = string(Value());
  } else if (at_symbol("(")) {
    take();
    entry.key = pipe();
    expect_symbol(")");
  } else {
    unexpected("a key");
  }
  if (!expect_symbol(":")) return entry;
  entry.has_value = true;
  entry.value = pattern(shared);
  return entry;
}

const Function* Parser::definition() {
  take();
  if (peek().kind != TokenKind::name) {
    unexpected("the name of a function");
    return nullptr;
  }
  program_.functions.emplace_back();
  Function& function = program_.functions.back();
  function.name = take().text;
  function.id = new_id();
  size_t functions = functions_.size();
  size_t variables = variables_.size();
  std::vector<NamedFunction> closures;
  if (at_symbol("(")) {
    do {
      take();
      bool is_value = peek().kind == TokenKind::variable;
      if (!is_value && peek().kind != TokenKind::name) {
        unexpected("the name of a parameter");
        return nullptr;
      }
      const std::string& name = take().text;
      function.parameters.push_back({new_id(), is_value ? new_id() : 0});
      closures.push_back({name, 0, nullptr, function.parameters.back().closure});
      if (is_value) variables_.push_back({name, function.parameters.back().variable});
    } while (!error_ && at_symbol(";"));
    if (!expect_symbol(")")) return nullptr;
  }
  if (!expect_symbol(":")) return nullptr;
  NamedFunction self{function.name, function.parameters.size(), &function, function.id};
  functions_.push_back(self);
  functions_.insert(functions_.end(), closures.begin(), closures.end());
  const Node* body = pipe();
  functions_.resize(functions);
  variables_.resize(variables);
  if (error_ || !expect_symbol(";")) return nullptr;
  function.body = body;
  functions_.push_back(self);
  return &function;
}

const Node* Parser::leave() {
  take();
  if (peek().kind != TokenKind::variable) return unexpected("the name of a label");
  const std::string& name = take().text;
  for (size_t i = labels_.size(); i-- > 0;) {
    if (labels_[i].name != name) continue;
    Node& node = make(Kind::leave);
    node.id = labels_[i].id;
    return done(node);
  }
  return fail(fmt::format("$*label-{} is not defined", name));
}

const Node* Parser::branch() {
  take();
  const Node* condition = pipe();
  if (!expect_name("then")) return nullptr;
  const Node* yes = pipe();
  const Node* no = nullptr;
  if (error_) return nullptr;
  if (at_name("elif")) {
    Nested nested(*this);
    no = branch();
  } else {
    if (at_name("else")) {
      take();
      no = pipe();
    }
    if (!expect_name("end")) return nullptr;
  }
  if (error_) return nullptr;
  Node& node = make(Kind::branch);
  node.a = condition;
  node.b = yes;
  node.c = no;
  return done(node);
}

const Node* Parser::attempt() {
  take();
  const Node* body = postfix();
  const Node* handler = nullptr;
  if (!error_ && at_name("catch")) {
    take();
    handler = postfix();
  }
  if (error_) return nullptr;
  Node& node = make(Kind::attempt);
  node.a = body;
  node.b = handler;
  return done(node);
}

const Node* Parser::fold(bool is_reduce) {
  take();
  const Node* source = postfix();
  if (!expect_name("as")) return nullptr;
  size_t variables = variables_.size();
  std::vector<Pattern> patterns;
  if (!read_patterns(patterns) || !expect_symbol("(")) return nullptr;
  // The start does not see the variables, but nothing is lost by letting it.
  const Node* start = pipe();
  if (!expect_symbol(";")) return nullptr;
  const Node* update = pipe();
  const Node* extract = nullptr;
  if (!error_ && !is_reduce && at_symbol(";")) {
    take();
    extract = pipe();
  }
  if (!expect_symbol(")")) return nullptr;
  variables_.resize(variables);
  Node& node = make(is_reduce ? Kind::reduce : Kind::foreach);
  node.a = source;
  node.b = start;
  node.c = update;
  node.d = extract;
  node.patterns = std::move(patterns);
  return done(node);
}

const Node* Parser::call() {
  std::string name = take().text;
  std::vector<const Node*> arguments;
  if (at_symbol("(")) {
    do {
      take();
      arguments.push_back(pipe());
    } while (!error_ && at_symbol(";"));
    if (!expect_symbol(")")) return nullptr;
  }
  Node& node = make(Kind::call);
  node.parts = std::move(arguments);
  for (size_t i = functions_.size(); i-- > 0;) {
    const NamedFunction& known = functions_[i];
    if (known.name != name || known.arity != node.parts.size()) continue;
    node.id = known.id;
    node.function = known.function;
    node.is_closure = known.function == nullptr;
    return done(node);
  }
  node.builtin = find_builtin(name, node.parts.size());
  if (node.builtin != nullptr) return done(node);
  if (!is_prelude_) {
    for (const Function& function : prelude().functions) {
      bool is_global =
          function.body != nullptr && function.name == name && function.parameters.size() == node.parts.size();
      if (!is_global || function.name.starts_with('_')) continue;
      node.function = &function;
      return done(node);
    }
  }
  return fail(fmt::format("{}/{} is not defined", name, node.parts.size()));
}

}  // namespace gyr::jq
