// Advice about the expressions of a flow that is only saved (EXPR-7): what will fail as soon as it is reached.
#pragma once

#include <string_view>

#include "model/flow.h"

namespace gyr::model {

class BindContext;

inline constexpr base::ErrorCode unknown_namespace_variable{
    "GYR-X011"};  ///< a variable that neither the namespace nor a parent has

/// Warns of expressions that cannot be parsed, of filters, functions and tests that do not exist, of inputs and tasks
/// that the flow does not have, and of outputs that are read before their task can have run. Quiet where an expression
/// says what holds otherwise (`??`, `default`, `is defined`) and where loops or tasks beside each other leave the order
/// open. `source` is the text the flow was parsed from, empty where there is none; places are exact with it.
/// `variables`: those of the flow's namespace, where they are known.
void advise_on_expressions(const Flow& flow, std::string_view source, const base::Value* variables,
                           BindContext& context);

}  // namespace gyr::model
