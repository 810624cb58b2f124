// Evaluates one program inside a session.
#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/value.h"
#include "expression/operand.h"
#include "expression/program.h"
#include "expression/registry.h"
#include "expression/session.h"

namespace gyr::expression {

/// Collects the output of a template. While the output is a single value, the value keeps its type: typed rendering
/// needs it (EXPR-303), and string rendering avoids copying a text.
class Output {
 public:
  bool is_nothing() const { return state_ == State::nothing; }
  bool is_single() const { return state_ == State::single; }
  const base::Value& single() const { return single_; }
  std::string& text() { return text_; }
  size_t size() const { return text_.size(); }
  /// Reserves memory for a text of about this many bytes.
  void expect(size_t bytes) { text_.reserve(bytes); }

  void write_text(std::string_view text);
  void write_value(const base::Value& value);
  /// The text written so far; null where nothing was.
  base::Value take_string();
  /// The single value, or the text; null where nothing was written.
  base::Value take_typed();

 private:
  enum class State : uint8_t { nothing, single, text };
  void become_text();
  State state_ = State::nothing;
  base::Value single_;
  std::string text_;
};

/// The value at the rest of a path, starting from the value of its first name (`at`, which keeps the result alive). A
/// null pointer if the path leads over anything other than maps, or to a missing key; the general path of the evaluator
/// then determines the result.
const base::Value* walk(const Program& program, const Path& path, Lookup& at);

/// One template's evaluation. Lives on the stack of the call that renders.
class Evaluator {
 public:
  Evaluator(const Program& program, Session& session) : program_(program), session_(session) {}
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  /// Runs the whole template; false: the session has the failure.
  bool run(Output& output);

  Operand evaluate(ExprId id);

  Session& session() { return session_; }
  const Program& program() const { return program_; }
  const Limits& limits() const { return session_.limits; }

  // Failures; each returns the operand that marks it.
  Operand fail(std::string_view message, uint32_t offset, base::ErrorCode code = evaluation_failed);
  Operand fail(base::Error error);
  Operand fail_with_cause(std::string_view message, uint32_t offset, base::Error cause);
  Operand need(HostRequest needs);
  Operand raise_undefined(const Operand& undefined);

  /// Takes `count` steps; false: the limit is reached and the session failed.
  bool charge(uint64_t count, uint32_t offset) {
    if (session_.steps_left < count) [[unlikely]]
      return fail_steps(offset);
    session_.steps_left -= count;
    return true;
  }

  /// A lazy operand or an entry as a plain value; other operands unchanged. Undefined and failed ones pass through.
  Operand materialize(Operand operand, uint32_t offset);
  /// The value of an operand that must not be undefined.
  bool to_value(Operand& operand, uint32_t offset);
  /// The text of a value for `+`, `~` and most filters (EXPR-13); null is the empty text.
  bool append_java_text(std::string& out, const Operand& operand, uint32_t offset);

  Operand make_string(std::string_view text, uint32_t offset);
  Operand make_list(base::ListBuilder& list, uint32_t offset);
  Operand make_map(base::MapBuilder& map, uint32_t offset);
  /// Whether a value of this size may be created: at most limits().output_bytes.
  bool check_size(uint64_t bytes, uint32_t offset) {
    if (bytes <= limits().output_bytes) [[likely]]
      return true;
    return fail_size(offset);
  }

  /// Prints a block again (EXPR-105).
  Operand render_block(std::string_view name);
  /// All variables visible at the mark, as a map (EXPR-262).
  Operand whole_context(Scopes::Mark mark, uint32_t offset);
  /// A root variable as the template sees it at this point; undefined if it does not exist.
  Operand variable(const base::Value& name, uint64_t origin);
  /// `object.name` (EXPR-81); undefined if it does not exist.
  Operand member(Operand object, const base::Value& name, uint64_t origin);
  /// The value along names that the caller knows; null if it does not exist. Failed if it is not in memory.
  Operand value_at(std::initializer_list<std::string_view> names, uint32_t offset);

 private:
  friend class ContextView;

  bool fail_steps(uint32_t offset);
  bool fail_size(uint32_t offset);

  // Statements
  bool execute_body(uint32_t body, Output& output);
  bool execute(const Stmt& statement, Output& output);
  bool execute_print(const Stmt& statement, Output& output);
  bool execute_branch(const Stmt& statement, Output& output);
  bool execute_loop(const Stmt& statement, Output& output);
  template <class Bind>
  bool repeat(const Stmt& statement, size_t count, Output& output, Bind bind);
  bool execute_filter(const Stmt& statement, Output& output);
  bool write(Operand value, uint32_t offset, Output& output);
  bool write_value(const base::Value& value, uint32_t offset, Output& output);
  Lookup start_of(const Path& path) const;
  uint32_t block_body(std::string_view name) const;

