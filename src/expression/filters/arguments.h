// Checks that many filters and functions share.
#pragma once

#include <fmt/format.h>

#include <string_view>

#include "expression/evaluator.h"

namespace gyr::expression {

/// The input is a text; false: the evaluation has failed with a message that names the filter.
inline bool needs_text(Invocation& call) {
  if (call.input().is_string()) return true;
  call.fail(fmt::format("The '{}' filter expects a string as input. Actual type was: {}", call.entry().name,
                        class_name(call.value())));
  return false;
}

/// An error of a library as the failure of the call: limits stay limits.
inline Operand fail_with(Invocation& call, const base::Error& error) {
  if (error.code() == limit_exceeded) return call.fail_limit(error.message());
  return call.fail(error, error.message());
}

}  // namespace gyr::expression
