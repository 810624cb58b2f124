// Runs jq programs.
//
// A filter has any number of results: run() calls `emit` for each of them. Both return false if the run is to stop: an
// error, a break, a limit. Filters with exactly one result (Node::single) use the faster single().
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/value.h"
#include "jq/function_ref.h"
#include "jq/program.h"

namespace gyr::jq {

/// The limits of one run; the same program and value always stop at the same point.
struct RunLimits {
  uint64_t steps = 5'000'000;
  size_t bytes = 64 * 1024 * 1024;  ///< of any one value, and of all results together
  uint32_t depth = 200;             ///< nesting of values
};

/// The origin of a value, for path expressions: steps from the root, linked through the stack. A null pointer if no
/// path is requested.
struct PathStep {
  enum class Kind : uint8_t { root, key, lost };
  const PathStep* parent = nullptr;
  const base::Value* key = nullptr;
  Kind kind = Kind::root;
};

/// One binding: a variable, a closure, a function or a label. Scopes are on the stack of the calls that created them.
struct Scope {
  const Scope* parent = nullptr;
  uint32_t id = 0;
  base::Value value;
  const Node* closure = nullptr;
  const Scope* closure_scope = nullptr;
  const Function* function = nullptr;
  uint64_t label = 0;
};

using Emit = FunctionRef<bool(const base::Value&, const PathStep*)>;
/// Gives the new value of a part, or says that the part goes.
using Change = FunctionRef<bool(const base::Value& old, base::Value& changed, bool& removed)>;

class Interpreter;

/// One builtin. Exactly one of the two functions is set: `value` computes one result from the input and the values of
/// its arguments; `filter` gets its arguments as filters.
struct Builtin {
  std::string_view name;
  size_t arity;
  bool (*value)(Interpreter&, const base::Value& input, std::span<const base::Value> arguments,
                base::Value& out) = nullptr;
  bool (*filter)(Interpreter&, const Node& call, const Scope* scope, const base::Value& input, const PathStep* path,
                 Emit emit) = nullptr;
};

/// One run of one program. One thread.
class Interpreter {
 public:
  Interpreter(const RunLimits& limits, base::Instant now) : limits_(limits), now_(now), steps_left_(limits.steps) {}

  enum class End : uint8_t { done, error, limit };
  End run(const Program& program, const base::Value& input, base::ListBuilder& results);
  /// Of a run that ended in an error or at a limit.
  std::string message() const;
  uint64_t steps_taken() const { return limits_.steps - steps_left_; }

  // ---- for builtins

  bool run(const Node& node, const Scope* scope, const base::Value& input, const PathStep* path, Emit emit);
  /// The result of a node that is single.
  bool single(const Node& node, const Scope* scope, const base::Value& input, base::Value& out);
  bool fail(std::string_view message) { return fail(base::Value::string(message)); }
  bool fail(base::Value error);
  bool fail_limit(std::string_view message);
  bool charge(uint64_t steps);
  bool check_size(uint64_t bytes);
  /// Whether a value may become part of a container.
  bool check_part(const base::Value& part);
  bool make_list(base::ListBuilder& list, base::Value& out);
  bool make_map(base::MapBuilder& map, base::Value& out);
  bool make_string(std::string_view text, base::Value& out);
  /// All results of a filter as a list.
  bool collect(const Node& node, const Scope* scope, const base::Value& input, base::ListBuilder& out);
  /// Runs `body`, which can stop only itself, by calling leave() with the label that it gets.
  bool with_label(FunctionRef<bool(uint64_t label)> body);
  bool leave(uint64_t label);
  /// Ends the program without an error.
  bool halt();
  bool path_value(const PathStep* path, const base::Value& value, base::Value& out);
  /// Path of the operands of a filter that makes new values.
  static const PathStep* lost(const PathStep* path);
  base::Instant now() const { return now_; }
  const RunLimits& limits() const { return limits_; }

  // values.cc: parts of values
  bool get(const base::Value& container, const base::Value& key, base::Value& out);
  bool get_path(const base::Value& root, std::span<const base::Value> path, base::Value& out);
  bool set(const base::Value& container, const base::Value& key, const base::Value& part, base::Value& out);
  bool set_path(const base::Value& root, std::span<const base::Value> path, const base::Value& part, base::Value& out);
  bool remove(const base::Value& container, const base::Value& key, base::Value& out);
  bool remove_paths(base::Value root, std::vector<base::Value> paths, base::Value& out);
  bool calculate(Operator op, const base::Value& a, const base::Value& b, base::Value& out);
  bool calculate_order(Operator op, const base::Value& a, const base::Value& b, base::Value& out);
  bool calculate_numbers(Operator op, const base::Value& a, const base::Value& b, base::Value& out);
  bool add(const base::Value& a, const base::Value& b, base::Value& out);
  bool subtract(const base::Value& a, const base::Value& b, base::Value& out);
  bool multiply(const base::Value& a, const base::Value& b, base::Value& out);
  bool split_text(std::string_view text, std::string_view separator, base::Value& out);

  bool modify(const Node& node, const Scope* scope, const base::Value& input, Change change, base::Value& out,
              bool& removed);

 private:
  enum class Signal : uint8_t { none, error, leave, halt, limit };
  class Frame;

