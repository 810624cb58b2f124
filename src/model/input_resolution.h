// Resolves the inputs of one execution: the algorithm of FLOW-27, as a pure function.
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

/// The result of one host call of a resolution. `part` identifies the expression, as in InputNeed.
struct InputAnswer {
  std::string part;
  expression::HostAnswer answer;
};

/// The resolution is suspended: an expression needs a host call. Call again with its result.
struct InputNeed {
  std::string part;
  /// Without a function name where a value of the context is not in memory: evaluate elsewhere.
  expression::HostCall call;
};

/// What a resolution starts from. Everything is borrowed for the call.
struct InputRequest {
  std::span<const Input> inputs;
  /// The values of the request: a map from input id to text or value. Files are the URIs of their stored content.
  base::Value given;
  /// Root names other than `inputs`: flow, labels, vars, execution …
  const expression::Context* context = nullptr;
  expression::Environment environment;  ///< its host calls are ignored
  const Encryptor* encryptor = nullptr;
  std::span<const InputAnswer> answers;
};

/// The error of one input; `render_error` if an expression failed, as opposed to an invalid value.
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
  /// The stored form: a SECRET is encrypted; null if there is no value. An invalid value is returned as it was sent.
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
  /// The inputs that the execution stores: a nested map of the enabled inputs, null for optional inputs without a
  /// value.
  base::Value values() const;
  /// All errors that prevent the start, one line each (FLOW-28).
  std::string message() const;
};

/// The names in `given`, a map, that are not declared inputs, in their order (FLOW-29).
std::vector<std::string> undeclared_inputs(std::span<const Input> inputs, const base::Value& given);

/// Resolves all inputs. Deterministic: the same request with one more host result takes the same path up to the next
/// host call.
std::variant<ResolvedInputs, InputNeed> resolve_inputs(const InputRequest& request);

}  // namespace gyr::model
