#include "expression/template.h"

#include <fmt/format.h>

#include "base/text.h"
#include "expression/compiled.h"
#include "expression/evaluator.h"
#include "expression/parser.h"
#include "expression/printing.h"
#include "expression/session.h"
#include "text/characters.h"

namespace gyr::expression {

std::shared_ptr<const Template> Template::compile(std::string_view text, const Limits& limits) {
  return CompiledTemplate::compile(text, limits);
}

std::shared_ptr<const CompiledTemplate> CompiledTemplate::compile(std::string_view text, const Limits& limits) {
  auto compiled = std::make_shared<CompiledTemplate>();
  compiled->limits_ = limits;
  Program& program = compiled->program_;
  program.text = text;
  if (text.size() > limits.template_bytes) {
    compiled->error_ = base::Error(limit_exceeded, fmt::format("the template has {} bytes, more than the {} allowed",
                                                               text.size(), limits.template_bytes));
    return compiled;
  }
  if (auto at = base::find_invalid_utf8(text)) {
    compiled->error_ = base::Error(template_syntax, fmt::format("the template is not valid UTF-8 at byte {}", *at));
    return compiled;
  }
  if (!has_delimiters(text)) {
    compiled->constant_ = true;
    compiled->text_value_ = base::Value::string(text);
    return compiled;
  }
  protect_raw_regions(program);
  if (!has_delimiters(program.source)) {
    // Nothing but raw regions.
    compiled->constant_ = true;
    compiled->text_value_ = base::Value::string(restore_raw_regions(program.source, program.raws));
    return compiled;
  }
  Parser parser(program, compiled->limits_);
  if (auto parsed = parser.parse(); !parsed) {
    compiled->error_ = std::move(parsed).error();
    program.references.clear();  // what cannot be rendered reads nothing
    return compiled;
  }
  const Body& root = program.bodies[program.root];
  if (root.count == 1) {
    const Stmt& only = program.stmts[program.statement_lists[root.first]];
    compiled->is_single_path_ = only.tag == Tag::print && program.exprs[only.a].op == Op::path;
  }
  return compiled;
}

Outcome CompiledTemplate::render(const Context& context, const Environment& environment) const {
  return evaluate(context, environment, false);
}

Outcome CompiledTemplate::render_typed(const Context& context, const Environment& environment) const {
  return evaluate(context, environment, true);
}

/// `{{ a.b.c }}` over plain maps: nothing is set up. Nothing where anything but a plain value is met; then the
/// evaluator does it all.
std::optional<Outcome> CompiledTemplate::single_path(const Context& context, bool typed) const {
  const Path& path = program_.paths[0];
  Lookup at = context.root(program_.segments[path.first].name.text());
  const base::Value* value = walk(program_, path, at);
  if (value == nullptr) return std::nullopt;
  if (value->weight() > limits_.output_bytes) return std::nullopt;
  if (typed || value->is_null() || value->is_string()) return Outcome(*value);
  return Outcome(base::Value::string(to_text(*value)));
}

Outcome CompiledTemplate::evaluate(const Context& context, const Environment& environment, bool typed) const {
  if (error_) return Outcome(*error_);
  if (constant_) return Outcome(text_value_);
  if (is_single_path_ && !environment.recursive_rendering) {
    if (auto outcome = single_path(context, typed)) return std::move(*outcome);
  }
  Session session(context, environment, limits_);
  Operand result = render_template(*this, session, typed);
  if (result.is_failed()) return std::move(session).failure();
  return Outcome(std::move(result.value()));
}

}  // namespace gyr::expression
