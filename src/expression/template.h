// Compiled templates of the Pebble dialect (spec 02): compile once, evaluate often, on any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/value.h"
#include "expression/context.h"
#include "text/errors.h"

namespace gyr::expression {

class Operand;
class Session;

inline constexpr base::ErrorCode template_syntax{"GYR-X001"};
inline constexpr base::ErrorCode undefined_name{"GYR-X002"};     ///< EXPR-361
using text::evaluation_failed;                                   // GYR-X003 (EXPR-362)
using text::limit_exceeded;                                      // GYR-X004 (EXPR-372)
inline constexpr base::ErrorCode conversion_failed{"GYR-X005"};  ///< EXPR-345 ff

/// Limits of one evaluation; each has a test that reaches it.
struct Limits {
  uint32_t depth = 200;        ///< nesting of nodes and values
  uint64_t steps = 5'000'000;  ///< evaluated nodes, about 100 ms
  size_t output_bytes = 64 * 1024 * 1024;
  size_t range_items = 1'000'000;
  uint32_t render_depth = 16;  ///< render() inside render() (EXPR-260)
  size_t template_bytes = 10 * 1024 * 1024;
};

/// The evaluation is suspended: a host call has no result yet (`call` set), or a value is not in memory (`call` empty).
struct HostRequest {
  HostCall call;
};

/// The result of an evaluation.
class Outcome {
 public:
  Outcome(base::Value value) : state_(std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Outcome(base::Error error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor)
  Outcome(HostRequest needs) : state_(std::move(needs)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return std::holds_alternative<base::Value>(state_); }
  bool asks_host() const { return std::holds_alternative<HostRequest>(state_); }
  const base::Value& value() const { return std::get<base::Value>(state_); }
  base::Value& value() { return std::get<base::Value>(state_); }
  const base::Error& error() const { return std::get<base::Error>(state_); }
  const HostRequest& needs() const { return std::get<HostRequest>(state_); }
  bool failed() const { return std::holds_alternative<base::Error>(state_); }

 private:
  std::variant<base::Value, base::Error, HostRequest> state_;
};

/// The part of the context that a template reads, as far as its text shows: `outputs.fetch.body` results in {outputs,
/// fetch}. A dynamic subscript or the bare root has an empty second name: "all of it". An empty root means the whole
/// context: a template that `render()` gets at run time may read anything, and `printContext()` and `_context` show
/// everything.
struct Reference {
  std::string root;
  std::string member;
  friend auto operator<=>(const Reference&, const Reference&) = default;
};

/// One compiled string. Immutable, shared, evaluated concurrently. A string without `{{` and `{%` costs nothing.
class Template {
 public:
  /// Never fails itself: a syntax error is kept and returned by every evaluation (a flow that is only saved is never
  /// rendered, EXPR-7); `syntax_error()` shows it to validators.
  static std::shared_ptr<const Template> compile(std::string_view text, const Limits& limits = {});
  virtual ~Template() = default;

  virtual const std::string& text() const = 0;
  /// It contains no expression: the result of the evaluation is the text itself.
  virtual bool is_constant() const = 0;
  virtual const base::Error* syntax_error() const = 0;
  virtual const std::vector<Reference>& references() const = 0;
  /// It calls functions that ask the host (kv, secret, read, http …). What `render()` meets at run time is not known
  /// here; the evaluation then ends in HostRequest all the same.
  virtual bool calls_host() const = 0;

  /// String rendering (EXPR-304): a string, or null where the single value is null.
  virtual Outcome render(const Context& context, const Environment& environment) const = 0;
  /// Typed rendering (EXPR-303).
  virtual Outcome render_typed(const Context& context, const Environment& environment) const = 0;
};

/// A compiled container: strings at any depth of a value are templates (EXPR-310). Sub-trees without expressions are
/// kept unchanged.
class ValueTemplate {
 public:
  explicit ValueTemplate(base::Value source, const Limits& limits = {});
  const base::Value& source() const { return source_; }
  bool is_constant() const { return constant_; }
  const std::vector<Reference>& references() const { return references_; }
  bool calls_host() const { return calls_host_; }
  /// The first syntax error in it, or null pointer.
  const base::Error* syntax_error() const { return syntax_error_.get(); }
  /// Renders recursively, strings in string mode.
  Outcome render(const Context& context, const Environment& environment) const;
  /// Renders recursively, strings in typed mode (EXPR-2).
  Outcome render_typed(const Context& context, const Environment& environment) const;

 private:
  struct Part;
  struct Compiler;
  Outcome evaluate(const Context& context, const Environment& environment, bool typed) const;
  static Operand render_part(const Part& part, Session& session, bool typed);

  base::Value source_;
  Limits limits_;
  bool constant_ = true;
  bool calls_host_ = false;
  std::vector<Reference> references_;
  std::shared_ptr<const Part> root_;
  std::shared_ptr<const base::Error> syntax_error_;
};

/// Truth of a rendered condition (EXPR-340): null, blank, `false`, `0`, `-0` (trimmed) are false.
bool is_truthy(const base::Value& rendered);

/// Truth in the conditions `Expression` and `ExecutionOutputs` (EXPR-341): null, blank and `false` (trimmed) are false.
bool holds_as_expression(const base::Value& rendered);

/// Text of a value as a print node shows it (EXPR-12 to EXPR-16).
std::string to_text(const base::Value& value);

}  // namespace gyr::expression
