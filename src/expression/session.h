// The state that one evaluation shares between all its templates: counters, host results, variables, the failure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/value.h"
#include "expression/context.h"
#include "expression/operand.h"
#include "expression/program.h"
#include "expression/template.h"

namespace gyr::expression {

/// Variables of `set`, loops and macros (EXPR-6, EXPR-103). One thread, one evaluation.
class Scopes {
 public:
  enum class Kind : uint8_t {
    open,    ///< a loop: assignments reach through it
    nested,  ///< render(): reads reach through, assignments do not
    macro,   ///< neither does
  };

  struct Variable {
    base::Value name;
    Operand value;
  };

  /// A point in the growth of the scopes: what was visible then is what lies below it.
  struct Mark {
    size_t variables = 0;
    size_t frames = 0;
    friend bool operator==(const Mark&, const Mark&) = default;
  };

  Mark mark() const { return {variables_.size(), frames_.size()}; }
  void push(Kind kind) {
    constexpr size_t max_have = 4;
    if (frames_.capacity() == 0) variables_.reserve(max_have);
    frames_.push_back({static_cast<uint32_t>(variables_.size()), kind});
  }
  void pop();
  /// Adds a variable to the innermost scope, replacing one of the same name there.
  void define(const base::Value& name, Operand value);
  /// Assigns the nearest variable of the name, else defines it (EXPR-103).
  void assign(const base::Value& name, Operand value);
  /// The variable of this name visible at the mark, or null pointer; `roots_hidden` becomes true where the context's
  /// roots are out of sight (inside a macro).
  const Operand* find(std::string_view name, Mark mark, bool& roots_hidden) const;
  const Operand* find(std::string_view name, bool& roots_hidden) const { return find(name, mark(), roots_hidden); }
  bool empty() const { return variables_.empty() && frames_.empty(); }
  /// The variables visible at the mark, outermost first, shadowed ones included.
  std::span<const Variable> visible(Mark mark) const;

 private:
  struct Frame {
    uint32_t begin = 0;
    Kind kind = Kind::open;
  };
  std::vector<Variable> variables_;
  std::vector<Frame> frames_;
};

/// One evaluation: of a template, or of all strings of a container.
class Session {
 public:
  Session(const Context& context, const Environment& environment, const Limits& limits)
      : context(context), environment(environment), limits(limits), steps_left(limits.steps) {}

  const Context& context;
  const Environment& environment;
  const Limits& limits;
  uint64_t steps_left;
  uint32_t depth = 0;
  uint32_t render_depth = 0;
  Scopes scopes;

  // The failure: at most one of the two is set.
  std::optional<base::Error> error;
  std::optional<HostRequest> needs;

  bool failed() const { return error.has_value() || needs.has_value(); }
  /// The outcome of a failed evaluation.
  Outcome failure() &&;

  /// The answer to this call, or null pointer: then the evaluation ends in HostRequest. The k-th call that is equal to
  /// others gets the k-th answer equal to it, so an answer more always brings the evaluation further.
  const base::Result<base::Value>* answer(const HostCall& call);

  /// 64 random bits derived from the environment.
  uint64_t random();

 private:
  size_t host_calls_ = 0;
  std::vector<bool> used_answers_;
  uint64_t random_state_ = 0;
  bool random_started_ = false;
};

/// How deep nodes may nest at run time, in evaluator frames: an expression of the parser's depth has up to this many
/// frames a level (one a precedence).
inline constexpr uint32_t frames_per_level = 8;

}  // namespace gyr::expression
