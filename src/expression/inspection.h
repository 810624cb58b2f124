// What the text of a template tells without being rendered: for the advice about flows that are only saved (EXPR-7).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace gyr::expression {

inline constexpr base::ErrorCode unknown_call{
    "GYR-X007"};  ///< a filter, function, test or argument that does not exist

/// A name of the context that a template reads, with the next one where the text tells it: `outputs.fetch.body` gives
/// outputs, fetch.
struct NameUse {
  std::string root;
  std::string member;         ///< empty: all of it, or a subscript that is known at run time alone
  size_t begin = 0, end = 0;  ///< bytes of `member` in the template, of `root` where there is none
  /// It may be absent: `??`, `???`, `default` or `is defined` stand around it (EXPR-87).
  bool may_be_absent = false;
};

/// A call that fails as soon as it is reached.
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