  bool run_index(const Node& node, const Scope* scope, const base::Value& input, const PathStep* path, Emit emit);
  bool run_slice(const Node& node, const Scope* scope, const base::Value& input, const PathStep* path, Emit emit);
  bool run_iterate(const Node& node, const Scope* scope, const base::Value& input, const PathStep* path, Emit emit);
  bool run_recurse(const base::Value& input, const PathStep* path, Emit emit);
  /// The insertions are run from the last to the first, so that the first varies fastest.
  bool run_text(const Node& node, size_t left, std::vector<std::string>& texts, const Scope* scope,
                const base::Value& input, const PathStep* path, Emit emit);
  bool run_object(const Node& node, size_t part, base::MapBuilder& map, const Scope* scope, const base::Value& input,
                  const PathStep* path, Emit emit);
  bool run_binary(const Node& node, const Scope* scope, const base::Value& input, const PathStep* path, Emit emit);
  bool run_logical(const Node& node, const Scope* scope, const base::Value& input, const PathStep* path, Emit emit);
  bool run_alternative(const Node& node, const Scope* scope, const base::Value& input, const PathStep* path, Emit emit);
  bool run_assign(const Node& node, const Scope* scope, const base::Value& input, const PathStep* path, Emit emit);
  bool run_update_with(const Node& node, const Scope* scope, const base::Value& input, const PathStep* path, Emit emit);
  bool run_attempt(const Node& node, const Scope* scope, const base::Value& input, const PathStep* path, Emit emit);
  bool run_foreach(const Node& node, const Scope* scope, const base::Value& input, const PathStep* path, Emit emit);
  bool run_bind(const Node& node, const Scope* scope, const base::Value& input, const PathStep* path, Emit emit);
  bool run_call(const Node& node, const Scope* scope, const base::Value& input, const PathStep* path, Emit emit);
  bool run_builtin(const Node& node, const Scope* scope, const base::Value& input, const PathStep* path, Emit emit);

  bool single_array(const Node& node, const Scope* scope, const base::Value& input, base::Value& out);
  bool single_object(const Node& node, const Scope* scope, const base::Value& input, base::Value& out);
  bool single_text(const Node& node, const Scope* scope, const base::Value& input, base::Value& out);
  bool single_binary(const Node& node, const Scope* scope, const base::Value& input, base::Value& out);
  bool single_reduce(const Node& node, const Scope* scope, const base::Value& input, base::Value& out);
  bool single_update(const Node& node, const Scope* scope, const base::Value& input, base::Value& out);
  bool single_call(const Node& node, const Scope* scope, const base::Value& input, base::Value& out);
  bool single_alternative(const Node& node, const Scope* scope, const base::Value& input, base::Value& out);
  bool append_inserted(const Node& insert, const base::Value& value, std::string& text);

  /// Binds the parameters of a function and calls `body` with the scope of its body, once for each combination of
  /// values of `$x` parameters.
  bool with_parameters(const Node& call, const Scope* scope, const base::Value& input, size_t index, const Scope* inner,
                       FunctionRef<bool(const Scope*)> body);
  const Scope* definition_of(const Node& call, const Scope* scope) const;
  bool destructure(const Pattern& pattern, const Scope* scope, const base::Value& input, const base::Value& value,
                   FunctionRef<bool(const Scope*)> body);
  bool destructure_items(const Pattern& pattern, size_t index, const Scope* scope, const base::Value& input,
                         const base::Value& value, FunctionRef<bool(const Scope*)> body);
  bool destructure_entries(const Pattern& pattern, size_t index, const Scope* scope, const base::Value& input,
                           const base::Value& value, FunctionRef<bool(const Scope*)> body);
  bool with_patterns(const Node& node, const Scope* scope, const base::Value& input, const base::Value& value,
                     FunctionRef<bool(const Scope*)> body);
  bool each_update(const Node& node, const Scope* scope, const base::Value& input, const base::Value& operand,
                   base::Value& out);
  bool modify_index(const Node& node, const Scope* scope, const base::Value& input, Change change, base::Value& out,
                    bool& removed);
  bool modify_iterate(const Node& node, const Scope* scope, const base::Value& input, Change change, base::Value& out,
                      bool& removed);
  bool modify_call(const Node& node, const Scope* scope, const base::Value& input, Change change, base::Value& out,
                   bool& removed);
  bool modify_paths(const Node& node, const Scope* scope, const base::Value& input, Change change, base::Value& out);
  bool is_caught() const { return signal_ == Signal::error; }

  RunLimits limits_;
  base::Instant now_;
  uint64_t steps_left_;
  uint32_t frames_ = 0;
  uint64_t labels_ = 0;
  Signal signal_ = Signal::none;
  uint64_t leaving_ = 0;
  base::Value error_;
};

/// null and false are not.
bool is_true(const base::Value& value);
/// jq's order of all values: negative, 0 or positive.
int compare(const base::Value& a, const base::Value& b);
/// `object`, `array` …
std::string_view type_name(const base::Value& value);
/// Appends the text of a value in the format `@name`, which must exist. False: the interpreter has failed.
bool apply_format(Interpreter& interpreter, std::string_view name, const base::Value& value, std::string& out);
/// JSON as tojson writes it: whole numbers without fraction.
void append_json(std::string& out, const base::Value& value);
/// A number with the type that jq's arithmetic gives it: whole numbers are integers.
base::Value whole_or_real(double value);
double to_double(const base::Value& number);
/// Values of kinds JSON does not have as their texts.
base::Value plain(const base::Value& value);

}  // namespace gyr::jq
