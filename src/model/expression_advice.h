// Advice about the expressions of a flow that is saved but not executed (EXPR-7): what will fail as soon as it is
// evaluated.
#pragma once

#include <string_view>

#include "model/flow.h"

namespace gyr::model {

class BindContext;

inline constexpr base::ErrorCode unknown_namespace_variable{
    "GYR-X011"};  ///< a variable that neither the namespace nor a parent has

/// Warns about expressions that cannot be parsed, about unknown filters, functions and tests, about inputs and tasks
/// that the flow does not have, and about outputs that are read before their task can have run. It does not warn if the
/// expression has a fallback (`??`, `default`, `is defined`), or if loops or parallel tasks leave the order open.
/// `source` is the text of the flow, empty if it is unknown; positions are exact with it. `variables`: the variables of
/// the namespace, if they are known.
void advise_on_expressions(const Flow& flow, std::string_view source, const base::Value* variables,
                           BindContext& context);

}  // namespace gyr::model