  // Expressions
  Operand evaluate_leaf(const Expr& expr, ExprId id);
  Operand apply(const Expr& expr, ExprId id, Operand&& left);
  Operand apply_binary(const Expr& expr, Operand&& left);
  Operand evaluate_logical(const Expr& expr, Operand left);
  Operand evaluate_path(const Expr& expr, ExprId id);
  Operand evaluate_subscript(const Expr& expr, ExprId id, Operand object);
  Operand evaluate_call(const Expr& expr);
  Operand evaluate_filter(const Expr& expr, Operand&& input);
  Operand evaluate_test(const Expr& expr, Operand&& input);
  Operand evaluate_method(const Expr& expr, ExprId id, Operand object);
  Operand evaluate_list(const Expr& expr);
  Operand evaluate_map(const Expr& expr);
  Operand evaluate_join(const Expr& expr);
  Operand call_macro(const Expr& expr);
  Operand invoke(const Call& call, Operand&& input, bool has_input, uint32_t offset);
  Operand of_lookup(Lookup lookup, const base::Value& name, uint64_t origin);
  std::string names_hint(const Operand& undefined);

  /// Counts the frames of a scope.
  class Frame;

  const Program& program_;
  Session& session_;
  base::Value captured_;                         // content of the filter tag that is being applied
  std::vector<std::unique_ptr<LazyMap>> views_;  // what transient operands point to
};

/// One call of a filter, function or test, as its implementation sees it.
class Invocation {
 public:
  /// `input` and `arguments` outlive it.
  Invocation(Evaluator& evaluator, const Entry& entry, const Operand& input, std::span<const Operand> arguments,
             uint32_t offset)
      : evaluator_(evaluator), entry_(entry), input_(input), arguments_(arguments), offset_(offset) {}

  const Entry& entry() const { return entry_; }
  const Operand& input() const { return input_; }
  const base::Value& value() const { return input_.value(); }
  size_t size() const { return arguments_.size(); }
  /// Given and not null.
  bool given(size_t index) const { return passed(index) && !arguments_[index].is_null(); }
  /// Given, be it null.
  bool passed(size_t index) const { return index < arguments_.size() && arguments_[index].is_usable(); }
  /// Null if it was not given.
  const base::Value& argument(size_t index) const;
  const Operand& operand(size_t index) const { return arguments_[index]; }

  Evaluator& evaluator() { return evaluator_; }
  Session& session() { return evaluator_.session(); }
  const Limits& limits() { return evaluator_.limits(); }
  uint32_t offset() const { return offset_; }

  Operand fail(std::string_view message) { return evaluator_.fail(message, offset_); }
  Operand fail_limit(std::string_view message) { return evaluator_.fail(message, offset_, limit_exceeded); }
  Operand fail(const base::Error& cause, std::string_view message) {
    return evaluator_.fail_with_cause(message, offset_, cause);
  }
  bool charge(uint64_t steps) { return evaluator_.charge(steps, offset_); }
  bool check_size(uint64_t bytes) { return evaluator_.check_size(bytes, offset_); }
  Operand text(std::string_view text) { return evaluator_.make_string(text, offset_); }
  Operand list(base::ListBuilder& list) { return evaluator_.make_list(list, offset_); }
  Operand map(base::MapBuilder& map) { return evaluator_.make_map(map, offset_); }
  static Operand boolean(bool value) { return base::Value::boolean(value); }

  /// Java text of a value (EXPR-13).
  static std::string text_of(const base::Value& value);
  /// The answer of the host, or the end of the evaluation in HostRequest; an error of the host is raised here.
  Operand ask_host(std::string_view function, base::MapBuilder& arguments);

 private:
  Evaluator& evaluator_;
  const Entry& entry_;
  const Operand& input_;
  std::span<const Operand> arguments_;
  uint32_t offset_;
};

/// Java's name of the type of a value (EXPR-232), for messages and `className`.
std::string class_name(const base::Value& value);
std::string simple_class_name(const base::Value& value);

/// Java's text of a value: `[1, 2]`, `{a=1}` (EXPR-13).
void append_java_text(std::string& out, const base::Value& value);
std::string java_text(const base::Value& value);

/// Truth inside templates (EXPR-66): nothing for a value that is not a boolean, number or text.
std::optional<bool> truth_of(const base::Value& value);

/// Blank text, empty container or null (EXPR-121).
bool is_empty_value(const base::Value& value);

}  // namespace gyr::expression
