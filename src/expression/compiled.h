// A compiled template as the module itself sees it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "expression/operand.h"
#include "expression/program.h"
#include "expression/session.h"
#include "expression/template.h"

namespace gyr::expression {

/// The only implementation of Template.
class CompiledTemplate final : public Template {
 public:
  static std::shared_ptr<const CompiledTemplate> compile(std::string_view text, const Limits& limits);

  const std::string& text() const override { return program_.text; }
  bool is_constant() const override { return constant_; }
  const base::Error* syntax_error() const override { return error_ ? &*error_ : nullptr; }
  const std::vector<Reference>& references() const override { return program_.references; }
  bool calls_host() const override { return program_.calls_host; }
  Outcome render(const Context& context, const Environment& environment) const override;
  Outcome render_typed(const Context& context, const Environment& environment) const override;

  const Program& program() const { return program_; }
  const base::Value& constant() const { return text_value_; }
  const Limits& limits() const { return limits_; }

 private:
  std::optional<Outcome> single_path(const Context& context, bool typed) const;
  Outcome evaluate(const Context& context, const Environment& environment, bool typed) const;

  Program program_;
  Limits limits_;
  bool constant_ = false;
  bool is_single_path_ = false;
  base::Value text_value_;
  std::optional<base::Error> error_;
};

/// Renders a compiled template inside a running session; the session has the failure where the operand is failed. The
/// value is null where the template wrote nothing (EXPR-304). Goes on until nothing changes where recursive rendering
/// is on (EXPR-312).
Operand render_template(const CompiledTemplate& compiled, Session& session, bool typed);

/// Renders a text that is only known at run time: once, or until it no longer changes (EXPR-260, EXPR-313).
Operand render_text(const base::Value& text, bool recursive, Session& session);

}  // namespace gyr::expression
