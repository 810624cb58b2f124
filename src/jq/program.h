// The compiled form of a jq program (EXPR-223, EXPR-226).
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/value.h"

namespace gyr::jq {

struct Node;
struct Builtin;

enum class Kind : uint8_t {
  identity,
  recurse,      // `..`
  index,        // a: term, b: key
  slice,        // a: term, b: from or null pointer, c: to or null pointer
  iterate,      // a: term
  literal,      // value
  text,         // parts: literals and insertions
  insert,       // a: what is inserted into a text; value: name of its format
  format,       // value: name
  array,        // a: content or null pointer
  object,       // parts: key, value, key …
  negate,       // a
  pipe,         // a, b
  comma,        // parts
  binary,       // op; a, b
  logical_and,  // a, b
  logical_or,
  alternative,  // a // b
  assign,       // a = b
  update,       // a |= b
  update_with,  // a op= b; `//=` has op alternative
  branch,       // if a then b else c; c may be a null pointer
  attempt,      // try a catch b; b may be a null pointer
  reduce,       // a: source, b: start, c: update; patterns
  foreach,      // a: source, b: start, c: update, d: extract or null pointer; patterns
  define,       // function; a: what follows
  call,         // function, closure or builtin; parts: arguments
  variable,     // id
  bind,         // a as patterns | b
  label,        // id; a
  leave,        // break: id
};

enum class Operator : uint8_t {
  add,
  subtract,
  multiply,
  divide,
  modulo,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  alternative
};

/// Destructuring: exactly one of the three forms.
struct Pattern {
  enum class Form : uint8_t { variable, array, object };
  struct Entry;
  Form form = Form::variable;
  uint32_t id = 0;
  std::vector<Pattern> items;
  std::vector<Entry> entries;
};
struct Pattern::Entry {
  const Node* key = nullptr;
  uint32_t id = 0;  ///< of `$name` keys, which are variables too; 0 for none
  bool has_value = false;
  Pattern value;
};

/// A `def` of the program: its parameters and body. Lives in Program::functions.
struct Function {
  std::string name;
  uint32_t id = 0;
  /// Ids of the closures; for `$name` parameters the variable's id too.
  struct Parameter {
    uint32_t closure = 0;
    uint32_t variable = 0;
  };
  std::vector<Parameter> parameters;
  const Node* body = nullptr;
};

/// One node of the program's tree; what `a` to `d`, `parts` and `patterns` are depends on the kind. Lives in
/// Program::nodes.
struct Node {
  Kind kind = Kind::identity;
  Operator op = Operator::add;
  /// Has exactly one result or fails: needs no callbacks.
  bool single = false;
  bool is_closure = false;  ///< of a call: a parameter of the function around it
  uint32_t id = 0;
  uint32_t depth = 1;
  base::Value value;
  const Node* a = nullptr;
  const Node* b = nullptr;
  const Node* c = nullptr;
  const Node* d = nullptr;
  std::vector<const Node*> parts;
  std::vector<Pattern> patterns;
  const Function* function = nullptr;
  const Builtin* builtin = nullptr;
};

/// Immutable after parsing; shared by all threads.
struct Program {
  std::deque<Node> nodes;
  std::deque<Function> functions;
  const Node* root = nullptr;
};

inline constexpr base::ErrorCode jq_failed{"GYR-X006"};  ///< the program cannot be read

/// Compiles a program; an error says what is wrong and where.
base::Result<std::shared_ptr<const Program>> parse(std::string_view text);

/// The definitions that every program can use and that are written in jq themselves.
const Program& prelude();

}  // namespace gyr::jq
