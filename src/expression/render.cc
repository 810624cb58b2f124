// Passes of rendering over compiled templates and over texts that came up at run time.
#include <fmt/format.h>

#include <list>

#include "expression/compiled.h"
#include "expression/evaluator.h"

namespace gyr::expression {
namespace {

// EXPR-313
constexpr size_t max_passes = 100;

// Templates that render() met on this thread: loops render the same variable again and again. Bounded in number and in
// bytes of text.
constexpr size_t cached_templates = 64;
constexpr size_t cached_template_bytes = 64 * 1024;

class NestedTemplates {
 public:
  std::shared_ptr<const CompiledTemplate> compile(std::string_view text, const Limits& limits) {
    for (auto item = items_.begin(); item != items_.end(); ++item) {
      const CompiledTemplate& known = **item;
      bool same_limits = known.limits().depth == limits.depth && known.limits().template_bytes == limits.template_bytes;
      if (known.text() != text || !same_limits) continue;
      items_.splice(items_.begin(), items_, item);
      return *item;
    }
    auto compiled = CompiledTemplate::compile(text, limits);
    if (text.size() <= cached_template_bytes) {
      items_.push_front(compiled);
      if (items_.size() > cached_templates) items_.pop_back();
    }
    return compiled;
  }

 private:
  std::list<std::shared_ptr<const CompiledTemplate>> items_;  // most recently used first
};

NestedTemplates& nested_templates() {
  thread_local NestedTemplates templates;
  return templates;
}

/// One pass; raw regions stay protected and are added to `raws`.
Operand run_once(const CompiledTemplate& compiled, Session& session, bool typed, std::vector<RawRegion>& raws) {
  if (const base::Error* error = compiled.syntax_error()) {
    if (!session.failed()) session.error = *error;
    return Operand::failed();
  }
  if (compiled.is_constant()) return compiled.constant();
  const Program& program = compiled.program();
  raws.insert(raws.end(), program.raws.begin(), program.raws.end());
  Evaluator evaluator(program, session);
  Output output;
  if (!evaluator.run(output)) return Operand::failed();
  return typed ? output.take_typed() : output.take_string();
}

Operand restored(Operand result, const std::vector<RawRegion>& raws) {
  if (raws.empty() || !result.is_value()) return result;
  return restore_raw_regions(result.value(), raws);
}

/// Repeats until the text no longer changes.
Operand repeat_passes(base::Value text, Session& session, bool typed, std::vector<RawRegion>& raws) {
  for (size_t pass = 0; pass < max_passes; ++pass) {
    if (!has_delimiters(text.text())) return text;
    auto compiled = nested_templates().compile(text.text(), session.limits);
    Operand result = run_once(*compiled, session, typed, raws);
    if (!result.is_string() || result.value().text() == text.text()) return result;
    text = std::move(result.value());
  }
  if (!session.failed()) session.error = base::Error(evaluation_failed, "Too many rendering attempts");
  return Operand::failed();
}

}  // namespace

Operand render_template(const CompiledTemplate& compiled, Session& session, bool typed) {
  std::vector<RawRegion> raws;
  Operand result = run_once(compiled, session, typed, raws);
  if (session.environment.recursive_rendering && result.is_string()) {
    result = repeat_passes(std::move(result.value()), session, typed, raws);
  }
  return restored(std::move(result), raws);
}

Operand render_text(const base::Value& text, bool recursive, Session& session) {
  if (!has_delimiters(text.text())) return text;
  std::vector<RawRegion> raws;
  // Variables that the text sets are its own; those around it are seen (EXPR-103).
  session.scopes.push(Scopes::Kind::nested);
  Operand result;
  if (recursive) {
    result = repeat_passes(text, session, false, raws);
  } else {
    auto compiled = nested_templates().compile(text.text(), session.limits);
    result = run_once(*compiled, session, false, raws);
  }
  session.scopes.pop();
  return restored(std::move(result), raws);
}

}  // namespace gyr::expression
