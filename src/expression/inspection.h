// What can be read from the text of a template without rendering it: for the advice about flows that are saved but not
// executed (EXPR-7).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace gyr::expression {

inline constexpr base::ErrorCode unknown_call{
    "GYR-X007"};  ///< a filter, function, test or argument that does not exist

/// A name of the context that a template reads, with the next name if the text contains it: `outputs.fetch.body`
/// results in outputs, fetch.
struct NameUse {
  std::string root;
  std::string member;         ///< empty: all of it, or a subscript that is known at run time alone
  size_t begin = 0, end = 0;  ///< bytes of `member` in the template, or of `root` if there is no member
  /// The value may be absent: the expression is inside `??`, `???`, `default` or `is defined` (EXPR-87).
  bool may_be_absent = false;
};

/// A call that fails as soon as it is evaluated.
struct BadCall {
  std::string message;
  std::string hint;  ///< `did you mean …?`, or empty
  size_t begin = 0, end = 0;
};

/// What inspect() finds.
struct Inspection {
  std::vector<NameUse> names;  ///< without the variables of `set`, loops and macros
  std::vector<BadCall> calls;
};

/// In the order of the text. Empty for a template that cannot be parsed: its syntax error says more. Pure; any thread.
Inspection inspect(std::string_view text);

}  // namespace gyr::expression
