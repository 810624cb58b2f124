// The compiled form of one template: flat arrays of nodes that refer to each other by number.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/value.h"
#include "expression/template.h"

namespace gyr::expression {

struct Entry;

using ExprId = uint32_t;
using StmtId = uint32_t;
inline constexpr uint32_t none = UINT32_MAX;

/// Kinds of expression nodes; the letters name what Expr::a, b, c hold.
enum class Op : uint8_t {
  literal,  // a: constant; flag: the content of the filter tag around it instead
  path,     // a: path (root name and members known from the text)
  // The left operand of each of these is `a`: the evaluator walks down it without recursion.
  attribute,   // a: object, b: constant (name)
  subscript,   // a: object, b: index
  method,      // a: object, b: call
  filter,      // a: input, b: call
  test,        // a: input, b: call, flag: negated
  logical_or,  // a, b (all binary operators)
  logical_and,
  contains,
  equals,
  not_equals,
  greater,
  less,
  greater_equal,
  less_equal,
  add,
  subtract,
  multiply,
  divide,
  remainder,
  concat,
  range,
  coalesce,            // ??
  coalesce_undefined,  // ???
  is_in,
  not_in,
  ternary,  // a ? b : c
  // No left operand.
  call,         // b: call (function, macro or block)
  negate,       // a
  plus,         // a
  logical_not,  // a
  list,         // a: first in `children`, b: count
  map,          // a: first in `children` (key, value, key …), b: number of entries
  join,         // a: first in `children`, b: count; an interpolated string (EXPR-36)
};

constexpr bool has_left_operand(Op op) { return op >= Op::attribute && op <= Op::ternary; }

/// One node of an expression; its Op documents the meaning of `a` to `c` and `flag`.
struct Expr {
  Op op = Op::literal;
  bool flag = false;
  uint32_t offset = 0;  ///< of the token of the node, in bytes of Program::source
  uint32_t a = none;
  uint32_t b = none;
  uint32_t c = none;
};

/// One name of a path such as `outputs.first.value`.
struct PathSegment {
  base::Value name;
  uint32_t offset = 0;
};
/// A way from a root of the context that is known when the template is compiled: a run of segments.
struct Path {
  uint32_t first = 0;  ///< in Program::segments
  uint32_t count = 0;
};

/// A filter, function, test, method or macro with its arguments in the order of the declared parameters.
struct Call {
  base::Value name;
  const Entry* entry = nullptr;  ///< null for methods, macros and what does not exist
  uint32_t first = 0;            ///< in Program::children; `none` for a missing argument
  uint32_t count = 0;
  uint32_t named = 0;  ///< of a macro call: the number of named arguments at the end, in Program::names
  uint32_t first_name = 0;
  std::string problem;  ///< raised when the call is reached: unknown name, wrong arguments (EXPR-68, EXPR-69)
  std::string hint;
};

enum class Tag : uint8_t {
  text,    // a: first byte in source, b: the byte after the last
  print,   // a: expression
  branch,  // a: first in `children`, b: number of pairs (condition or none, body)
  loop,    // a: expression, b: body, c: else body or none, extra: constant (variable)
  assign,  // a: expression, extra: constant (variable)
  block,   // extra: constant (name), a: body
  filter,  // a: expression over the captured content, b: body
};

/// One statement of a template; its Tag documents the meaning of `a` to `c` and `extra`.
struct Stmt {
  Tag tag = Tag::text;
  uint32_t offset = 0;
  uint32_t a = none;
  uint32_t b = none;
  uint32_t c = none;
  uint32_t extra = none;
};

/// A run of statements: `first` and `count` in Program::statement_lists.
struct Body {
  uint32_t first = 0;
  uint32_t count = 0;
};

/// A `{% macro %}` and the constants and expressions its parameters begin with.
struct Macro {
  base::Value name;
  std::vector<base::Value> parameters;
  std::vector<ExprId> defaults;  ///< `none` where there is none
  uint32_t body = none;
};

/// A region of `{% raw %}`: removed from the source before parsing, and inserted into the result again (EXPR-320).
struct RawRegion {
  std::string marker;
  std::string inner;
  uint32_t offset = 0;    ///< of the marker in Program::source
  uint32_t original = 0;  ///< bytes it stands for in the template's text
};

/// Immutable after parsing.
struct Program {
  std::string text;    ///< as written
  std::string source;  ///< as parsed, with raw regions replaced; the same as `text` if there are none
  std::vector<RawRegion> raws;

  std::vector<Expr> exprs;
  std::vector<Stmt> stmts;
  std::vector<Body> bodies;
  std::vector<uint32_t> statement_lists;
  std::vector<uint32_t> children;
  std::vector<base::Value> constants;
  std::vector<PathSegment> segments;
  std::vector<Path> paths;
  std::vector<Call> calls;
  std::vector<base::Value> names;
  std::vector<Macro> macros;
  std::vector<std::pair<base::Value, uint32_t>> blocks;  ///< name and body; of equal names the last one counts
  uint32_t root = none;                                  ///< body

  std::vector<Reference> references;
  bool calls_host = false;

  /// 1-based line and column (in characters) of a byte of `source`, converted to positions in `text`.
  base::Place place_of(uint32_t offset) const;
};

/// Cuts raw regions out of `program.text` into `program.source` and `program.raws`.
void protect_raw_regions(Program& program);
/// Puts the inner texts of regions back into a text or, at any depth, into the texts of a value.
std::string restore_raw_regions(std::string_view text, const std::vector<RawRegion>& raws);
base::Value restore_raw_regions(const base::Value& value, const std::vector<RawRegion>& raws);

/// Text that needs no evaluation: it contains no delimiter.
bool has_delimiters(std::string_view text);

/// The error of a template (EXPR-361, EXPR-362); a very long text is shortened.
base::Error template_error(base::ErrorCode code, std::string_view message, const Program& program, uint32_t offset);

}  // namespace gyr::expression
