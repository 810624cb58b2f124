// Members and methods of values (EXPR-81 to EXPR-85).
#pragma once

#include <span>

#include "base/value.h"
#include "expression/evaluator.h"
#include "expression/operand.h"

namespace gyr::expression {

/// `value.name` if the value is not a map with this key: an element by its index, a method without arguments, or
/// undefined.
Operand attribute_of(Evaluator& evaluator, const Operand& object, const base::Value& name, uint64_t origin);

/// `value[index]`; the index is not null.
Operand subscript_of(Evaluator& evaluator, Operand object, const base::Value& index, uint64_t origin, uint32_t offset);

/// `value.name(arguments)`; undefined if there is no such method (EXPR-85).
Operand call_method(Evaluator& evaluator, const Operand& object, const base::Value& name,
                    std::span<const base::Value> arguments, uint64_t origin, uint32_t offset);

}  // namespace gyr::expression
