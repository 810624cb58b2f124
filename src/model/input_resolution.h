// What the inputs of one start come to: the algorithm of FLOW-27, as a pure function.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/value.h"
#include "expression/context.h"
#include "expression/template.h"
#include "model/encryptor.h"
#include "model/input.h"

namespace gyr::model {

/// The answer to one host call of a resolution. `part` names the expression that asked, as InputNeed did.
struct InputAnswer {
  std::string part;
  expression::HostAnswer answer;
};

/// The resolution cannot go on: an expression asks the host. Call again with one more answer.
struct InputNeed {
  std::string part;
  /// Without a function name where a value of the context is not in memory: evaluate elsewhere.
  expression::HostCall call;
};

/// What a resolution starts from. Everything is borrowed for the call.
struct InputRequest {
  std::span<const Input> inputs;
  /// What the caller sent: a map from input id to text or value. Files are there as the address they were stored under.
  base::Value given;
  /// Root names other than `inputs`: flow, labels, vars, execution …
  const expression::Context* context = nullptr;
  expression::Environment environment;  ///< its answers are not looked at
  const Encryptor* encryptor = nullptr;
  std::span<const InputAnswer> answers;
};

/// What is wrong with one input; `render_error` where an expression failed rather than the value given.
struct InputError {
  base::ErrorCode code;
  std::string message;
  bool render_error = false;
};

/// One input after resolution.
struct ResolvedInput {
  std::string id;
  const Input* input = nullptr;
  bool enabled = true;
  bool is_default = false;
  /// As stored: a SECRET encrypted; null where there is none. A wrong value as it was sent.
  base::Value value;
  std::vector<InputError> errors;
  /// The values of a SELECT or MULTISELECT whose expression was rendered.
  std::optional<std::vector<std::string>> choices;
};

/// The outcome: all inputs in the order of their declaration.
struct ResolvedInputs {
  std::vector<ResolvedInput> inputs;
  std::vector<std::string> undeclared;  ///< sent, but not declared: dropped (FLOW-29)

  /// No enabled input has an error.
  bool valid() const;
  /// What the execution stores: a nested map of the enabled inputs, null for optional ones that were not given.
  base::Value values() const;
  /// All errors that refuse the start, one line each (FLOW-28).
  std::string message() const;
};

/// The names in `given`, a map, that no input declares, in their order (FLOW-29).
std::vector<std::string> undeclared_inputs(std::span<const Input> inputs, const base::Value& given);

/// Resolves all inputs. Deterministic: the same request with one more answer takes the same way up to the next
/// question.
std::variant<ResolvedInputs, InputNeed> resolve_inputs(const InputRequest& request);

}  // namespace gyr::model
