#include "expression/inspection.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "expression/parser.h"
#include "expression/registry.h"

namespace gyr::expression {
namespace {

/// Walks all expressions of a program, each once. Lives for one inspection.
class Inspector {
 public:
  explicit Inspector(const Program& program) : program_(program) { find_variables(); }

  Inspection run() {
    for (const Stmt& statement : program_.stmts) inspect(statement);
    for (const Macro& macro : program_.macros) {
      for (ExprId value : macro.defaults) inspect(value, false);
    }
    std::ranges::sort(found_.names, {}, &NameUse::begin);
    std::ranges::sort(found_.calls, {}, &BadCall::begin);
    return std::move(found_);
  }

 private:
  void find_variables() {
    variables_.insert("loop");
    for (const Stmt& statement : program_.stmts) {
      if (statement.tag == Tag::loop || statement.tag == Tag::assign)
        variables_.insert(program_.constants[statement.extra].text());
    }
    for (const Macro& macro : program_.macros) {
      for (const base::Value& parameter : macro.parameters) variables_.insert(parameter.text());
    }
  }

  void inspect(const Stmt& statement) {
    switch (statement.tag) {
      case Tag::print:
      case Tag::loop:
      case Tag::assign:
      case Tag::filter: return inspect(statement.a, false);
      case Tag::branch:
        for (uint32_t i = 0; i < statement.b; ++i) inspect(program_.children[statement.a + 2 * i], false);
        return;
      case Tag::text:
      case Tag::block: return;
    }
  }

  void inspect(ExprId id, bool may_be_absent) {
    // Chains of operators grow to the left without nesting: down them without recursion.
    while (id != none) {
      const Expr& expr = program_.exprs[id];
      const bool swallows = expr.op == Op::coalesce || expr.op == Op::coalesce_undefined || takes_undefined_input(expr);
      switch (expr.op) {
        case Op::literal: return;
        case Op::path: return add_name(expr, may_be_absent);
        case Op::filter:
        case Op::test:
        case Op::method:
        case Op::call: add_call(expr); break;
        case Op::list:
        case Op::join: inspect_children(expr.a, expr.b, may_be_absent); return;
        case Op::map: inspect_children(expr.a, 2 * expr.b, may_be_absent); return;
        case Op::attribute: break;
        default: inspect(expr.b, may_be_absent); inspect(expr.op == Op::ternary ? expr.c : none, may_be_absent);
      }
      if (expr.op == Op::call) return;
      id = expr.a;
      may_be_absent = may_be_absent || swallows;
    }
  }

  void inspect_children(uint32_t first, uint32_t count, bool may_be_absent) {
    for (uint32_t i = 0; i < count; ++i) inspect(program_.children[first + i], may_be_absent);
  }

  bool takes_undefined_input(const Expr& expr) const {
    if (expr.op != Op::filter && expr.op != Op::test) return false;
    const Entry* entry = program_.calls[expr.b].entry;
    return entry != nullptr && entry->has(takes_undefined);
  }

  void add_call(const Expr& expr) {
    const Call& call = program_.calls[expr.b];
    if (!call.problem.empty()) {
      const auto [begin, end] = bytes_of(expr.offset, call.name.text());
      found_.calls.push_back({call.problem, call.hint, begin, end});
    }
    if (call.first != none) inspect_children(call.first, call.count, false);
  }

  void add_name(const Expr& expr, bool may_be_absent) {
    const Path& path = program_.paths[expr.a];
    const PathSegment* segments = &program_.segments[path.first];
    if (variables_.contains(segments[0].name.text())) return;
    NameUse use{.root = std::string(segments[0].name.text()), .may_be_absent = may_be_absent};
    if (path.count > 1) use.member = segments[1].name.text();
    const PathSegment& told = segments[path.count > 1 ? 1 : 0];
    std::tie(use.begin, use.end) = bytes_of(told.offset, told.name.text());
    found_.names.push_back(std::move(use));
  }

  /// Bytes of the template's text. The token at the offset may be a quoted name; a region of `{% raw %}` before it is
  /// longer there.
  std::pair<size_t, size_t> bytes_of(uint32_t offset, std::string_view name) const {
    size_t begin = offset;
    for (const RawRegion& raw : program_.raws) {
      if (raw.offset < offset) begin = begin + raw.original - raw.marker.size();
    }
    const size_t found = std::string_view(program_.text).find(name, begin);
    constexpr size_t max_between = 8;  // quotes, brackets, a pipe and blanks
    if (found != std::string_view::npos && found - begin <= max_between) begin = found;
    return {begin, std::min(begin + std::max<size_t>(name.size(), 1), program_.text.size())};
  }

  const Program& program_;
  std::set<std::string_view> variables_;
  Inspection found_;
};

}  // namespace

Inspection inspect(std::string_view text) {
  constexpr Limits limits;
  if (text.size() > limits.template_bytes || base::find_invalid_utf8(text)) return {};
  Program program;
  program.text = text;
  if (!has_delimiters(program.text)) return {};
  protect_raw_regions(program);
  if (!Parser(program, limits).parse()) return {};
  return Inspector(program).run();
}

}  // namespace gyr::expression
