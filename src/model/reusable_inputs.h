// Sets of inputs that several flows share: reading a set, and putting its inputs in the place of a REUSABLE_INPUTS.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "model/input.h"
#include "syntax/diagnostic.h"
#include "syntax/node.h"

namespace gyr::model {

/// One revision of a set that is valid. Immutable; any thread.
struct ReusableInputs {
  std::string description;
  std::vector<syntax::NodePtr> inputs;          ///< as written
  std::set<std::string, std::less<>> declared;  ///< the ids of all inputs that hold values
};
using ReusableInputsPtr = std::shared_ptr<const ReusableInputs>;

/// A source that was read. Errors are those of the inputs of a flow; a set cannot contain another set.
struct ParsedReusableInputs {
  ReusableInputsPtr set;  ///< null if there is an error
  std::vector<syntax::Diagnostic> diagnostics;
  std::string id, namespace_;  ///< as the source names them; empty where it does not

  /// The first error; empty without one.
  std::string first_error() const;
};
ParsedReusableInputs parse_reusable_inputs(std::string_view source, const TypeSource& types);

/// The inputs of a set as a flow declares them: with `<id>.` before their own ids, and before the ids of other inputs
/// of the set in `dependsOn`.
std::vector<syntax::NodePtr> inputs_below(std::string_view id, const ReusableInputs& set);

/// Whether the inputs of a flow refer to sets.
bool refer_to_sets(std::span<const Input> inputs);
/// Replaces each REUSABLE_INPUTS by the inputs of its set. Where `find` fails or the inputs do not fit, it stays with
/// `Input::problem`, and no execution can start.
void place_reusable_inputs(std::vector<Input>& inputs,
                           const std::function<base::Result<ReusableInputsPtr>(const Input& reference)>& find,
                           const TypeSource& types);

}  // namespace gyr::model
