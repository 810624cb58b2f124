// The operators on values (EXPR-54 to EXPR-64).
#pragma once

#include <string>
#include <string_view>

#include "base/value.h"
#include "expression/evaluator.h"
#include "expression/operand.h"
#include "expression/program.h"

namespace gyr::expression {

/// What an operator fails with; empty for those that pass an undefined operand on (EXPR-88).
std::string_view failure_message(Op op);

/// A binary operator whose operands are neither undefined nor failed.
Operand apply_operator(Evaluator& evaluator, Op op, Operand left, Operand right, uint32_t offset);
Operand apply_sign(Evaluator& evaluator, bool negative, Operand operand, uint32_t offset);
Operand apply_not(Evaluator& evaluator, Operand operand, uint32_t offset);

/// Message for a value that is neither true nor false (EXPR-66).
std::string not_a_condition(const base::Value& value);

/// Equality as lists see it (EXPR-18, EXPR-19), and by kind too, as `distinct` and `-` compare elements.
bool equal_by_kind(const base::Value& a, const base::Value& b);

/// The list of a range (EXPR-63, EXPR-298); `increment` is not 0.
Operand make_range(Evaluator& evaluator, const base::Value& start, const base::Value& end, int64_t increment,
                   uint32_t offset);

}  // namespace gyr::expression
